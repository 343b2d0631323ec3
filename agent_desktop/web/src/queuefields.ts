// What there is to be set up about a queue, in the words of queues.toml: which form each key has. Pure.
import type { Json, Table } from "./officeapi";
import type { Key } from "./texts";

export interface Plain { key: string; label: Key; kind: "seconds" | "count" | "points" | "text"; hint?: Key; whole?: boolean }
export interface Choice { key: string; label: Key; kind: "choice"; choices: Record<string, Key>; usual: string; hint?: Key }
export interface Flag { key: string; label: Key; kind: "flag"; usual: boolean }
export interface States { key: string; label: Key; kind: "states"; hint?: Key }
export type QueueField = Plain | Choice | Flag | States;

export const STRATEGIES: Record<string, Key> = {
  longest_idle: "strategy.longest_idle", fewest_calls: "strategy.fewest_calls", least_talk: "strategy.least_talk",
  round_robin: "strategy.round_robin", most_skilled: "strategy.most_skilled", weighted: "strategy.weighted",
};
export const CAUSES: Record<string, Key> = { full: "cause.full", empty: "cause.empty", slow: "cause.slow", crowded: "cause.crowded" };
export const LEAVES: Record<string, Key> = {
  message: "leave.message", hangup: "leave.hangup", voicemail: "leave.voicemail", menu: "leave.menu", callback: "leave.callback",
};
export const ABSENT = ["logged_out", "not_ready", "reserved", "talking", "wrap_up"] as const;
const PLACES: Record<string, Key> = { more_than: "place.more_than", limit: "place.limit", yes: "place.yes", no: "place.no" };

const seconds = (key: string, label: Key, hint?: Key): Plain => ({ key, label, kind: "seconds", ...(hint ? { hint } : {}) });
const count = (key: string, label: Key, hint?: Key): Plain => ({ key, label, kind: "count", ...(hint ? { hint } : {}) });

export const CHOOSING: QueueField[] = [
  { key: "strategy", label: "queue.strategy", kind: "choice", choices: STRATEGIES, usual: "longest_idle" },
  { key: "priority", label: "queue.priority", kind: "count", hint: "queue.priority_hint" },
  seconds("service_level_s", "queue.service_level"), seconds("ring_timeout_s", "queue.ring"), seconds("wrap_up_s", "queue.wrap_up"),
];
export const WEIGHTS: QueueField[] = [
  { key: "weights.skill", label: "weight.skill", kind: "points" }, { key: "weights.idle", label: "weight.idle", kind: "points" },
  { key: "weights.load", label: "weight.load", kind: "points" },
];
export const KEEPING: QueueField[] = [
  seconds("last_agent_s", "queue.last_agent"), seconds("owner_s", "queue.owner"), seconds("redial_keep_s", "queue.redial"),
  count("recording_percent", "queue.recording", "queue.recording_hint"),
];
export const LIMITS: QueueField[] = [
  count("waiting_max", "queue.waiting_max", "queue.waiting_max_hint"), seconds("expected_wait_max_s", "queue.expected_max", "queue.expected_max_hint"),
  count("waiting_per_agent_max", "queue.per_agent", "queue.per_agent_hint"), seconds("empty_after_s", "queue.empty_after"),
  { key: "join_empty", label: "queue.join_empty", kind: "states", hint: "queue.empty_hint" },
  { key: "leave_empty", label: "queue.leave_empty", kind: "states", hint: "queue.empty_hint" },
];
export const ANNOUNCE: QueueField[] = [
  seconds("announce.first_s", "announce.first"), seconds("announce.every_s", "announce.every"),
  { key: "announce.place", label: "announce.place", kind: "choice", choices: PLACES, usual: "more_than" },
  count("announce.place_max", "announce.place_max"), seconds("announce.wait_min_s", "announce.wait_min"),
  seconds("announce.wait_max_s", "announce.wait_max"),
  { key: "announce.wait", label: "announce.wait", kind: "flag", usual: true },
  { key: "announce.only_improved", label: "announce.only_improved", kind: "flag", usual: false },
];
export const COMFORT: QueueField[] = [
  seconds("comfort.first_s", "announce.first"), seconds("comfort.every_s", "announce.every"),
  { key: "comfort.shuffled", label: "comfort.shuffled", kind: "flag", usual: false },
];
export const CALLBACK: QueueField[] = [
  count("callback.attempts_max", "callback.attempts"), seconds("callback.gap_s", "callback.gap"),
  seconds("callback.dial_timeout_s", "callback.dial"), seconds("callback.expires_s", "callback.expires"),
];

const KNOWN = new Set(["names", "requirement", "relax", "overflow", "announce", "comfort", "keys", "callback", "weights",
  ...[...CHOOSING, ...KEEPING, ...LIMITS].map((one) => one.key)]);

/** The keys that this form has no field for; they stay as they are. */
export function furtherKeys(settings: Table): string[] {
  return Object.keys(settings).filter((key) => !KNOWN.has(key));
}

/** What lies under a path such as `announce.first_s`; undefined for nothing. */
export function valueAt(settings: Table, path: string): Json | undefined {
  let value: Json | undefined = settings;
  for (const part of path.split(".")) {
    if (value === null || typeof value !== "object" || Array.isArray(value)) return undefined;
    value = value[part];
  }
  return value;
}

/** The settings with another value under a path; undefined takes the key away, and tables that were made for it. */
export function withValue(settings: Table, path: string, value: Json | undefined): Table {
  const [first = "", ...rest] = path.split(".");
  const { [first]: old, ...others } = settings;
  if (rest.length === 0) return value === undefined ? others : keep(settings, first, value);
  const inner = isTable(old) ? old : {};
  return keep(settings, first, withValue(inner, rest.join("."), value));
}

/** What somebody made of `old`, as a change of `now`: only the keys that they changed. */
export function rebased(old: Table, mine: Table, now: Table): Table {
  let settings = now;
  for (const key of new Set([...Object.keys(old), ...Object.keys(mine)])) {
    if (JSON.stringify(old[key]) !== JSON.stringify(mine[key])) settings = withValue(settings, key, mine[key]);
  }
  return settings;
}

export function isTable(value: Json | undefined): value is Table {
  return value !== null && typeof value === "object" && !Array.isArray(value);
}

/** A number as it is typed; undefined for nothing, the text itself for what is none, so that it is refused by name. */
export function typedNumber(text: string): Json | undefined {
  const plain = text.trim().replace(",", ".");
  if (plain === "") return undefined;
  return Number.isFinite(Number(plain)) ? Number(plain) : text;
}

/** Lines that are not empty. */
export function linesOf(text: string): string[] {
  return text.split("\n").map((line) => line.trim()).filter((line) => line !== "");
}

function keep(settings: Table, key: string, value: Json): Table {
  return { ...settings, [key]: value };
}
