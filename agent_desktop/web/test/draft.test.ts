import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, missing, propose } from "../src/draft";
import type { Catalogue, Topic } from "../src/types";

const topic = (values: Partial<Topic>): Topic => ({
  id: "t", titles: {}, group: "", unit: "zdm", skill: "", synonyms: [], questions: [], district_decides_unit: false, ...values,
});
const catalogue = {
  units: [{ id: "zdm", names: {}, district: "" }, { id: "ud_wola", names: {}, district: "Wola" }],
} as unknown as Catalogue;

test("the topic's owner is proposed", () => {
  assert.deepEqual(propose(EMPTY, topic({}), catalogue), { unit: "zdm", reason: "case.unit_by_topic" });
});
test("the district's office is proposed where the district decides", () => {
  const found = propose({ ...EMPTY, district: "Wola" }, topic({ district_decides_unit: true }), catalogue);
  assert.deepEqual(found, { unit: "ud_wola", reason: "case.unit_by_district" });
});
test("a unit chosen by hand stays", () => {
  assert.equal(propose({ ...EMPTY, unit: "ud_wola" }, topic({}), catalogue)?.reason, "case.unit_by_hand");
});
test("nothing is proposed without a topic", () => assert.equal(propose(EMPTY, undefined, catalogue), null));
test("what is missing is named by its field", () => {
  const asked = topic({ questions: [{ code: "side", datatype: "string", required: true, texts: {}, values: [] }], district_decides_unit: true });
  assert.deepEqual(Object.keys(missing(EMPTY, asked)), ["district", "description", "answers.side"]);
  assert.deepEqual(Object.keys(missing(EMPTY, undefined)), ["topic", "description"]);
});
