// Requests of the office, and what comes back; the same names as in openapi.json.
import { ask } from "./api";

export type Json = string | number | boolean | null | Json[] | { [name: string]: Json };
export type Table = Record<string, Json>;

export interface Account {
  login: string; name: string; role: string; extension: string | null; skills: Record<string, number>;
  language: string; wrap_up_s: number | null; active: boolean; team: string; scope: Scope;
}
/** What a person oversees; an empty list limits nothing. */
export interface Scope { teams: string[]; queues: string[]; districts: string[] }
export interface Skill { skill: string; queues: string[]; topics: string[]; agents: string[] }
export interface Policy {
  version: string; writable: boolean; in_force: boolean; queues: { queue: string; settings: Table }[]; prompts: string[];
  /** What holds for keys that are not set, by their places. */
  defaults: Record<string, string>;
}
export interface FieldChange { field: string; before: Json; after: Json }
export interface Preview { fields: FieldChange[]; diff: string }
export interface Change {
  id: number; at: number; actor: string; action: string; subject: string; detail: string; address: string;
  fields: FieldChange[]; undoes: number | null; undone_by: number | null; undoable: boolean;
}
export type Wanted = Record<"actor" | "action" | "subject" | "since" | "until" | "below" | "limit", string>;

const one = (kind: string, id: string): string => `/api/v1/${kind}/${encodeURIComponent(id)}`;
const bare = ({ login: _login, ...rest }: Account): Omit<Account, "login"> => rest;

export const accounts = (): Promise<Account[]> => ask("GET", "/api/v1/accounts");
export const makeAccount = (account: Account, password: string): Promise<Account> => ask("POST", "/api/v1/accounts", { ...account, password });
export const changeAccount = (account: Account): Promise<Account> => ask("PUT", one("accounts", account.login), bare(account));
export const setPassword = (login: string, password: string): Promise<void> => ask("PUT", `${one("accounts", login)}/password`, { password });
export const queueNames = (): Promise<{ id: string; names: Record<string, string> }[]> => ask("GET", "/api/v1/queues");
export const districts = (): Promise<string[]> => ask<{ districts: string[] }>("GET", "/api/v1/catalogue").then((found) => found.districts);
export const skills = (): Promise<Skill[]> => ask("GET", "/api/v1/skills");
export const setLevels = (login: string, levels: Record<string, number>, before: Record<string, number>): Promise<Account> =>
  ask("PUT", `${one("agents", login)}/skills`, { skills: levels, before });
export const policy = (): Promise<Policy> => ask("GET", "/api/v1/policy");
export const reloadPolicy = (): Promise<void> => ask("POST", "/api/v1/policy/reload");
export const previewQueue = (queue: string, version: string, settings: Table): Promise<Preview> =>
  ask("POST", `${one("policy/queues", queue)}/preview`, { version, settings });
export const changeQueue = (queue: string, version: string, settings: Table): Promise<unknown> =>
  ask("PUT", one("policy/queues", queue), { version, settings });
export const changes = (wanted: Partial<Wanted>): Promise<Change[]> => ask("GET", `/api/v1/changes?${query(wanted)}`);
export const undoChange = (id: number): Promise<void> => ask("POST", `${one("changes", String(id))}/undo`);

/** The address of the same changes as a file. */
export const changesFile = (wanted: Partial<Wanted>): string => `/api/v1/changes.csv?${query(wanted)}`;

/** Take back what this person did last to one thing. */
export async function undoLast(actor: string, action: string, subject: string): Promise<void> {
  const [last] = (await changes({ actor, action, subject })).filter((change) => change.subject === subject);
  if (last) await undoChange(last.id);
}

function query(wanted: Partial<Wanted>): string {
  return new URLSearchParams(Object.entries(wanted).filter(([, value]) => value !== "")).toString();
}
