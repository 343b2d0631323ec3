import assert from "node:assert/strict";
import { test } from "node:test";
import { leavesPersonal, stretch } from "../src/recordingrules";

test("what a field held back goes on when it is left, unless for another such field", () => {
  assert.equal(leavesPersonal("field", false), true);
  assert.equal(leavesPersonal("field", true), false);
});
test("what a hand paused goes on by hand only", () => assert.deepEqual([leavesPersonal("hand", false), leavesPersonal("none", false)], [false, false]));
test("a pause is marked by its part of the whole, and stays visible", () => {
  assert.deepEqual(stretch(10, 30, 100), { left: 10, width: 20 });
  assert.deepEqual(stretch(95, 200, 100), { left: 95, width: 5 });
  assert.deepEqual(stretch(0, 0.1, 100), { left: 0, width: 0.5 });
});
