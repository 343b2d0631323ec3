import assert from "node:assert/strict";
import { test } from "node:test";
import { heardOn, inTime, keysOf, type FlashRow } from "../src/line";
import { fromField, toField } from "../src/zoned";

const flash = (id: string, starts_at: number, ends_at: number, on = true): FlashRow => ({ id, starts_at, ends_at, on, title: id }) as FlashRow;

test("what is over comes last, what is off before it", () => {
  const rows = [flash("over", 0, 5), flash("off", 0, 99, false), flash("late", 20, 99), flash("now", 1, 99)];
  assert.deepEqual(inTime(rows, 10).map((one) => one.id), ["now", "late", "off", "over"]);
});
test("what a caller was told is no key of theirs", () => {
  const path = ["flash=ab12", "menu=2", "closed=roads"];
  assert.deepEqual(keysOf(path), ["menu=2"]);
  assert.deepEqual(heardOn(path, { ab12: flash("ab12", 0, 9) }), ["ab12"]);
  assert.deepEqual(heardOn(path, {}), [null]);
});
test("a field says the clock of the city, in winter and in summer", () => {
  for (const text of ["2026-12-24T08:00", "2026-07-01T23:30", "2026-03-29T03:30", "2026-10-25T12:00"]) {
    assert.equal(toField(fromField(text, "Europe/Warsaw"), "Europe/Warsaw"), text);
  }
  assert.equal(fromField("2026-12-24T08:00", "Europe/Warsaw"), Date.parse("2026-12-24T07:00Z") / 1000);
  assert.ok(Number.isNaN(fromField("", "Europe/Warsaw")));
});
