import assert from "node:assert/strict";
import { test } from "node:test";
import type { Account, Skill } from "../src/officeapi";
import { columnsOf, levelOf, moved, rowsOf, sameLevels, withLevel } from "../src/skillgrid";

const skill = (name: string, ...queues: string[]): Skill => ({ skill: name, queues, topics: [], agents: [] });
const account = (login: string, name: string, values: Partial<Account> = {}): Account =>
  ({ login, name, role: "agent", extension: "2001", skills: {}, language: "pl", wrap_up_s: null, active: true, team: "", scope: { teams: [], queues: [], districts: [] }, ...values });
const NONE = { agent: "", skill: "", queue: "" };

test("columns are the skills by name, with those just added, of one queue if it is chosen", () => {
  const known = [skill("waste", "waste"), skill("general", "roads", "waste"), skill("uk")];
  const names = (sought: object, added: string[] = []): string[] => columnsOf(known, added, { ...NONE, ...sought }).map((one) => one.skill);
  assert.deepEqual(names({}), ["general", "uk", "waste"]);
  assert.deepEqual(names({}, ["roads", "uk"]), ["general", "roads", "uk", "waste"]);
  assert.deepEqual(names({ queue: "waste" }), ["general", "waste"]);
  assert.deepEqual(names({ skill: " UK " }), ["uk"]);
});
test("rows are open accounts of consultants, as Polish sorts them", () => {
  const rows = [account("z", "Żaneta"), account("l", "Łucja"), account("m", "Maria", { active: false }), account("a", "Ada", { role: "supervisor" }), account("e", "Lena")];
  assert.deepEqual(rowsOf(rows, NONE, "pl").map((one) => one.login), ["e", "l", "z"]);
  assert.deepEqual(rowsOf(rows, { ...NONE, agent: "łu" }, "pl").map((one) => one.login), ["l"]);
});
test("arrows lead from cell to cell and stop at the edges", () => {
  assert.deepEqual(moved({ row: 0, column: 0 }, "ArrowUp", false, 3, 2), { row: 0, column: 0 });
  assert.deepEqual(moved({ row: 0, column: 1 }, "ArrowRight", false, 3, 2), { row: 0, column: 1 });
  assert.deepEqual(moved({ row: 1, column: 1 }, "Enter", false, 3, 2), { row: 2, column: 1 });
  assert.deepEqual(moved({ row: 1, column: 1 }, "Home", false, 3, 2), { row: 1, column: 0 });
  assert.deepEqual(moved({ row: 1, column: 0 }, "End", true, 3, 2), { row: 2, column: 1 });
  assert.equal(moved({ row: 1, column: 1 }, "x", false, 3, 2), null);
});
test("nothing typed is no level, which is not zero", () => {
  assert.deepEqual(["", " ", "0", "100", "101", "-1", "5.5", "x", "007"].map(levelOf), [null, null, 0, 100, undefined, undefined, undefined, undefined, 7]);
  assert.deepEqual(withLevel({ pl: 5, en: 1 }, "pl", null), { en: 1 });
  assert.deepEqual(withLevel({ en: 1 }, "pl", 0), { en: 1, pl: 0 });
  assert.ok(sameLevels({ pl: 1, en: 2 }, { en: 2, pl: 1 }));
  assert.ok(!sameLevels({ pl: 0 }, {}));
  assert.ok(!sameLevels({ pl: 0 }, { en: 0 }));
});
