// Finding a topic by whatever form of a Polish word was typed, with or without its diacritics.
//
// Words are folded (no diacritics, small letters) and cut to a stem: the ending goes, and the consonant
// that Polish changes before it is changed back (drodze, droga: drog). Two words fit when their stems
// are equal, one begins the other, or they share all but the last letters.

const ENDINGS = [
  "iami", "owie", "ami", "ach", "ych", "ich", "ego", "emu", "ymi", "imi", "owi", "iej", "iem",
  "om", "em", "ie", "ia", "ej", "ow", "ym", "im", "ii", "a", "e", "i", "o", "u", "y",
];
const STEM_MIN = 2;

export function fold(text: string): string {
  return text.toLowerCase().replaceAll("ł", "l").normalize("NFD").replaceAll(/\p{M}/gu, "");
}

export function words(text: string): string[] {
  return fold(text).split(/[^\p{L}\p{N}]+/u).filter((word) => word !== "");
}

export function stem(folded: string): string {
  const ending = ENDINGS.find((one) => folded.endsWith(one) && folded.length - one.length >= STEM_MIN);
  const cut = ending === undefined ? folded : folded.slice(0, -ending.length);
  if (cut.endsWith("dz")) return `${cut.slice(0, -2)}g`;
  if (cut.endsWith("c") && !cut.endsWith("ec")) return `${cut.slice(0, -1)}k`;
  if (cut.endsWith("rz")) return cut.slice(0, -1);
  return cut;
}

/** How well a typed word fits a known one: 0 for not at all, 3 for exactly. */
export function fit(typed: string, known: string): number {
  if (typed === known) return 3;
  if (typed.length >= 2 && known.startsWith(typed)) return 2;
  const [a, b] = [stem(typed), stem(known)];
  if (a === b) return 2;
  const shorter = Math.min(a.length, b.length);
  let same = 0;
  while (same < shorter && a[same] === b[same]) same += 1;
  const needed = shorter >= 5 ? shorter - 1 : shorter;
  return shorter >= 4 && same >= needed && Math.abs(a.length - b.length) <= 2 ? 1 : 0;
}

export interface Entry<Item> { item: Item; title: string[]; other: string[] }

export function entry<Item>(item: Item, title: string, other: string[]): Entry<Item> {
  return { item, title: words(title), other: other.flatMap(words) };
}

/** The items that fit every typed word, best first; titles count more than other words. */
export function find<Item>(entries: Entry<Item>[], typed: string, most: number): Item[] {
  const wanted = words(typed);
  if (wanted.length === 0) return entries.slice(0, most).map((one) => one.item);
  const best = (word: string, known: string[]): number => Math.max(0, ...known.map((one) => fit(word, one)));
  const scored = entries.map((one, order) => {
    const scores = wanted.map((word) => Math.max(2 * best(word, one.title), best(word, one.other)));
    return { item: one.item, order, score: scores.includes(0) ? 0 : scores.reduce((a, b) => a + b, 0) };
  });
  return scored.filter((one) => one.score > 0)
    .sort((a, b) => b.score - a.score || a.order - b.order)
    .slice(0, most).map((one) => one.item);
}
