// What cards, answers and refusals are called on the pages.
import { ApiError } from "./api";
import { share } from "./format";
import type { Given, Question, Why } from "./qualityapi";
import { q, type Word } from "./qualitytexts";
import { refusal } from "./refusal";
import { currentLanguage, word } from "./texts";
import type { QueueRow } from "./types";

export type QueueNames = Record<string, Record<string, string>>;

const STATES: Record<string, Word> = {
  draft: "state_draft", submitted: "state_submitted", read: "state_read", acknowledged: "state_acknowledged",
  disputed: "state_disputed", answered: "state_answered", settled: "state_settled",
};
export const STATE_NAMES = Object.keys(STATES);
const REFUSALS: Record<string, Word> = {
  not_now: "not_now", changed_meanwhile: "changed_meanwhile", being_written: "being_written", talk_not_over: "talk_not_over",
  no_such_talk: "no_such_talk", no_such_card: "no_such_card", closed_already: "closed_already", calibrated_already: "calibrated_already",
  blind: "blind", no_sheet: "sheet_none",
};

export function stateWord(state: string): string {
  const known = STATES[state];
  return known === undefined ? state : q(known);
}

export function refusedWord(error: unknown): string {
  if (error instanceof ApiError && error.fields["reason"] !== undefined) return q("reason_missing");
  const known = error instanceof ApiError ? REFUSALS[error.code] : undefined;
  return known === undefined ? refusal(error) : q(known);
}

export function percentWord(percent: number | null): string {
  return share(percent === null ? null : percent / 100);
}

export function answerWord(question: Question, given: Given | undefined): string {
  if (given === undefined || (!given.na && given.points === null)) return q("not_answered");
  if (given.points === null) return q("na");
  return question.scale === "yes_no" ? q(given.points === 0 ? "no" : "yes") : `${given.points} / ${question.points_max}`;
}

export function queueWord(queue: string | null, names: QueueNames): string {
  return queue === null || queue === "" ? q("no_queue") : word(names[queue], queue);
}

export function queueNames(rows: QueueRow[]): QueueNames {
  return Object.fromEntries(rows.map((one) => [one.id, one.names]));
}

/** Why a talk was drawn. */
export function whyWord(why: Why, queue: string): string {
  const lot = new Intl.NumberFormat(currentLanguage(), { minimumFractionDigits: 4 }).format(why.lot);
  return q(why.turn === "callback" ? "why_callback" : "why_queue", queue, lot, why.rivals);
}
