import assert from "node:assert/strict";
import { test } from "node:test";
import { dayBounds } from "../src/officetime";

const iso = (day: string, zone: string): string[] => Object.values(dayBounds(day, zone)).map((one) => new Date(one * 1000).toISOString());

test("a day begins and ends at the city's midnight", () => {
  assert.deepEqual(iso("2026-01-15", "Europe/Warsaw"), ["2026-01-14T23:00:00.000Z", "2026-01-15T23:00:00.000Z"]);
  assert.deepEqual(iso("2026-01-15", "UTC"), ["2026-01-15T00:00:00.000Z", "2026-01-16T00:00:00.000Z"]);
});
test("the days on which the clocks change have 23 and 25 hours", () => {
  assert.deepEqual(iso("2026-03-29", "Europe/Warsaw"), ["2026-03-28T23:00:00.000Z", "2026-03-29T22:00:00.000Z"]);
  assert.deepEqual(iso("2026-10-25", "Europe/Warsaw"), ["2026-10-24T22:00:00.000Z", "2026-10-25T23:00:00.000Z"]);
});
