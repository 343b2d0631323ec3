// Which consultants are shown, and in which order. Pure.
import { COUNTED, type AgentRow, type QueueRow } from "./types";

export type Column = "name" | "team" | "state" | "since" | "extension";
/** What is wanted of a consultant; "" wants nothing. `state` may also be `at_work`: anything but out of the queues. */
export interface Filter { team: string; queue: string; skill: string; state: string }

export function matching(rows: AgentRow[], filter: Filter, queues: Record<string, QueueRow>): AgentRow[] {
  const members = filter.queue === "" ? null : new Set(queues[filter.queue]?.members ?? []);
  return rows.filter((one) =>
    (members === null || members.has(one.id))
    && (filter.team === "" || filter.team === one.team)
    && (filter.skill === "" || filter.skill in one.skills)
    && (filter.state === "" || (filter.state === "at_work" ? one.state !== "logged_out" : one.state === filter.state)));
}

export function sorted(rows: AgentRow[], column: Column, down: boolean, language: string): AgentRow[] {
  const place = (one: AgentRow): number => (one.state === "logged_out" ? COUNTED.length : COUNTED.indexOf(one.state));
  const by: Record<Column, (a: AgentRow, b: AgentRow) => number> = {
    name: (a, b) => a.name.localeCompare(b.name, language),
    team: (a, b) => a.team.localeCompare(b.team, language),
    state: (a, b) => place(a) - place(b),
    since: (a, b) => Number(a.state === "logged_out") - Number(b.state === "logged_out") || a.since_at - b.since_at,
    extension: (a, b) => a.extension.localeCompare(b.extension),
  };
  return [...rows].sort((a, b) => (down ? -1 : 1) * by[column](a, b) || a.id.localeCompare(b.id));
}

/** Every team that anybody is in, in order. */
export function teamsOf(rows: { team: string }[], language: string): string[] {
  return [...new Set(rows.map((one) => one.team).filter((team) => team !== ""))].sort((a, b) => a.localeCompare(b, language));
}

/** Every skill that anybody has, in order. */
export function skillsOf(rows: AgentRow[]): string[] {
  return [...new Set(rows.flatMap((one) => Object.keys(one.skills)))].sort();
}
