import assert from "node:assert/strict";
import { test } from "node:test";
import { furtherKeys, linesOf, rebased, typedNumber, valueAt, withValue } from "../src/queuefields";

const SETTINGS = { names: { pl: "Drogi" }, announce: { first_s: 20 }, priority: 1, hours: "office" };

test("a value is read and changed under its path, and the rest stays", () => {
  assert.equal(valueAt(SETTINGS, "announce.first_s"), 20);
  assert.equal(valueAt(SETTINGS, "callback.gap_s"), undefined);
  assert.equal(valueAt(SETTINGS, "priority.x"), undefined);
  assert.deepEqual(withValue(SETTINGS, "announce.every_s", 60), { ...SETTINGS, announce: { first_s: 20, every_s: 60 } });
  assert.deepEqual(withValue(SETTINGS, "callback.gap_s", 5), { ...SETTINGS, callback: { gap_s: 5 } });
  assert.deepEqual(withValue(SETTINGS, "announce.first_s", undefined), { ...SETTINGS, announce: {} });
  assert.deepEqual(Object.keys(withValue(SETTINGS, "priority", undefined)), ["names", "announce", "hours"]);
  assert.deepEqual(Object.keys(withValue(SETTINGS, "priority", 2)), Object.keys(SETTINGS));
});
test("keys without a field are known as such", () => assert.deepEqual(furtherKeys(SETTINGS), ["hours"]));
test("a number may have a comma, and what is no number is kept to be refused", () => {
  assert.deepEqual(["", " 5 ", "2,5", "0", "x1"].map(typedNumber), [undefined, 5, 2.5, 0, "x1"]);
});
test("lines are what stands on them", () => assert.deepEqual(linesOf(" mon-fri 08:00-20:00 \n\n sat 09:00-12:00"), ["mon-fri 08:00-20:00", "sat 09:00-12:00"]));
test("what one changed goes over what another changed meanwhile, key by key", () => {
  const old = { priority: 1, service_level_s: 30, relax: [{ after_s: 60 }] };
  const mine = { priority: 2, service_level_s: 30, waiting_max: 5 };
  assert.deepEqual(rebased(old, mine, { ...old, service_level_s: 20, relax: [{ after_s: 90 }] }), { priority: 2, service_level_s: 20, waiting_max: 5 });
  assert.deepEqual(rebased(old, old, { priority: 9 }), { priority: 9 });
});
