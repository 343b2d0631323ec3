// What the office calls actions, fields and values, and mistakes that the server names.
import { ApiError } from "./api";
import type { Json } from "./officeapi";
import { t, type Key } from "./texts";

export const ACTIONS: Record<string, Key> = {
  "account.made": "change.account_made", "account.changed": "change.account_changed", "account.password_set": "change.password_set",
  "agent.skills_set": "change.skills_set", "agent.availability_set": "change.availability_set", "alert.acknowledged": "change.alert_taken",
  "call.listened": "change.listened", "call.listening_turned": "change.listening_turned", "call.listening_ended": "change.listening_ended",
  "call.moved": "change.call_moved", "call.ranked": "change.call_ranked", "case.sent_again": "change.case_sent",
  "recording.played": "change.recording_played", "recording.erased": "change.recording_erased", "recording.expired": "change.recording_expired",
  "changes.exported": "change.exported", "policy.reloaded": "change.policy_reloaded", "queue.changed": "change.queue_changed",
  "line.closed": "change.line_closed", "line.closure_changed": "change.closure_changed", "line.opened": "change.line_opened",
  "flash.made": "change.flash_made", "flash.changed": "change.flash_changed", "flash.on": "change.flash_on", "flash.off": "change.flash_off",
  "flash.recorded": "change.flash_recorded", "flash.recording_removed": "change.flash_unrecorded", "schedule.changed": "change.schedule_changed",
  "quality.card_opened": "change.quality_opened", "quality.card_submitted": "change.quality_submitted", "quality.card_corrected": "change.quality_corrected",
  "quality.card_discarded": "change.quality_discarded", "quality.dispute_answered": "change.quality_answered",
  "quality.calibration_made": "change.quality_calibration", "quality.calibration_closed": "change.quality_closed", "quality.results_exported": "change.quality_exported",
  "tv_board.made": "change.tv_made", "tv_board.restored": "change.tv_restored", "tv_board.revoked": "change.tv_revoked",
};

const FIELDS: Record<string, Key> = {
  name: "users.name", role: "users.role", extension: "users.extension", language: "users.language", wrap_up_s: "users.wrap_up",
  team: "users.team", scope: "users.scope", "scope.teams": "users.scope_teams", "scope.queues": "users.scope_queues", "scope.districts": "users.scope_districts",
  active: "users.open", names: "queue.names", requirement: "queue.requirement", relax: "queue.relax", strategy: "queue.strategy",
  weights: "queue.weights", priority: "queue.priority", service_level_s: "queue.service_level", ring_timeout_s: "queue.ring",
  last_agent_s: "queue.last_agent", owner_s: "queue.owner", redial_keep_s: "queue.redial", recording_percent: "queue.recording", waiting_max: "queue.waiting_max",
  expected_wait_max_s: "queue.expected_max", waiting_per_agent_max: "queue.per_agent", join_empty: "queue.join_empty",
  leave_empty: "queue.leave_empty", empty_after_s: "queue.empty_after", overflow: "queue.overflow", announce: "queue.announce",
  time_zone: "hours.zone", week: "hours.week", holidays: "hours.holidays", holiday_hours: "hours.holiday_hours", exceptions: "hours.exceptions",
  comfort: "queue.comfort", keys: "queue.keys", callback: "queue.callback",
};
const ROLES: Record<string, Key> = {
  agent: "role.agent", team_lead: "role.team_lead", supervisor: "role.supervisor", analyst: "role.analyst", admin: "role.admin",
};

export function actionWord(action: string): string {
  const key = ACTIONS[action];
  return key ? t(key) : action;
}

export function fieldWord(field: string): string {
  if (field.startsWith("skills.")) return `${t("users.skill")} ${field.slice("skills.".length)}`;
  const key = FIELDS[field];
  return key ? t(key) : field;
}

export function roleWord(role: string): string {
  const key = ROLES[role];
  return key ? t(key) : role;
}

/** A value in one line. */
export function valueWord(field: string, value: Json): string {
  if (value === null) return "–";
  if (typeof value === "boolean") return t(value ? "office.yes" : "office.no");
  if (field === "role" && typeof value === "string") return roleWord(value);
  if (typeof value !== "object") return String(value);
  return plain(value);
}

function plain(value: Json): string {
  if (Array.isArray(value)) return value.map(plain).join("; ") || "–";
  if (value === null || typeof value !== "object") return String(value);
  return Object.entries(value).map(([name, inner]) => `${name} ${plain(inner)}`).join(", ") || "–";
}

const MISTAKES: [RegExp, Key][] = [
  [/^unknown key$/, "mistake.unknown"], [/^Field required$|at least 1 /, "mistake.missing"],
  [/greater than or equal to ([\d.-]+)/, "mistake.at_least"], [/less than or equal to ([\d.-]+)/, "mistake.at_most"],
  [/greater than ([\d.-]+)/, "mistake.more_than"], [/valid (?:number|integer)/, "mistake.number"],
  [/^character (\d+): /, "mistake.requirement"], [/^no queue (\S+)/, "mistake.no_queue"], [/^is this queue itself/, "mistake.same_queue"],
  [/^not later than|does not grow/, "mistake.order"], [/need each other/, "mistake.need_each_other"], [/^more than one step/, "mistake.twice"],
  [/^begins with the key (\S+)/, "mistake.key_begins"], [/^give (?:either|one of)/, "mistake.either"], [/^this queue records no talk/, "mistake.records_nothing"], [/^prompt `(.+?)` has no text/, "mistake.no_prompt"], [/^the flow has no `(.+?)`/, "mistake.no_entry"],
  [/^not of the form/, "mistake.hours"], [/ends before it begins/, "mistake.night"], [/no time of day/, "mistake.hours"],
  [/^only the strategy weighted/, "mistake.weights"], [/^the login .* is taken/, "mistake.login_taken"],
  [/^the extension .* is taken/, "mistake.extension_taken"], [/^a login is/, "mistake.login"], [/^a name is/, "mistake.name"],
  [/^an extension is/, "mistake.extension"], [/^an agent needs/, "mistake.needs_extension"], [/^a team lead oversees/, "mistake.needs_team"], [/^a team is up/, "mistake.team"], [/^only a team lead/, "mistake.no_scope"],
  [/^there is no (.+) among/, "mistake.no_such"], [/^a password has/, "mistake.password"],
  [/should match pattern/, "mistake.pattern"],
];

/** A mistake in the page's language; as the server says it where that is not foreseen. */
export function mistakeWord(message: string): string {
  for (const [form, key] of MISTAKES) {
    const found = form.exec(message);
    if (found) return t(key).replace("{}", found[1] ?? "");
  }
  return message;
}

const REFUSALS: Record<string, Key> = {
  policy_changed: "office.changed_meanwhile", changed_since: "office.changed_since", undone_already: "office.undone_already",
  own_account: "users.own", policy_not_written: "queue.read_only", forbidden: "office.not_yours", outside_scope: "office.outside_scope", policy_unreadable: "queue.unreadable",
};

/** Why something was not done, for people. */
export function refusalWord(error: unknown): string {
  if (!(error instanceof ApiError) || error.status === 0) return t("error.action");
  const key = REFUSALS[error.code];
  const fields = Object.entries(error.fields).map(([field, message]) => `${fieldWord(field.split(".")[0] ?? field)}: ${mistakeWord(message)}`);
  return key ? t(key) : fields[0] ?? `${t("board.refused")} ${mistakeWord(error.message)}`;
}
