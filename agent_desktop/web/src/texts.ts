// Words of the page, from the one catalogue that the server's templates use too.
import en from "../../texts/en.json";
import pl from "../../texts/pl.json";

export type Key = keyof typeof pl;
export type Language = "pl" | "en";

const TEXTS: Record<Language, Record<Key, string>> = { pl, en };
let language: Language = document.documentElement.lang === "en" ? "en" : "pl";

export function t(key: Key): string {
  return TEXTS[language][key];
}

/** A text in every language of the pages. */
export function inEach(key: Key): Record<Language, string> {
  return { pl: pl[key], en: en[key] };
}

export function currentLanguage(): Language {
  return language;
}

/** Change the language at once and for the next page too. */
export function useLanguage(chosen: Language): void {
  language = chosen;
  document.documentElement.lang = chosen;
  keep("centrala_language", chosen);
}

/** One of several translations; Polish where the wanted one is missing. */
export function word(words: Record<string, string> | undefined, fallback: string): string {
  return words?.[language] ?? words?.["pl"] ?? fallback;
}

/** Keep a preference for a year; it holds nothing personal. */
export function keep(name: string, value: string): void {
  const secure = location.protocol === "https:" ? "; secure" : "";
  document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=strict${secure}`;
}
