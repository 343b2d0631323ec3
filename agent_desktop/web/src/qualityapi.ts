// Requests about quality cards, and what comes back; the same names as in openapi.json.
import { ask } from "./api";

export interface Question {
  id: string; words: Record<string, string>; hint: Record<string, string>; scale: string; points_max: number;
  weight: number; na: boolean; critical: boolean;
}
export interface Sheet { version: string; sections: { id: string; words: Record<string, string>; questions: Question[] }[] }
export interface Rules {
  sheet: Sheet; talks_per_week: number; talks_per_day_max: number; talk_s_min: number; callback_share: number; keep_months: number;
}
export interface Given { points: number | null; na: boolean; comment: string }
export type Answers = Record<string, Given>;
export interface Why { turn: string; lot: number; rivals: number; talks: number; eligible: number }
export interface CardRow {
  id: string; call: string; agent: string; agent_name: string; team: string; queue: string | null; started_at: number;
  callback: boolean; origin: string; state: string; made_by: string; made_by_name: string; version: number;
  percent: number | null; failed: boolean; hidden: boolean;
}
export interface Version {
  number: number; author: string; author_name: string; answers: Answers; note: string; reason: string; submitted_at: number | null;
  percent: number | null; earned: number | null; failed: boolean; misses: string[];
}
export interface Talk {
  caller: string; language: string; topic: string; disposition: string; note: string; wait_s: number; talk_s: number;
  cases: { number: string; title: string; unit: string; district: string; address: string; description: string }[];
}
export interface Card extends CardRow {
  reason: string; why: Why | null; sheet: Sheet; current: Version | null; draft: Version | null; earlier: Version[];
  feedback: {
    comment: string; acknowledged_at: number | null; dispute: string; disputed_at: number | null;
    answer: string; answered_by_name: string; answered_at: number | null;
  };
  talk: Talk | null; calibration: string | null; blind: boolean; may: string[];
}
export interface Pick { call: string; queue: string | null; started_at: number; talk_s: number; callback: boolean; why: Why; card: CardRow | null }
export interface Reviews {
  week: string; begins_at: number; ends_at: number; weeks: string[];
  agents: { agent: string; name: string; team: string; talks: number; eligible: number; picks: Pick[] }[];
}
export interface CalibrationRow {
  id: string; card: string; agent_name: string; queue: string | null; started_at: number; note: string; made_by_name: string;
  made_at: number; closed_at: number | null; submitted: number; mine: string; shown: boolean;
}
export interface Calibration extends CalibrationRow {
  sheet: Sheet; scorings: { author: string; author_name: string; percent: number | null; note: string }[];
  questions: { question: string; answers: Given[]; spread: number | null; exact: number | null; within_one: number | null }[];
  exact: number | null; mean: number | null; deviation: number | null;
}
export interface Result {
  by: string; name: string; words: Record<string, string>; count: number; mean: number; error: number | null; misses: number;
  acknowledged: number | null; enough: boolean;
}
export interface Filling { answers: Answers; note: string; reason: string }

const ROOT = "/api/v1/quality";
const card = (id: string, deed = ""): string => `${ROOT}/cards/${encodeURIComponent(id)}${deed}`;
const calibrationPath = (id: string, deed = ""): string => `${ROOT}/calibrations/${encodeURIComponent(id)}${deed}`;
const period = (since: number | null, until: number | null, drawn: boolean): string =>
  new URLSearchParams({ ...(since === null ? {} : { since: String(since) }), ...(until === null ? {} : { until: String(until) }), drawn: String(drawn) }).toString();

export const rules = (): Promise<Rules> => ask("GET", `${ROOT}/sheet`);
export const reviews = (week: string): Promise<Reviews> => ask("GET", `${ROOT}/reviews?week=${encodeURIComponent(week)}`);
export const cards = (): Promise<CardRow[]> => ask("GET", `${ROOT}/cards`);
export const ownCards = (): Promise<CardRow[]> => ask("GET", `${ROOT}/own-cards`);
export const oneCard = (id: string): Promise<Card> => ask("GET", card(id));
export const openCard = (call: string, reason: string): Promise<Card> => ask("POST", `${ROOT}/cards`, { call, reason });
export const saveCard = (id: string, filling: Filling): Promise<Card> => ask("PUT", card(id, "/draft"), filling);
export const discardCard = (id: string): Promise<void> => ask("DELETE", card(id, "/draft"));
export const submitCard = (id: string, filling: Filling): Promise<Card> => ask("POST", card(id, "/submit"), filling);
export const upholdCard = (id: string, answer: string): Promise<Card> => ask("POST", card(id, "/uphold"), { answer });
export const readCard = (id: string): Promise<Card> => ask("POST", card(id, "/read"));
export const acknowledgeCard = (id: string, comment: string): Promise<Card> => ask("POST", card(id, "/acknowledge"), { comment });
export const disputeCard = (id: string, reason: string): Promise<Card> => ask("POST", card(id, "/dispute"), { reason });
export const calibrations = (): Promise<CalibrationRow[]> => ask("GET", `${ROOT}/calibrations`);
export const calibrate = (id: string, note: string): Promise<CalibrationRow> => ask("POST", `${ROOT}/calibrations`, { card: id, note });
export const calibration = (id: string): Promise<Calibration> => ask("GET", calibrationPath(id));
export const scoreBlind = (id: string): Promise<Card> => ask("POST", calibrationPath(id, "/card"));
export const closeCalibration = (id: string): Promise<void> => ask("POST", calibrationPath(id, "/close"));
export const results = (since: number | null, until: number | null, drawn: boolean): Promise<{ since: number; until: number; results: Result[] }> =>
  ask("GET", `${ROOT}/results?${period(since, until, drawn)}`);
/** The address of the same results as a file. */
export const resultsFile = (since: number | null, until: number | null, drawn: boolean): string => `${ROOT}/results.csv?${period(since, until, drawn)}`;
