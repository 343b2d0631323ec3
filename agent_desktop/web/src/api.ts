// Requests to the server. Every failure is an `ApiError` with the problem's code and fields.
import type { CaseRow, Catalogue, VoicemailRow, TvBoard } from "./types";

export class ApiError extends Error {
  constructor(readonly status: number, readonly code: string, detail: string,
              readonly fields: Record<string, string>) {
    super(detail);
  }
}

interface Problem { code?: string; detail?: string; errors?: { field: string; message: string }[] }

/** Browsers keep up to 64 KiB alive, all requests of a page together. */
const KEPT_LENGTH_MAX = 8_000;
let csrf = "";

export function useToken(token: string): void {
  csrf = token;
}

export async function ask<Answer>(method: string, path: string, body?: unknown, extra?: HeadersInit): Promise<Answer> {
  const headers = new Headers(extra);
  if (method !== "GET") headers.set("X-CSRF-Token", csrf);
  const file = body instanceof Blob ? body : null;
  if (body !== undefined) headers.set("Content-Type", file === null ? "application/json" : "audio/wav");
  let answer: Response;
  try {
    const init: RequestInit = { method, headers, cache: "no-store" };
    if (body !== undefined) init.body = file ?? JSON.stringify(body);
    // What was done goes out even where the page is left or reloaded right after.
    if (method !== "GET" && file === null) init.keepalive = String(init.body ?? "").length <= KEPT_LENGTH_MAX;
    answer = await fetch(path, init);
  } catch {
    throw new ApiError(0, "no_network", "", {});
  }
  if (answer.ok) return (answer.status === 204 ? undefined : await answer.json()) as Answer;
  const problem = (await answer.json().catch(() => ({}))) as Problem;
  const fields = Object.fromEntries((problem.errors ?? []).map((one) => [one.field, one.message]));
  if (answer.status === 401 && path !== "/api/v1/session") location.assign("/signin");
  throw new ApiError(answer.status, problem.code ?? "", problem.detail ?? "", fields);
}

export interface CaseDraft {
  topic: string; description: string; call?: string; caller?: string; district: string; address: string;
  unit?: string; answers: Record<string, string>; point?: { latitude: number; longitude: number }; anonymous?: boolean; media_urls?: string[];
}

const call = (id: string): string => `/api/v1/calls/${encodeURIComponent(id)}`;

export const signIn = (login: string, password: string): Promise<unknown> =>
  ask("POST", "/api/v1/session", { login, password });
export const signOut = (): Promise<void> => ask("DELETE", "/api/v1/session");
export const setAvailability = (availability: string, reason: string): Promise<unknown> =>
  ask("PUT", "/api/v1/me/availability", { availability, reason });
export const hangUp = (id: string): Promise<void> => ask("POST", `${call(id)}/hangup`);
export const rejoin = (id: string): Promise<void> => ask("POST", `${call(id)}/rejoin`);
export const hold = (id: string): Promise<void> => ask("POST", `${call(id)}/hold`);
export const resume = (id: string): Promise<void> => ask("POST", `${call(id)}/resume`);
const recording = (id: string): string => `${call(id)}/recording`;
export const pauseRecording = (id: string): Promise<void> => ask("POST", `${recording(id)}/pause`);
export const resumeRecording = (id: string): Promise<void> => ask("POST", `${recording(id)}/resume`);
export const discardRecording = (id: string): Promise<void> => ask("DELETE", recording(id));
export const transfer = (id: string, to: { queue?: string; agent?: string; number?: string }): Promise<void> => ask("POST", `${call(id)}/transfer`, to);
export const consult = (id: string, party: { agent?: string; number?: string; name?: string; emergency?: boolean }): Promise<void> =>
  ask("POST", `${call(id)}/consult`, party);
export const endConsult = (id: string): Promise<void> => ask("DELETE", `${call(id)}/consult`);
export const joinConsult = (id: string): Promise<void> => ask("POST", `${call(id)}/consult/join`);
export const handOver = (id: string): Promise<void> => ask("POST", `${call(id)}/consult/hand-over`);
export const listen = (id: string, mode: string, reason: string): Promise<{ id: string }> => ask("POST", `${call(id)}/listen`, { mode, reason });
const listening = (id: string): string => `/api/v1/listenings/${encodeURIComponent(id)}`;
export const turnListening = (id: string, mode: string): Promise<void> => ask("PUT", listening(id), { mode });
export const stopListening = (id: string): Promise<void> => ask("DELETE", listening(id));
export const wrapUp = (id: string, body: Record<string, unknown>): Promise<unknown> =>
  ask("PUT", `${call(id)}/wrap-up`, body);
export const rank = (id: string, priority: number): Promise<void> => ask("PUT", `${call(id)}/priority`, { priority });
export const move = (id: string, queue: string): Promise<void> => ask("POST", `${call(id)}/move`, { queue });
const agent = (id: string): string => `/api/v1/agents/${encodeURIComponent(id)}`;
export const setAgent = (id: string, availability: string, reason: string): Promise<unknown> =>
  ask("PUT", `${agent(id)}/availability`, { availability, reason });
export const setSkills = (id: string, skills: Record<string, number>): Promise<unknown> =>
  ask("PUT", `${agent(id)}/skills`, { skills });
export const acknowledge = (id: string): Promise<unknown> => ask("POST", `/api/v1/alerts/${encodeURIComponent(id)}/acknowledge`);
export const tvBoards = (): Promise<TvBoard[]> => ask("GET", "/api/v1/tv-boards");
export const makeTvBoard = (name: string): Promise<TvBoard & { path: string }> => ask("POST", "/api/v1/tv-boards", { name });
export const revokeTvBoard = (id: string, revoked: boolean): Promise<TvBoard> => ask("PUT", `/api/v1/tv-boards/${id}`, { revoked });
export const catalogue = (): Promise<Catalogue> => ask("GET", "/api/v1/catalogue");
export const fileCase = (draft: CaseDraft, key: string): Promise<CaseRow> =>
  ask("POST", "/api/v1/cases", draft, { "Idempotency-Key": key });
export const voicemails = (): Promise<VoicemailRow[]> => ask("GET", "/api/v1/voicemails");
export const voicemail = (id: string): Promise<VoicemailRow> => ask("GET", `/api/v1/voicemails/${encodeURIComponent(id)}`);
export const completeVoicemail = (id: string): Promise<VoicemailRow> =>
  ask("PUT", `/api/v1/voicemails/${encodeURIComponent(id)}`, { done: true });
