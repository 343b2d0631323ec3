import assert from "node:assert/strict";
import { test } from "node:test";
import { spelled, spokenHost } from "../src/spelling";

const LETTERS = "ACDEFHJKMNPRTWXY";

test("every letter a code can have is spelled with a word of its own in both languages", () => {
  for (const language of ["pl", "en"] as const) {
    const words = spelled(LETTERS, language).flat();
    assert.deepEqual(words.filter((one) => !one.word.startsWith(one.sign)), []);
    assert.equal(new Set(words.map((one) => one.word)).size, LETTERS.length);
  }
});
test("a code is read in its groups, digits as they are", () => {
  assert.deepEqual(spelled("7K3-MW4", "pl"), [
    [{ sign: "7", word: "" }, { sign: "K", word: "Karol" }, { sign: "3", word: "" }],
    [{ sign: "M", word: "Maria" }, { sign: "W", word: "Wacław" }, { sign: "4", word: "" }],
  ]);
});
test("nobody has to say how an address begins", () => {
  assert.equal(spokenHost("https://zdjecia.example.pl/z/7K3-MW4-TPA", "7K3-MW4-TPA"), "zdjecia.example.pl/z/");
});
