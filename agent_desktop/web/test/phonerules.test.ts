import assert from "node:assert/strict";
import { test } from "node:test";
import { isOver, mayRing, mustRejoin } from "../src/phonerules";
import type { Pop } from "../src/types";

const pop = (state: string, awaited = false): Pop => ({ state, awaited, call: "1.1" }) as Pop;

test("a call rings once its caller is on the screen", () => {
  assert.equal(mayRing("o1", "", 0), false);
  assert.equal(mayRing("o1", "o0", 100), false);
  assert.equal(mayRing("o1", "o1", 0), true);
});
test("a caller who never comes to the screen rings all the same", () => assert.equal(mayRing("o1", "", 1_500), true));
test("a page that has just come up brings its talk back", () => {
  assert.equal(mustRejoin(pop("accepted"), "nothing", Infinity), true);
  assert.equal(mustRejoin(pop("released"), "nothing", Infinity), false);
  assert.equal(mustRejoin(null, "nothing", Infinity), false);
});
test("a talk that has just ended here is not brought back", () => {
  assert.equal(mustRejoin(pop("accepted"), "nothing", 100), false);
});
test("a talk the exchange waits with is brought back whatever this page believes", () => {
  assert.equal(mustRejoin(pop("accepted", true), "talking", 0), true);
  assert.equal(mustRejoin(pop("accepted", true), "ringing", 0), false);
});
test("a talk is over when the server has long said so", () => {
  assert.equal(isOver(pop("released"), "talking", 4_000), true);
  assert.equal(isOver(null, "talking", 4_000), true);
  assert.equal(isOver(null, "talking", 500), false);
  assert.equal(isOver(pop("consulted"), "talking", 60_000), false);
  assert.equal(isOver(pop("accepted"), "talking", 60_000), false);
  assert.equal(isOver(null, "testing", 60_000), false);
});
