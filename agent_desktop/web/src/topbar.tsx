// The top bar of the desk: my state, my queues, me.
import type { JSX } from "preact";
import { clock } from "./format";
import { OwnCards } from "./owncards";
import { Freshness, Preferences, State } from "./shell";
import type { Connection } from "./stream";
import { t, word, type Key } from "./texts";
import type { AgentRow, PageSettings, QueueRow } from "./types";

const OWN_REASONS: Record<string, Key> = {
  no_answer: "reason.no_answer", rona: "reason.no_answer", signed_out: "reason.signed_out",
  phone_unreachable: "reason.phone_unreachable", phone_in_use: "reason.phone_in_use",
};

export function TopBar({ settings, connection, agent, now, wish, changed, help }: {
  settings: PageSettings; connection: Connection; agent: AgentRow | undefined; now: number;
  wish: (availability: string, reason: string) => void; changed: () => void; help: () => void;
}): JSX.Element {
  const { live } = connection;
  // Where somebody waits comes first, so that a narrow screen cuts off the quiet ones.
  const queues = Object.values(live.queues).filter((one) => one.members.includes(settings.user.login))
    .sort((a, b) => Number(b.waiting > 0) - Number(a.waiting > 0));
  return (
    <header class="top">
      <div class="my-state">
        {agent ? <><State state={agent.state}>
          <span class="figure" title={t("top.time_in_state")}>{clock(now - agent.since_at)}</span></State>
          {agent.reason && agent.state === "not_ready" ? <span class="reason">{reasonWord(settings, agent.reason)}</span> : null}
        </> : null}
        <select aria-label={t("top.set_state")} value={chosen(agent)} disabled={agent === undefined}
          onChange={(event) => { const [what, why] = event.currentTarget.value.split(":"); wish(what ?? "", why ?? ""); }}>
          <option value="ready:">{t("top.go_ready")}</option>
          <optgroup label={t("top.go_not_ready")}>
            {settings.reasons.map((one) => <option key={one.id} value={`not_ready:${one.id}`}>{word({ pl: one.pl, en: one.en }, one.id)}</option>)}
            {unknownWish(settings, agent)}
          </optgroup>
          <option value="logged_out:">{t("top.go_logged_out")}</option>
        </select>
      </div>
      <ul class="queues" aria-label={t("top.queues")}>
        {queues.length === 0 ? <li class="hint">{t("top.no_queues")}</li> : queues.map((one) => <Queue key={one.id} one={one} now={now} />)}
      </ul>
      <Freshness connection={connection} always={false} />
      <OwnCards calm={connection.live.pop === null} />
      <Preferences name={settings.user.name} changed={changed} help={help} />
    </header>
  );
}

function Queue({ one, now }: { one: QueueRow; now: number }): JSX.Element {
  const wait = one.oldest_joined_at === null ? null : now - one.oldest_joined_at;
  const level = wait !== null && wait > one.service_level_s ? "alarm" : "";
  return (
    <li class={one.waiting > 0 ? "busy" : ""}>
      <span class="queue-name" title={word(one.names, one.id)}>{word(one.names, one.id)}</span> <strong class="figure">{one.waiting}</strong>
      {wait === null ? null : <span class={`figure ${level}`}> {clock(wait)}</span>}
    </li>
  );
}

function chosen(agent: AgentRow | undefined): string {
  if (agent === undefined) return "logged_out:";
  return agent.availability === "not_ready" ? `not_ready:${agent.reason}` : `${agent.availability}:`;
}

/** The option that shows a reason somebody else gave, such as routing after calls not answered. */
function unknownWish(settings: PageSettings, agent: AgentRow | undefined): JSX.Element | null {
  if (agent?.availability !== "not_ready" || settings.reasons.some((one) => one.id === agent.reason)) return null;
  return <option value={`not_ready:${agent.reason}`} disabled>{reasonWord(settings, agent.reason) || t("state.not_ready")}</option>;
}

function reasonWord(settings: PageSettings, reason: string): string {
  const known = settings.reasons.find((one) => one.id === reason);
  const own = OWN_REASONS[reason];
  return known ? word({ pl: known.pl, en: known.en }, reason) : own ? t(own) : reason;
}
