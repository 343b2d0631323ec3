// What is decided about the line: closures, flash messages, opening hours; what the server sends and takes.
import { ask } from "./api";
import type { Names } from "./types";

export interface ClosureRow {
  id: string; queue: string | null; reason: string; texts: Names; closed_by: string; closed_at: number; until_at: number;
  at_the_line: boolean;
}

export interface ClosureBody { reason: string; until_at: number; texts: Names }

export type FlashPlace = "line" | "menu" | "queue";

export interface FlashBody {
  title: string; place: FlashPlace; place_name: string; texts: Names; starts_at: number; ends_at: number; on: boolean;
}

export interface FlashRow extends FlashBody {
  id: string; recorded: string[]; told: boolean; heard: number; changed_by: string; at_the_line: boolean;
}

export interface ScheduleException { title: string; first: string; last: string; hours: string[]; destination: string }

export interface ScheduleBody {
  time_zone: string; week: string[]; holidays: string; holiday_hours: string[]; exceptions: ScheduleException[];
}

export interface ScheduleRow extends ScheduleBody {
  id: string; names: Names; destinations: string[]; own: boolean; open: boolean; because: "week" | "exception" | "holiday";
  title: string; changes_at: number | null; coming: { day: string; name: string }[];
}

const one = (table: string, id: string): string => `/api/v1/${table}/${encodeURIComponent(id)}`;

export const close = (queue: string | null, body: ClosureBody): Promise<ClosureRow> =>
  ask("POST", "/api/v1/closures", { queue, ...body });
export const changeClosure = (id: string, body: ClosureBody): Promise<ClosureRow> => ask("PUT", one("closures", id), body);
export const openAgain = (id: string): Promise<void> => ask("DELETE", one("closures", id));
export const makeFlash = (body: FlashBody): Promise<FlashRow> => ask("POST", "/api/v1/flash-messages", body);
export const changeFlash = (id: string, body: FlashBody): Promise<FlashRow> => ask("PUT", one("flash-messages", id), body);
export const switchFlash = (id: string, on: boolean): Promise<FlashRow> => ask("PUT", `${one("flash-messages", id)}/state`, { on });
export const recordingOf = (id: string, language: string): string => `${one("flash-messages", id)}/recordings/${language}`;
export const putRecording = (id: string, language: string, file: Blob): Promise<FlashRow> => ask("PUT", recordingOf(id, language), file);
export const removeRecording = (id: string, language: string): Promise<FlashRow> => ask("DELETE", recordingOf(id, language));
export const menus = (): Promise<{ menus: string[] }> => ask("GET", "/api/v1/flow-places");
export const schedules = (): Promise<ScheduleRow[]> => ask("GET", "/api/v1/schedules");
export const changeSchedule = (id: string, body: ScheduleBody): Promise<ScheduleRow> => ask("PUT", one("schedules", id), body);
export const restoreSchedule = (id: string): Promise<ScheduleRow> => ask("DELETE", one("schedules", id));

/** What is planned first and what is told before what is over. */
export function inTime(rows: FlashRow[], now: number): FlashRow[] {
  const rank = (row: FlashRow): number => (row.ends_at <= now ? 2 : row.on ? 0 : 1);
  return [...rows].sort((a, b) => rank(a) - rank(b) || a.starts_at - b.starts_at || a.id.localeCompare(b.id));
}

/** The steps of a caller's way that are keys, without what they were told on it. */
export function keysOf(path: string[]): string[] {
  return path.filter((step) => !/^(flash|closed)=/.test(step));
}

/** The flash messages that a caller heard on their way, as titles; null where one is known no more. */
export function heardOn(path: string[], flashes: Record<string, FlashRow>): (string | null)[] {
  return path.filter((step) => step.startsWith("flash=")).map((step) => flashes[step.slice("flash=".length)]?.title ?? null);
}
