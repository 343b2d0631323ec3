// Words of the pages about quality cards: a catalogue of their own, which no other page loads.
import en from "../../texts/quality/en.json";
import pl from "../../texts/quality/pl.json";
import { currentLanguage } from "./texts";

export type Word = keyof typeof pl;

const TEXTS = { pl, en };

/** A text with its `{}` filled in, one after another. */
export function q(word: Word, ...values: (string | number)[]): string {
  let at = 0;
  return TEXTS[currentLanguage()][word].replace(/\{\}/g, () => String(values[at++] ?? ""));
}
