import assert from "node:assert/strict";
import { test } from "node:test";
import { matching, skillsOf, sorted, teamsOf } from "../src/agentlist";
import type { AgentRow, AgentState, CallRow, QueueRow } from "../src/types";
import { asked, both, waiting } from "../src/waitinglist";

const call = (id: string, queue: string, priority: number, joined: number, place = "waiting"): CallRow =>
  ({ id, queue, priority, joined_at: joined, place }) as CallRow;
const agent = (id: string, state: AgentState, since: number, skills: Record<string, number>): AgentRow =>
  ({ id, name: id, state, since_at: since, skills, extension: id, team: TEAMS[id] ?? "" }) as AgentRow;
const TEAMS: Record<string, string> = { a: "Zespół 2", c: "Zespół 1" };
const agents = [agent("c", "ready", 5, { pl: 1 }), agent("a", "logged_out", 1, { en: 1, pl: 2 }), agent("b", "talking", 3, {})];
const roads = { id: "roads", members: ["a", "b"], requirement: "roads>=40",
  relaxations: [{ after_s: 60, requirement: "roads>=40 | general>=60" }, { after_s: 120, requirement: "general>=1" }] } as unknown as QueueRow;

test("callers stand by priority, then by wait, and are counted in their own queue", () => {
  const rows = waiting([call("1", "roads", 0, 10), call("2", "waste", 0, 5), call("3", "roads", 2, 30, "offered"), call("4", "roads", 0, 1, "talking")]);
  assert.deepEqual(rows.map((one) => [one.call.id, one.position]), [["3", 1], ["2", 1], ["1", 2]]);
});
test("what is asked follows the wait", () => {
  assert.deepEqual(asked(roads, 59.9), { requirement: "roads>=40", step: 0, steps: 2 });
  assert.deepEqual(asked(roads, 60), { requirement: "roads>=40 | general>=60", step: 1, steps: 2 });
  assert.equal(asked(roads, 500).requirement, "general>=1");
  assert.deepEqual(asked(undefined, 5), { requirement: "", step: 0, steps: 0 });
});
test("an alternative keeps its meaning beside another requirement", () => {
  assert.equal(both("a | b", "pl"), "(a | b) & pl");
  assert.equal(both("", "a | b"), "a | b");
});
test("consultants are found by queue, skill and state together", () => {
  const queues = { roads };
  const found = (queue: string, skill: string, state: string, team = ""): string[] =>
    matching(agents, { team, queue, skill, state }, queues).map((one) => one.id);
  assert.deepEqual(found("", "", ""), ["c", "a", "b"]);
  assert.deepEqual(found("roads", "", "at_work"), ["b"]);
  assert.deepEqual(found("", "pl", "ready"), ["c"]);
  assert.deepEqual(found("none", "", ""), []);
  assert.deepEqual(found("", "", "", "Zespół 2"), ["a"]);
  assert.deepEqual(found("", "pl", "", "Zespół 1"), ["c"]);
});
test("who is out of the queues comes last by time and by state", () => {
  assert.deepEqual(sorted(agents, "since", false, "pl").map((one) => one.id), ["b", "c", "a"]);
  assert.deepEqual(sorted(agents, "state", false, "pl").map((one) => one.id), ["c", "b", "a"]);
  assert.deepEqual(sorted(agents, "name", true, "pl").map((one) => one.id), ["c", "b", "a"]);
});
test("every team is listed once, and whoever has none stands first by team", () => {
  assert.deepEqual(teamsOf(agents, "pl"), ["Zespół 1", "Zespół 2"]);
  assert.deepEqual(sorted(agents, "team", false, "pl").map((one) => one.id), ["b", "c", "a"]);
});
test("every skill is listed once", () => assert.deepEqual(skillsOf(agents), ["en", "pl"]));
