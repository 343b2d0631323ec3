// What the server sends about a call's surroundings; the same names as in openapi.json.
import type { CaseRow, History, Names } from "./types";

export interface Point { latitude: number; longitude: number }
export interface Located extends Point { northing: number; easting: number; district: string }
export interface Outline { district: string; rings: [number, number][][] }
export interface Street extends Point { name: string; districts: string[] }
export interface CityMap { outlines: Outline[]; streets: Street[] }

export interface Article {
  id: string; kind: "script" | "article"; topics: string[]; queues: string[]; checked: string;
  texts: Record<string, { title: string; html: string; words: string[] }>;
}

export interface Nearby { case: CaseRow; distance_m: number | null; further_reporters: number }

export interface CaseFile {
  case: CaseRow; further_reporters: number;
  events: { kind: string; detail: string; happened_at: number }[];
  calls: { call: string; reason: string; agent: string | null; linked_at: number }[];
}

export interface PhotoRow { id: string; taken_at: number; width: number; height: number }
export interface PhotoRequest { agent: string; made_at: number; expires_at: number; taken: number }
export interface CasePhotos { number: string; photos: PhotoRow[]; request: PhotoRequest | null }
/** An address to be read aloud; `is_public` false: it leads to the server's own host and port. */
export interface MadeCode { code: string; address: string; is_public: boolean; request: PhotoRequest }

export interface FoundPerson {
  id: number; name: string; number: string; language: string; tags: string[]; addresses: string[]; open_cases: number;
}

export interface Found { people: FoundPerson[]; cases: CaseRow[] }
export interface Identified { person: number; name: string; history: History }
export interface Favourite { kind: "agent" | "queue" | "unit"; target: string }

export interface OwnDay {
  calls: number | null; talk_s: number | null; without_disposition: number | null; aht_s: number | null;
  pause_s: number; since_at: number;
}

/** Everything that is read once and looked things up in. */
export interface Reference { articles: Article[]; map: CityMap }

export interface Ordered { id: string; queue: string; names?: Names }
