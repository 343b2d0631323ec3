// The matrix of skills as cells: what is shown, where a key leads, what a typed level means. Pure.
import type { Account, Skill } from "./officeapi";

export const LEVEL_MAX = 100;
export interface Cell { row: number; column: number }
export interface Sought { agent: string; skill: string; queue: string }
export type Levels = Record<string, number>;

/** The columns that are asked for: skills by name, of one queue only if one is chosen. */
export function columnsOf(skills: Skill[], added: string[], sought: Sought): Skill[] {
  const own = added.filter((name) => skills.every((one) => one.skill !== name)).map((skill) => ({ skill, queues: [], topics: [], agents: [] }));
  const wanted = sought.skill.trim().toLowerCase();
  return [...skills, ...own].sort((a, b) => (a.skill < b.skill ? -1 : 1))
    .filter((one) => one.skill.includes(wanted) && (sought.queue === "" || one.queues.includes(sought.queue)));
}

/** The consultants that are asked for: open accounts of that role, by name. */
export function rowsOf(accounts: Account[], sought: Sought, language: string): Account[] {
  const wanted = sought.agent.trim().toLocaleLowerCase(language);
  return accounts.filter((one) => one.active && one.role === "agent" && `${one.name} ${one.login}`.toLocaleLowerCase(language).includes(wanted))
    .sort((a, b) => a.name.localeCompare(b.name, language));
}

const STEPS: Record<string, [number, number]> = { ArrowUp: [-1, 0], ArrowDown: [1, 0], ArrowLeft: [0, -1], ArrowRight: [0, 1], Enter: [1, 0] };

/** The cell that a key leads to, null where it leads nowhere; the edges hold. */
export function moved(from: Cell, key: string, far: boolean, rows: number, columns: number): Cell | null {
  const last = { row: rows - 1, column: columns - 1 };
  if (key === "Home") return { row: far ? 0 : from.row, column: 0 };
  if (key === "End") return { row: far ? last.row : from.row, column: last.column };
  const step = STEPS[key];
  if (!step) return null;
  const within = (value: number, most: number): number => Math.max(0, Math.min(most, value));
  return { row: within(from.row + step[0], last.row), column: within(from.column + step[1], last.column) };
}

/** What a typed level means: a number, null for none, undefined for what is no level. */
export function levelOf(text: string): number | null | undefined {
  const plain = text.trim();
  if (plain === "") return null;
  return /^\d{1,3}$/.test(plain) && Number(plain) <= LEVEL_MAX ? Number(plain) : undefined;
}

/** A consultant's levels with one of them changed; none is not zero. */
export function withLevel(levels: Levels, skill: string, level: number | null): Levels {
  const { [skill]: _old, ...rest } = levels;
  return level === null ? rest : { ...rest, [skill]: level };
}

export function sameLevels(a: Levels, b: Levels): boolean {
  const names = Object.keys(a);
  return names.length === Object.keys(b).length && names.every((name) => a[name] === b[name]);
}
