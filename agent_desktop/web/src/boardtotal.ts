// The figures of all queues together. Pure.
import type { Today } from "./types";

/** All queues together; means are weighted by answered calls, each queue keeps its own time for "in time". */
export function total(rows: Today[]): Today {
  const sum = (of: (one: Today) => number): number => rows.reduce((before, one) => before + of(one), 0);
  const [offered, answered, abandoned] = [sum((one) => one.offered), sum((one) => one.answered), sum((one) => one.abandoned)];
  const [inTime, short] = [sum((one) => one.answered_within), sum((one) => one.abandoned_within)];
  const mean = (of: (one: Today) => number | null): number | null => {
    const counted = rows.filter((one) => of(one) !== null && one.answered > 0);
    const weight = counted.reduce((before, one) => before + one.answered, 0);
    return weight === 0 ? null : counted.reduce((before, one) => before + (of(one) ?? 0) * one.answered, 0) / weight;
  };
  return {
    offered, answered, answered_within: inTime, abandoned, abandoned_within: short,
    answered_share: offered === 0 ? null : inTime / offered,
    kept_share: offered === short ? null : inTime / (offered - short),
    asa_s: mean((one) => one.asa_s), aht_s: mean((one) => one.aht_s),
  };
}
