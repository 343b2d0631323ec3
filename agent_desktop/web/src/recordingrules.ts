// Who holds a recording back: nobody, a field that has the focus, or a hand. Pure.
export type Hold = "none" | "field" | "hand";

/** Whether the recording goes on now that a personal field was left; `next` says that the next one is personal too. */
export function leavesPersonal(held: Hold, next: boolean): boolean {
  return held === "field" && !next;
}

/** A part of a recording in per cent of it, for the marks of its pauses. */
export function stretch(from: number, to: number, whole: number): { left: number; width: number } {
  const share = (seconds: number): number => Math.min(100, Math.max(0, (seconds / Math.max(whole, 0.001)) * 100));
  const left = share(from);
  return { left, width: Math.max(0.5, share(to) - left) };
}
