import assert from "node:assert/strict";
import test from "node:test";
import type { Article } from "../src/desktypes";

// The page's language is read from the document when the texts are loaded.
Object.assign(globalThis, { document: { documentElement: { lang: "pl" } } });
const { always, fitting } = await import("../src/articles");

function article(id: string, kind: Article["kind"], topics: string[], queues: string[], title: string): Article {
  return { id, kind, topics, queues, checked: "2026-11-16", texts: { pl: { title, html: "", words: [] } } };
}

const all = [
  article("b", "article", ["pothole"], ["roads"], "Odszkodowanie"),
  article("c", "script", ["pothole"], ["roads"], "Żwir"),
  article("a", "script", ["pothole"], ["roads"], "Dziura"),
  article("d", "script", ["lamp"], ["roads"], "Latarnia"),
  article("e", "script", [], [], "112"),
];

test("the script for the topic comes first, then by title as Polish sorts", () => {
  assert.deepEqual(fitting(all, "pothole", "roads").map((one) => one.id), ["a", "c", "b"]);
  assert.deepEqual(fitting(all, "snow", "roads"), []);
});

test("while there is no topic the scripts of the queue are shown", () => {
  assert.deepEqual(fitting(all, "", "roads").map((one) => one.id), ["a", "d", "c"]);
  assert.deepEqual(fitting(all, "", "waste"), []);
});

test("what belongs to no topic and no queue is always at hand", () => {
  assert.deepEqual(always(all).map((one) => one.id), ["e"]);
});
