import assert from "node:assert/strict";
import { test } from "node:test";
import { moveOn, NOTHING, type Live, type Message } from "../src/live";
import type { Pop, QueueRow } from "../src/types";

const snapshot = {
  type: "snapshot", seq: 1, at: 10, telephony_up: true, routing_up: true, offer: null,
  queues: { roads: { id: "roads", waiting: 0 } as QueueRow }, agents: {}, calls: {},
} as Message;
const pop = (state: string, call: string): Pop => ({ call, state }) as Pop;
const start = moveOn(NOTHING, snapshot) as Live;

test("a patch changes only the fields it names", () => {
  const live = moveOn(start, { type: "patch", seq: 2, at: 11, queues: { roads: { waiting: 2 } } });
  assert.deepEqual(live?.queues["roads"], { id: "roads", waiting: 2 });
});
test("a missing number is a gap", () => assert.equal(moveOn(start, { type: "patch", seq: 3 }), null));
test("what is gone goes", () => {
  assert.deepEqual(moveOn(start, { type: "patch", seq: 2, gone: { queues: ["roads"] } })?.queues, {});
});
test("an offer that ended without an answer goes", () => {
  const ringing = moveOn(start, { type: "offer", seq: 2, ...pop("pending", "1.1") }) as Live;
  assert.equal(ringing.pop?.call, "1.1");
  assert.equal(moveOn(ringing, { type: "offer", seq: 3, ...pop("rescinded", "1.1") })?.pop, null);
});
test("a listening that ended is told by its id, one that goes on is not", () => {
  const began = moveOn(start, { type: "listening", seq: 2, id: "l1", began_at: 12 }) as Live;
  assert.equal(began.listeningOver, "");
  const over = moveOn(began, { type: "listening", seq: 3, id: "l1", began_at: null }) as Live;
  assert.equal(over.listeningOver, "l1");
  assert.equal((moveOn(over, { ...snapshot, seq: 9 }) as Live).listeningOver, "l1");
});
test("the end of an older call leaves the newer one", () => {
  const ringing = moveOn(start, { type: "offer", seq: 2, ...pop("pending", "1.2") }) as Live;
  assert.equal(moveOn(ringing, { type: "offer", seq: 3, ...pop("closed", "1.1") })?.pop?.call, "1.2");
});
test("the pop of a colleague who is asked stays", () => {
  assert.equal((moveOn(start, { type: "offer", seq: 2, ...pop("consulted", "1.3") }) as Live).pop?.state, "consulted");
});
test("a photo that came, and every snapshot, has the photos read again", () => {
  const came = moveOn(start, { type: "photo", seq: 2, number: "4711/26" }) as Live;
  assert.equal(came.photoTurn, start.photoTurn + 1);
  assert.equal((moveOn(came, { ...snapshot, seq: 9 }) as Live).photoTurn, came.photoTurn + 1);
  assert.equal((moveOn(came, { type: "patch", seq: 3 }) as Live).photoTurn, came.photoTurn);
});
