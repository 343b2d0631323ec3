// What the phone in the page does by itself, as rules over what is known. Pure.
import type { Pop } from "./types";

/** What is at the phone in this page. */
export type AtPhone = "nothing" | "ringing" | "talking" | "testing";

/** A pop that never came keeps the ring away for so long at most. */
export const RING_ANYWAY_MS = 1_500;
/** Word of the end of a talk may take so long from the server. */
export const END_GRACE_MS = 1_500;

/** Whether a call may ring aloud: the caller is on the screen, or does not come there. */
export function mayRing(offer: string, painted: string, waitedMs: number): boolean {
  return offer === painted || waitedMs >= RING_ANYWAY_MS;
}

/** Whether the sound of the talk on the screen is to be brought back to this page. */
export function mustRejoin(pop: Pop | null, at: AtPhone, endedMsAgo: number): boolean {
  if (pop === null || pop.state !== "accepted") return false;
  if (pop.awaited) return at !== "ringing";
  return at === "nothing" && endedMsAgo >= END_GRACE_MS;
}

/** Whether a talk at the phone is over for the server, whose word of it got lost. */
export function isOver(pop: Pop | null, at: AtPhone, sinceMs: number): boolean {
  return at === "talking" && sinceMs >= 2 * END_GRACE_MS && pop?.state !== "accepted" && pop?.state !== "consulted";
}
