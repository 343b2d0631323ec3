// What the server sends; the same names as in openapi.json. Moments are seconds since the epoch.
export type AgentState = "logged_out" | "not_ready" | "ready" | "reserved" | "talking" | "wrap_up";
/** The states of those who are at work, in the order in which they are counted and sorted. */
export const COUNTED: AgentState[] = ["ready", "reserved", "talking", "wrap_up", "not_ready"];
export type Names = Record<string, string>;

export interface QueueRow {
  id: string; names: Names; requirement: string; relaxations: { after_s: number; requirement: string }[]; service_level_s: number; members: string[];
  waiting: number; callbacks: number; oldest_joined_at: number | null; expected_wait_s: number | null;
  wait_error_bias_s: number | null; wait_error_p80_s: number | null; wait_error_calls: number; agents: Record<AgentState, number>;
  today: Today | null;
}

/** A queue since midnight; the two shares are the two usual service levels. */
export interface Today {
  offered: number; answered: number; answered_within: number; abandoned: number; abandoned_within: number;
  answered_share: number | null; kept_share: number | null; asa_s: number | null; aht_s: number | null;
}

export interface AlertRow {
  id: string; kind: AlertKind; queue: string | null; reading: number; bound: number; raised_at: number;
  acknowledged_by: string | null; acknowledged_at: number | null; told: TellingRow[];
}

/** Whether a recipient was told; `at` is when they will be, were to be, or were. */
export interface TellingRow {
  recipient: string; way: "email" | "webhook"; state: "planned" | "waiting" | "failing" | "told" | "failed"; at: number;
}

export type AlertKind = "longest_wait" | "service_level" | "no_free_agent" | "abandon_burst" | "telephony_down" | "outbox_growing";

export interface TvBoard { id: string; name: string; created_by: string; created_at: number; revoked_at: number | null }

export interface SlotRow {
  queue: string; slot: number; begins_at: number; offered: number; answered: number; answered_within: number;
  abandoned: number; abandoned_within: number;
}

export interface VoicemailRow {
  id: string; caller: string; queue: string | null; language: string; left_at: number; duration_s: number;
  done_at: number | null; done_by: string | null;
}

export interface AgentRow {
  id: string; name: string; extension: string; team: string; phone: "idle" | "in_use" | "unreachable";
  skills: Record<string, number>; state: AgentState; availability: string; reason: string;
  call: string | null; since_at: number; until_at: number | null;
  /** Since when they ask for help in their talk, and the name of who comes. */
  hand_up_at: number | null; helper: string;
}

/** A consultant who asks for help in a talk. */
export interface HandRow { agent: string; call: string; note: string; raised_at: number; taken_by: string | null; taken_name: string; taken_at: number | null }

export type Place = "ivr" | "waiting" | "offered" | "talking" | "after" | "resting" | "dialling";

export interface CallRow {
  id: string; callback: boolean; caller: string; place: Place; since_at: number; queue: string | null; requirement: string;
  priority: number; language: string; joined_at: number | null; topic: string; agent: string | null;
  recording: RecordingState | null;
}

export interface CaseRow {
  number: string; topic: string; title: string; unit: string; unit_reason: string; description: string;
  district: string; address: string; status: string; opened_at: number; promised_at: number | null;
  media_urls: string[];
}

export interface ContactRow {
  call: string; queue: string | null; agent: string | null; outcome: string; topic: string;
  disposition: string; note: string; started_at: number; talk_s: number; person: string;
}

export interface History {
  people: { id: number; name: string; language: string; tags: string[] }[];
  contacts: ContactRow[]; open_cases: CaseRow[]; complete: boolean; note: string; as_of: number | null;
}

/** A third who is asked about a call: by the agent of this page, or the agent of this page themselves. */
export interface PopConsult {
  id: string; by: string; kind: "agent" | "outside" | "emergency"; name: string; agent: string | null; number: string;
  state: "dialling" | "private" | "joined" | "handed_over" | "ended"; joins: boolean; since_at: number;
}

/** How the talk is recorded; null: it is not. */
export type RecordingState = "on" | "paused" | "discarded";

export interface Pop {
  offer: string | null; call: string; caller: string; queue: string | null; language: string;
  state: string; path: string[]; path_words: Names[]; topic: string; attempt: number; joined_at: number | null;
  offered_at: number | null; expires_at: number | null; connected_at: number | null;
  released_at: number | null; held_at: number | null; awaited: boolean; consult: PopConsult | null;
  recording: RecordingState | null; recording_until: number | null; listeners: { name: string; mode: ListenMode }[];
  person: number; person_name: string; linked: string[]; history: History | null;
  history_state: "loading" | "complete" | "incomplete" | "missing";
}

export interface Question {
  code: string; datatype: string; required: boolean; texts: Names; values: string[];
}

export interface Topic {
  id: string; titles: Names; group: string; unit: string; skill: string; synonyms: string[];
  questions: Question[]; district_decides_unit: boolean;
}

export interface UnitPhone { number: string; labels: Names; personal: boolean }

export interface Unit { id: string; names: Names; district: string; phones: UnitPhone[] }

export interface Catalogue {
  version: string; topics: Topic[]; units: Unit[]; districts: string[];
  dispositions: { id: string; names: Names }[];
}

export interface Reason { id: string; pl: string; en: string }

/** Who hears a supervisor: nobody, the agent, both. */
export type ListenMode = "listen" | "whisper" | "barge";

export interface PhoneSettings { name: string; auto_answer: boolean }

export interface PageSettings {
  phone: PhoneSettings | null;
  reasons: Reason[];
  time_zone?: string;
  disposition_required?: boolean;
  user: { login: string; name: string; role: string; extension: string | null; whole_line: boolean; csrf: string };
}
