import assert from "node:assert/strict";
import { test } from "node:test";
import type { Answers, Question, Sheet } from "../src/qualityapi";
import { gaps, scoreNow } from "../src/qualityscore";

const question = (id: string, points_max: number, weight: number, critical = false): Question =>
  ({ id, words: {}, hint: {}, scale: "", points_max, weight, na: true, critical });
const sheet: Sheet = { version: "v", sections: [
  { id: "one", words: {}, questions: [question("need", 3, 3), question("place", 2, 1)] },
  { id: "two", words: {}, questions: [question("data", 1, 2, true)] }] };
const given = (points: Record<string, number | null>): Answers =>
  Object.fromEntries(Object.entries(points).map(([id, value]) => [id, { points: value, na: value === null, comment: "" }]));

test("the score is the weighted mean of what is answered, without what is not applicable", () => {
  assert.equal(scoreNow(sheet, given({ need: 2, place: 1, data: 1 })).percent, 75);
  assert.equal(scoreNow(sheet, given({ need: 2, place: null, data: 1 })).percent, 80);
  assert.equal(scoreNow(sheet, given({ need: 3 })).percent, 100);
  assert.equal(scoreNow(sheet, {}).percent, null);
});
test("a missed critical question makes the card 0 and says what was earned", () => {
  const now = scoreNow(sheet, given({ need: 3, place: 2, data: 0 }));
  assert.equal(now.percent, 0);
  assert.equal(Math.round(now.earned!), 67);
  assert.deepEqual(now.misses, ["data"]);
});
test("a comment alone answers nothing", () => {
  const answers = { ...given({ data: 1 }), need: { points: null, na: false, comment: "?" } };
  assert.deepEqual(gaps(sheet, answers), ["need", "place"]);
  assert.equal(scoreNow(sheet, answers).answered, 1);
});
