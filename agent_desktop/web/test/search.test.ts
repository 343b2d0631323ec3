import assert from "node:assert/strict";
import { test } from "node:test";
import { entry, find, fit, fold } from "../src/search";

const TOPICS = [
  ["pothole", "Dziura w jezdni", ["wyrwa", "ubytek nawierzchni"]],
  ["light", "Latarnia nie świeci", ["lampa", "oświetlenie uliczne"]],
  ["waste", "Nieodebrane odpady", ["śmieci", "kosze"]],
  ["dog", "Bezpański pies", ["psa", "psy"]],
  ["road", "Droga osiedlowa", ["uliczka"]],
] as const;
const ENTRIES = TOPICS.map(([id, title, other]) => entry<string>(id, title, [...other]));

for (const [typed, expected] of [
  ["dziura", "pothole"], ["dziury", "pothole"], ["dziurę w jezdni", "pothole"], ["wyrwą", "pothole"],
  ["latarni", "light"], ["latarnia", "light"], ["lampy", "light"], ["oswietlenia", "light"],
  ["smieciami", "waste"], ["ŚMIECI", "waste"], ["odpadów", "waste"], ["koszy", "waste"],
  ["psem", "dog"], ["drodze", "road"], ["drogi", "road"], ["lat", "light"],
] as const) {
  test(`${typed} finds ${expected}`, () => assert.equal(find(ENTRIES, typed, 3)[0], expected));
}

test("a word of another root finds nothing", () => assert.deepEqual(find(ENTRIES, "tramwaj", 3), []));
test("every typed word has to fit", () => assert.deepEqual(find(ENTRIES, "dziura tramwaj", 3), []));
test("nothing typed lists from the start", () => assert.equal(find(ENTRIES, " ", 2).length, 2));
test("diacritics and case do not matter", () => assert.equal(fold("Łódź"), "lodz"));
test("short words must be equal or begun", () => assert.equal(fit("kot", "kos"), 0));
