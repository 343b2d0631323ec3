// Requests about a call's surroundings: people, near cases, places, knowledge, one's own things.
import { ask } from "./api";
import type { Article, CaseFile, CasePhotos, CityMap, Favourite, Found, Identified, Located, MadeCode, Nearby, OwnDay, Point } from "./desktypes";

const call = (id: string): string => `/api/v1/calls/${encodeURIComponent(id)}`;
const caseAt = (number: string): string => `/api/v1/cases/${encodeURIComponent(number)}`;
const once = (key: string): HeadersInit => ({ "Idempotency-Key": key });

export const knowledge = (): Promise<{ articles: Article[] }> => ask("GET", "/api/v1/knowledge");
export const cityMap = (): Promise<CityMap> => ask("GET", "/api/v1/places");
export const locate = (at: Point): Promise<Located> =>
  ask("GET", `/api/v1/places/at?latitude=${at.latitude}&longitude=${at.longitude}`);

export function nearbyCases(asked: { topic: string; point: Point | null; district: string; address: string }): Promise<Nearby[]> {
  const query = new URLSearchParams({ topic: asked.topic, district: asked.district, address: asked.address });
  if (asked.point) {
    query.set("latitude", String(asked.point.latitude));
    query.set("longitude", String(asked.point.longitude));
  }
  return ask("GET", `/api/v1/nearby-cases?${query}`);
}

export const caseFile = (number: string): Promise<CaseFile> => ask("GET", `${caseAt(number)}/file`);
export const addReporter = (number: string, body: { call?: string; anonymous?: boolean }, key: string): Promise<CaseFile> =>
  ask("POST", `${caseAt(number)}/reporters`, body, once(key));
export const addNote = (number: string, body: { text: string; call?: string }, key: string): Promise<CaseFile> =>
  ask("POST", `${caseAt(number)}/notes`, body, once(key));
export const addLinks = (number: string, body: { urls: string[]; call?: string }, key: string): Promise<CaseFile> =>
  ask("POST", `${caseAt(number)}/links`, body, once(key));
export const casePhotos = (number: string): Promise<CasePhotos> => ask("GET", `${caseAt(number)}/photos`);
export const askForPhotos = (number: string, body: { call?: string }): Promise<MadeCode> =>
  ask("POST", `${caseAt(number)}/photo-request`, body);
export const withdrawPhotoRequest = (number: string): Promise<CasePhotos> => ask("DELETE", `${caseAt(number)}/photo-request`);
export const photoAt = (number: string, id: string, size = "whole"): string => `${caseAt(number)}/photos/${id}?size=${size}`;
export const setPhotoRemoved = (number: string, id: string, removed: boolean): Promise<CasePhotos> =>
  ask("PUT", `${caseAt(number)}/photos/${id}`, { removed });
export const linkCase = (id: string, number: string): Promise<CaseFile> => ask("POST", `${call(id)}/cases`, { number });
export const searchCallers = (text: string): Promise<Found> => ask("GET", `/api/v1/callers?${new URLSearchParams({ text })}`);
export const identify = (id: string, who: { person?: number; name?: string; contacts?: Record<string, string> }): Promise<Identified> =>
  ask("PUT", `${call(id)}/person`, who);
export const favourites = (): Promise<{ favourites: Favourite[] }> => ask("GET", "/api/v1/me/favourites");
export const setFavourites = (wanted: Favourite[]): Promise<{ favourites: Favourite[] }> =>
  ask("PUT", "/api/v1/me/favourites", { favourites: wanted });
export const ownDay = (): Promise<OwnDay> => ask("GET", "/api/v1/me/day");
export const orderCallback = (
  body: { number: string; queue: string; topic: string; language: string; not_before_at?: number }, key: string,
): Promise<{ id: string }> => ask("POST", "/api/v1/callbacks", body, once(key));
