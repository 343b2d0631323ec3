// What every page has: words, look, signing out, the age of what is shown, the shapes of states.
import type { ComponentChildren, JSX } from "preact";
import { signOut } from "./api";
import type { Connection } from "./stream";
import { currentLanguage, keep, t, useLanguage, type Key } from "./texts";
import type { AgentState } from "./types";

export const STATE_WORD: Record<AgentState, Key> = {
  logged_out: "state.logged_out", not_ready: "state.not_ready", ready: "state.ready",
  reserved: "state.reserved", talking: "state.talking", wrap_up: "state.wrap_up",
};

const SHAPES: Record<AgentState, JSX.Element> = {
  ready: <circle cx="8" cy="8" r="6" />,
  not_ready: <path d="M3 3h4v10H3zM9 3h4v10H9z" />,
  reserved: <path d="M8 1.5 15 14H1z" />,
  talking: <path d="M8 1 15 8 8 15 1 8z" />,
  wrap_up: <path d="M2 8a6 6 0 0 1 12 0z M2 10h12v3H2z" />,
  logged_out: <path fill-rule="evenodd" d="M8 2a6 6 0 1 0 0 12A6 6 0 0 0 8 2m0 2a4 4 0 1 1 0 8 4 4 0 0 1 0-8" />,
};

export function Shape({ state }: { state: AgentState }): JSX.Element {
  return <svg class={`shape state-${state}`} viewBox="0 0 16 16" aria-hidden="true">{SHAPES[state]}</svg>;
}

export function State({ state, children }: { state: AgentState; children?: ComponentChildren }): JSX.Element {
  return <span class="state"><Shape state={state} /><span class="state-word">{t(STATE_WORD[state])}</span>{children}</span>;
}

const STALE_S = 2.5;

/** How old the data is, in words, and whether that matters. */
export function Freshness({ connection, always }: { connection: Connection; always: boolean }): JSX.Element {
  const age = (Date.now() - connection.heardAt) / 1000;
  const { live } = connection;
  if (!connection.connected && live.at === 0) return <span class="fresh">{t("live.connecting")}</span>;
  if (!connection.connected || age > STALE_S) {
    return <span class="fresh alarm" role="status"><Warning />{t("live.stale")} {Math.round(age)} s</span>;
  }
  if (!live.routingUp) return <span class="fresh alarm" role="status"><Warning />{t("live.routing_down")}</span>;
  if (!live.telephonyUp) return <span class="fresh alarm" role="status"><Warning />{t("live.telephony_down")}</span>;
  return <span class="fresh">{always ? `${t("live.age")} ${Math.round(age)} s` : ""}</span>;
}

export function Warning(): JSX.Element {
  return (
    <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path fill-rule="evenodd" d="M8 1 15.5 14.5H.5zM7.2 6v4h1.6V6zM7.2 11.2v1.6h1.6v-1.6z" />
    </svg>
  );
}

function isDark(): boolean {
  const chosen = document.documentElement.dataset["theme"];
  return chosen ? chosen === "dark" : matchMedia("(prefers-color-scheme: dark)").matches;
}

/** Language, look, help, sign-out. `changed` draws the page anew. */
export function Preferences({ name, changed, help }: { name: string; changed: () => void; help?: () => void }): JSX.Element {
  const dark = isDark();
  const other = currentLanguage() === "pl" ? "en" : "pl";
  const look = (): void => {
    const theme = dark ? "light" : "dark";
    document.documentElement.dataset["theme"] = theme;
    keep("centrala_theme", theme);
    changed();
  };
  return (
    <div class="preferences">
      <span class="who">{name}</span>
      <button type="button" class="quiet" lang={other} aria-label={`${other.toUpperCase()} – ${t("top.language")}`} title={t("top.language")}
        onClick={() => { useLanguage(other); changed(); }}>{other.toUpperCase()}</button>
      <button type="button" class="quiet" aria-label={t(dark ? "top.theme_light" : "top.theme_dark")}
        title={t(dark ? "top.theme_light" : "top.theme_dark")} onClick={look}>
        <svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1a7 7 0 1 0 0 14zM8 3v10a5 5 0 0 1 0 0z" /><path class="line" d="M8 1.7a6.3 6.3 0 0 1 0 12.6" /></svg>
      </button>
      {help ? <button type="button" class="quiet" aria-label={t("top.help")} title={`${t("top.help")} (?)`} onClick={help}>?</button> : null}
      <button type="button" class="quiet" onClick={() => { void leave(); }}>{t("top.signout")}</button>
    </div>
  );
}

async function leave(): Promise<void> {
  await signOut().catch(() => undefined);
  location.assign("/signin");
}
