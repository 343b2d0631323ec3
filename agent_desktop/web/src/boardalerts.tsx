// The board's alerts: said once by a screen reader when they come, quiet once somebody sees to them.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { acknowledge } from "./api";
import { clock, hour, share } from "./format";
import type { Rights } from "./rights";
import { Warning } from "./shell";
import { t, word, type Key } from "./texts";
import type { AgentRow, AlertKind, AlertRow, QueueRow, TellingRow } from "./types";

const WORDS: Record<AlertKind, Key> = {
  longest_wait: "alert.longest_wait", service_level: "alert.service_level", no_free_agent: "alert.no_free_agent",
  abandon_burst: "alert.abandon_burst", telephony_down: "alert.telephony_down", outbox_growing: "alert.outbox_growing",
};

const NOT_SENT = new Set<TellingRow["state"]>(["failing", "failed"]);

export function Alerts({ rows, queues, agents, zone, rights }: {
  rows: AlertRow[]; queues: Record<string, QueueRow>; agents: Record<string, AgentRow>; zone: string; rights: Rights;
}): JSX.Element {
  const [busy, setBusy] = useState("");
  const [failed, setFailed] = useState("");
  const take = async (id: string): Promise<void> => {
    setBusy(id);
    setFailed("");
    await acknowledge(id).catch(() => setFailed(id));
    setBusy("");
  };
  return (
    <section aria-label={t("alert.heading")} class={rows.length === 0 ? "alerts none" : "alerts"}>
      <div role="log" aria-label={t("alert.heading")}><ul>{inOrder(rows).map((one) => (
        <li key={one.id} class={`notice ${one.acknowledged_by === null ? "alarm" : "taken"}`}>
          <span><Warning /> {alertText(one, queues)} <span class="hint">{t("alert.since")} {hour(one.raised_at, zone)}</span>
            <Told rows={one.told} zone={zone} /></span>
          {one.acknowledged_by !== null
            ? <span class="hint">{t("alert.acknowledged")} {agents[one.acknowledged_by]?.name ?? one.acknowledged_by}</span>
            : !rights.leads ? null : <span>{failed === one.id ? <span role="alert">{t("error.action")} </span> : null}
              <button type="button" disabled={busy !== ""} onClick={() => { void take(one.id); }}
                aria-label={`${t("alert.acknowledge")}: ${alertText(one, queues)}`}>{t("alert.acknowledge")}</button></span>}
        </li>))}
      </ul></div>
    </section>
  );
}

/** Who was told beyond the board. A screen reader says it when asked, not at each step of it. */
function Told({ rows, zone }: { rows: TellingRow[]; zone: string }): JSX.Element | null {
  if (rows.length === 0) return null;
  return (
    <span class="told" aria-live="off">{rows.map((one) => (
      <span key={one.recipient} class={NOT_SENT.has(one.state) ? "unsent" : ""}>{NOT_SENT.has(one.state) ? <Warning /> : null} {tellingText(one, zone)}</span>))}
    </span>
  );
}

function tellingText(one: TellingRow, zone: string): string {
  const states: Record<TellingRow["state"], string> = {
    planned: `${t("telling.planned")} ${hour(one.at, zone)}`, waiting: t("telling.waiting"),
    failing: t("telling.failing"), told: hour(one.at, zone), failed: t("telling.failed"),
  };
  return `${t(one.way === "email" ? "telling.email" : "telling.webhook")}: ${one.recipient}, ${states[one.state]}`;
}

/** Who nobody sees to first, then the newest. */
export function inOrder(rows: AlertRow[]): AlertRow[] {
  return [...rows].sort((a, b) => Number(a.acknowledged_by !== null) - Number(b.acknowledged_by !== null)
    || b.raised_at - a.raised_at || a.id.localeCompare(b.id));
}

export function alertText(one: AlertRow, queues: Record<string, QueueRow>): string {
  const bounds: Record<AlertKind, string> = {
    longest_wait: clock(one.bound), service_level: share(one.bound), no_free_agent: "",
    abandon_burst: String(one.reading), telephony_down: "", outbox_growing: String(one.reading),
  };
  const what = `${t(WORDS[one.kind])} ${bounds[one.kind]}`.trim();
  return one.queue === null ? what : `${word(queues[one.queue]?.names, one.queue)}: ${what}`;
}
