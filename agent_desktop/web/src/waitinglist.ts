// Who waits, in which order, and what is asked of an agent by now. Pure.
import type { CallRow, QueueRow } from "./types";

export interface WaitingRow { call: CallRow; position: number }

/** The callers without an agent, each with the place in their queue; longest wait first within a priority. */
export function waiting(calls: CallRow[]): WaitingRow[] {
  const places = new Map<string, number>();
  return calls.filter((one) => one.place === "waiting" || one.place === "offered")
    .sort((a, b) => b.priority - a.priority || (a.joined_at ?? 0) - (b.joined_at ?? 0) || a.id.localeCompare(b.id))
    .map((call) => {
      const position = (places.get(call.queue ?? "") ?? 0) + 1;
      places.set(call.queue ?? "", position);
      return { call, position };
    });
}

/** Two requirements of which both must be met; an alternative in one of them is put in brackets. */
export function both(...requirements: string[]): string {
  const named = requirements.filter((one) => one !== "");
  return named.length < 2 ? named.join("") : named.map((one) => (one.includes("|") ? `(${one})` : one)).join(" & ");
}

/** What the queue asks after `waited` seconds, and by which of its steps (0: its own requirement). */
export function asked(queue: QueueRow | undefined, waited: number): { requirement: string; step: number; steps: number } {
  const steps = queue?.relaxations ?? [];
  const step = steps.filter((one) => one.after_s <= waited).length;
  const requirement = step === 0 ? queue?.requirement : steps[step - 1]?.requirement;
  return { requirement: requirement ?? "", step, steps: steps.length };
}
