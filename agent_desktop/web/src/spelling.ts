// How a code is read aloud: each letter with a word that begins with it, as people spell over the telephone. Pure.
import type { Language } from "./texts";

const WORDS: Record<Language, string> = {
  pl: "Adam Celina Dorota Ewa Franciszek Henryk Jadwiga Karol Maria Natalia Paweł Roman Tadeusz Wacław Xawery Ypsylon",
  en: "Alfa Charlie Delta Echo Foxtrot Hotel Juliett Kilo Mike November Papa Romeo Tango Whiskey X-ray Yankee",
};

/** The groups of a code, each sign with its word; a digit needs none. */
export function spelled(code: string, language: Language): { sign: string; word: string }[][] {
  const words = WORDS[language].split(" ");
  return code.split("-").map((group) => [...group].map((sign) => ({ sign, word: words.find((word) => word.startsWith(sign)) ?? "" })));
}

/** An address as people say it: without what every browser adds by itself. */
export function spokenHost(address: string, code: string): string {
  return address.replace(/^https?:\/\//, "").slice(0, -code.length);
}
