// What a page starts with: its settings, and the moment as the server counts it.
import { useToken } from "./api";
import type { Connection } from "./stream";
import type { PageSettings } from "./types";

const TICK_MS = 500;

export function start(): PageSettings {
  const settings = JSON.parse(document.querySelector("#settings")!.textContent ?? "{}") as PageSettings;
  useToken(settings.user.csrf);
  return settings;
}

/** The server's moment, in seconds. */
export function moment(connection: Connection): number {
  return Date.now() / 1000 + connection.ahead;
}

/** Draw again and again, so that every clock on the page goes on. */
export function tick(draw: () => void): void {
  setInterval(() => { if (!document.hidden) draw(); }, TICK_MS);
  document.addEventListener("visibilitychange", draw);
}
