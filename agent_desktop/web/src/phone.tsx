// The left column: who is on the line, for how long, what can be pressed. It never changes place.
import type { JSX } from "preact";
import { clock, masked } from "./format";
import { State } from "./shell";
import { t } from "./texts";
import type { AgentRow, Pop } from "./types";

export interface PhoneActions { hangUp: () => void; extend: () => void; done: () => void }

const LINE = { idle: "phone.line_idle", in_use: "phone.line_in_use", unreachable: "phone.line_unreachable" } as const;
const LAST_SECONDS = 5;

export function Phone({ agent, pop, now, busy, actions }: {
  agent: AgentRow | undefined; pop: Pop | null; now: number; busy: boolean; actions: PhoneActions;
}): JSX.Element {
  return (
    <section class="phone" aria-labelledby="phone-heading">
      <h2 id="phone-heading">{t("phone.heading")}</h2>
      <div class="phone-body">{body(agent, pop, now, busy, actions)}</div>
      {agent ? <p class={agent.phone === "unreachable" ? "line warn" : "line"}>
        {t("phone.extension")} {agent.extension} · {t(LINE[agent.phone])}
        {agent.phone === "unreachable" ? <small>{t("phone.unreachable_hint")}</small> : null}
      </p> : null}
    </section>
  );
}

function body(agent: AgentRow | undefined, pop: Pop | null, now: number, busy: boolean, actions: PhoneActions): JSX.Element {
  if (pop?.state === "pending") return <Ringing pop={pop} now={now} busy={busy} actions={actions} />;
  if (pop?.state === "dialling") {
    return (
      <>
        <State state="reserved" />
        <Number pop={pop} />
        <p class="answer">{t("phone.dialling")}</p>
        <button type="button" class="danger wide" disabled={busy} title="F2" onClick={actions.hangUp}>{t("phone.hangup")}<kbd>F2</kbd></button>
      </>
    );
  }
  if (pop?.state === "accepted") {
    return (
      <>
        <State state="talking" />
        <Number pop={pop} />
        <p class="big" aria-label={t("phone.talk_time")}>{clock(now - (pop.connected_at ?? now))}</p>
        <button type="button" class="danger wide" disabled={busy} title="F2" onClick={actions.hangUp}>{t("phone.hangup")}<kbd>F2</kbd></button>
      </>
    );
  }
  if (pop?.state === "released") return <WrapUp agent={agent} pop={pop} now={now} busy={busy} actions={actions} />;
  const isReady = agent?.state === "ready";
  return <><p class="idle">{t("phone.idle")}</p><p class="hint">{t(isReady ? "phone.idle_hint" : "phone.not_ready_hint")}</p></>;
}

function Number({ pop }: { pop: Pop }): JSX.Element {
  return <p class="number">{pop.caller ? masked(pop.caller) : t("caller.withheld")}</p>;
}

function Ringing({ pop, now, busy, actions }: { pop: Pop; now: number; busy: boolean; actions: PhoneActions }): JSX.Element {
  const whole = (pop.expires_at ?? now) - (pop.offered_at ?? now);
  const left = Math.max(0, (pop.expires_at ?? now) - now);
  return (
    <>
      <State state="reserved" />
      <Number pop={pop} />
      <p class="answer"><svg class="handset" viewBox="0 0 24 24" aria-hidden="true"><path d="M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.6 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1 11.4 11.4 0 0 0 .6 3.6 1 1 0 0 1-.25 1z" /></svg>
        {t("phone.answer")}</p>
      <div class="countdown"><span>{t("phone.answer_left")}</span><span class={left <= LAST_SECONDS ? "count alarm" : "count"}>{Math.ceil(left)} s</span></div>
      <Bar left={left} whole={whole} label={t("phone.answer_left")} />
      <button type="button" class="wide" disabled={busy} title="F2" onClick={actions.hangUp}>{t("phone.decline")}<kbd>F2</kbd></button>
    </>
  );
}

function WrapUp({ agent, pop, now, busy, actions }: {
  agent: AgentRow | undefined; pop: Pop; now: number; busy: boolean; actions: PhoneActions;
}): JSX.Element {
  const until = agent?.state === "wrap_up" ? agent.until_at : null;
  const left = until === null ? null : Math.max(0, until - now);
  return (
    <>
      <State state="wrap_up" />
      <Number pop={pop} />
      <p class={left !== null && left <= LAST_SECONDS ? "big alarm" : "big"}>{left === null ? "–" : clock(Math.ceil(left))}</p>
      <p class="hint">{t(left === null ? "phone.wrap_free" : "phone.wrap_left")}</p>
      {left === null ? null : <Bar left={left} whole={(until ?? now) - (agent?.since_at ?? now)} label={t("phone.wrap_left")} />}
      <button type="button" class="wide" disabled={busy || left === null} onClick={actions.extend}>{t("phone.wrap_more")}</button>
      <button type="button" class="primary wide" disabled={busy} onClick={actions.done}>{t("phone.wrap_done")}</button>
    </>
  );
}

function Bar({ left, whole, label }: { left: number; whole: number; label: string }): JSX.Element {
  return <progress max={Math.max(1, whole)} value={left} aria-label={label} />;
}
