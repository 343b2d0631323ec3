import assert from "node:assert/strict";
import { test } from "node:test";
import { total } from "../src/boardtotal";
import { bars, grid, roundUp, spread } from "../src/chart";
import type { SlotRow, Today } from "../src/types";

const slot = (queue: string, number: number, offered: number, answered: number, within: number): SlotRow => ({
  queue, slot: number, begins_at: number * 1800, offered, answered, answered_within: within,
  abandoned: offered - answered, abandoned_within: 0,
});
const figures = (answered: number, asa: number | null): Today => ({
  offered: answered + 2, answered, answered_within: answered, abandoned: 2, abandoned_within: 1,
  answered_share: 0, kept_share: 0, asa_s: asa, aht_s: null,
});

test("queues of one half hour are added up, in the order of the day", () => {
  const shown = bars([slot("roads", 20, 4, 3, 2), slot("waste", 20, 4, 1, 1), slot("roads", 18, 2, 2, 2)], "");
  assert.deepEqual(shown.map((one) => [one.slot, one.offered, one.answered, one.abandoned, one.level]),
    [[18, 2, 2, 0, 1], [20, 8, 4, 4, 3 / 8]]);
});
test("one queue can be looked at alone", () => {
  assert.equal(bars([slot("roads", 20, 4, 3, 2), slot("waste", 20, 4, 1, 1)], "waste")[0]?.level, 1 / 4);
});
test("a scale ends on a round number", () => {
  assert.deepEqual([1, 3, 7, 12, 60].map(roundUp), [1, 5, 10, 20, 100]);
});
test("tiles are laid out so that they are as large as they can be", () => {
  assert.deepEqual([0, 1, 5, 8, 20].map((one) => Object.values(grid(one))), [[1, 1], [1, 1], [5, 1], [4, 2], [10, 2]]);
});
test("labels keep apart and stay inside", () => {
  assert.deepEqual(spread([50, 48, 100], 10, 100), [58, 48, 100]);
  assert.deepEqual(spread([98, 99, 10], 10, 100), [90, 100, 10]);
});
test("all queues together weigh each by its answered calls", () => {
  const all = total([figures(1, 10), figures(3, 30), figures(0, null)]);
  assert.deepEqual([all.offered, all.asa_s, all.aht_s, all.answered_share, all.kept_share], [10, 25, null, 0.4, 4 / 7]);
});
test("without a call there is no share", () => assert.equal(total([]).answered_share, null));
