import assert from "node:assert/strict";
import { test } from "node:test";
import { rightsOf } from "../src/rights";
import type { PageSettings, QueueRow } from "../src/types";

const queues = { roads: {} as QueueRow };
const of = (role: string, whole_line = true): ReturnType<typeof rightsOf> =>
  rightsOf({ login: "a", name: "A", role, extension: null, csrf: "", whole_line } satisfies PageSettings["user"], queues);

test("team leads lead and set nothing up, analysts do neither", () => {
  assert.deepEqual([of("team_lead", false).leads, of("team_lead", false).line, of("team_lead").setsUp("roads")], [true, false, false]);
  assert.deepEqual([of("analyst").leads, of("analyst").line, of("analyst").setsUp(null)], [false, false, false]);
});
test("supervisors set up the line, or the queues that they see", () => {
  assert.deepEqual([of("supervisor").line, of("supervisor").setsUp(null), of("supervisor").setsUp("roads")], [true, true, true]);
  assert.deepEqual([of("supervisor", false).line, of("supervisor", false).setsUp(null)], [false, false]);
  assert.deepEqual([of("supervisor", false).setsUp("roads"), of("supervisor", false).setsUp("waste")], [true, false]);
});
