// What the chart of the day shows, worked out from the slots. Pure.
import type { SlotRow } from "./types";

export const DAY_SLOTS = 48;

export interface Bar {
  slot: number; beginsAt: number; offered: number; answered: number; abandoned: number;
  /** Answered in time / offered; null without a call. */
  level: number | null;
}

/** One bar a half hour that has calls, of one queue or, with "", of all. */
export function bars(slots: SlotRow[], queue: string): Bar[] {
  const found = new Map<number, Bar & { within: number }>();
  for (const one of slots) {
    if (queue !== "" && one.queue !== queue) continue;
    const bar = found.get(one.slot) ?? {
      slot: one.slot, beginsAt: one.begins_at, offered: 0, answered: 0, abandoned: 0, level: null, within: 0,
    };
    bar.offered += one.offered;
    bar.answered += one.answered;
    bar.abandoned += one.abandoned;
    bar.within += one.answered_within;
    bar.level = bar.offered === 0 ? null : bar.within / bar.offered;
    found.set(one.slot, bar);
  }
  return [...found.values()].filter((one) => one.offered > 0).sort((a, b) => a.slot - b.slot)
    .map(({ within: _, ...bar }) => bar);
}

/** The next number of 1, 2, 5, 10, 20 … that is not below `most`, for the top of the scale. */
export function roundUp(most: number): number {
  let step = 1;
  while (true) {
    for (const factor of [1, 2, 5]) if (factor * step >= most) return factor * step;
    step *= 10;
  }
}

/** How many columns and rows let so many tiles be as large as they can on a screen of 16 to 9. */
export function grid(tiles: number): { columns: number; rows: number } {
  let best = { columns: 1, rows: 1, size: 0 };
  for (let rows = 1; rows <= tiles; rows += 1) {
    const columns = Math.ceil(tiles / rows);
    const size = Math.min(97 / columns, (29 / rows));
    if (size > best.size) best = { columns, rows, size };
  }
  return { columns: best.columns, rows: best.rows };
}

/** Moves labels apart that would stand on one another; each keeps its order and at least `apart` from the next. */
export function spread(places: number[], apart: number, lowest: number): number[] {
  const order = places.map((place, index) => ({ place, index })).sort((a, b) => a.place - b.place);
  let limit = -Infinity;
  for (const one of order) {
    one.place = Math.max(one.place, limit);
    limit = one.place + apart;
  }
  limit = lowest;
  for (const one of [...order].reverse()) {
    one.place = Math.min(one.place, limit);
    limit = one.place - apart;
  }
  return order.sort((a, b) => a.index - b.index).map((one) => one.place);
}
