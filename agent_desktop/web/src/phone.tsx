// The left column: who is on the line, for how long, what can be pressed. It never changes place.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Asked, Asking } from "./consult";
import { clock, masked } from "./format";
import { HandButton, HandState } from "./hand";
import { Recording, type Recorder } from "./recording";
import { State } from "./shell";
import type { Meter } from "./sound";
import type { Station } from "./station";
import { t, type Key } from "./texts";
import type { AgentRow, Pop } from "./types";

export interface PhoneActions {
  answer: () => void; decline: () => void; hangUp: () => void; hold: () => void; mute: () => void; transfer: () => void;
  consult: () => void; emergency: () => void; back: () => void; join: () => void; handOver: () => void;
  extend: () => void; done: () => void; setUp: () => void; hand: () => void; sayToHelper: (note: string) => void;
}
interface Props { agent: AgentRow | undefined; agents: Record<string, AgentRow>; pop: Pop | null; station: Station; now: number; busy: boolean; actions: PhoneActions; recorder: Recorder }

const LINE = { idle: "phone.line_idle", in_use: "phone.line_in_use", unreachable: "phone.line_unreachable" } as const;
const HEARD_BY = { listen: "phone.heard_by", whisper: "phone.whispered_by", barge: "phone.joined_by" } as const;
const LAST_SECONDS = 5;
const KEYS = ["1", "2", "3", "4", "5", "6", "7", "8", "9", "*", "0", "#"];
const LEVEL_EVERY_MS = 100;
const HANDSET = "M6.6 10.8a15 15 0 0 0 6.6 6.6l2.2-2.2a1 1 0 0 1 1-.25 11.4 11.4 0 0 0 3.6.6 1 1 0 0 1 1 1V20a1 1 0 0 1-1 1A17 17 0 0 1 3 4a1 1 0 0 1 1-1h3.5a1 1 0 0 1 1 1 11.4 11.4 0 0 0 .6 3.6 1 1 0 0 1-.25 1z";

export function Phone(props: Props): JSX.Element {
  return (
    <section class="phone" aria-labelledby="phone-heading">
      <h2 id="phone-heading">{t("phone.heading")}</h2>
      <div class="phone-body">{body(props)}</div>
      <Line {...props} />
    </section>
  );
}

function body(props: Props): JSX.Element {
  const { agent, pop, station, busy, actions } = props;
  if (pop?.state === "pending") return <Ringing {...props} pop={pop} />;
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
  if (pop?.state === "consulted") return <Consulted {...props} pop={pop} />;
  if (pop?.state === "accepted") return <Talking {...props} pop={pop} />;
  if (pop?.state === "released") return <WrapUp {...props} pop={pop} />;
  if (station.at === "testing") {
    return (
      <>
        <p class="idle">{t("phone.testing")}</p><p class="hint">{t("phone.testing_hint")}</p>
        <Levels station={station} />
        <button type="button" class="wide" disabled={busy} onClick={actions.setUp}>{t("phone.set_up")}</button>
        <button type="button" class="danger wide" onClick={() => { void station.test(); }}>{t("phone.test_end")}</button>
      </>
    );
  }
  const isReady = agent?.state === "ready";
  return <><p class="idle">{t("phone.idle")}</p><p class="hint">{t(isReady ? "phone.idle_hint" : "phone.not_ready_hint")}</p></>;
}

/** Which phone rings, and what to do where none does. */
function Line({ agent, station, busy, actions }: Props): JSX.Element {
  const here = station.isHere;
  const words: Partial<Record<Station["state"], [Key, Key]>> = {
    viewer: ["phone.elsewhere", "phone.take_over"],
    blocked: ["phone.blocked", "phone.try_again"],
    no_microphone: ["phone.no_microphone", "phone.try_again"],
  };
  const trouble = words[station.state];
  const alone = agent?.phone === "unreachable";
  const act = (): void => { if (station.state === "viewer") station.takeOver(); else void station.retry(); };
  return (
    <div class={alone ? "line warn" : "line"}>
      <p class="line-head">
        <span>{here ? t("phone.in_page") : `${t("phone.extension")} ${agent?.extension ?? ""}`}
          {agent ? ` · ${t(station.state === "connecting" ? "phone.connecting" : LINE[agent.phone])}` : ""}</span>
        {station.state === "none" ? null
          : <button type="button" class="quiet gear" aria-label={t("phone.set_up")} title={t("phone.set_up")} disabled={busy} onClick={actions.setUp}>
            <svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path d="M2 3h7v2H2zm11 0h1v2h-1zM10 2h2v4h-2zM2 11h1v2H2zm5 0h7v2H7zM4 10h2v4H4zM2 7h4v2H2zm8 0h4v2h-4zM7 6h2v4H7z" /></svg></button>}
      </p>
      {trouble ? <small>{t(trouble[0])} <button type="button" class="link" onClick={act}>{t(trouble[1])}</button></small>
        : alone && !here ? <small>{t("phone.unreachable_hint")}</small> : null}
    </div>
  );
}

function Talking({ agent, pop, station, now, busy, actions, recorder }: Props & { pop: Pop }): JSX.Element {
  const [pad, setPad] = useState(false);
  const held = pop.held_at !== null;
  const here = station.at === "talking";
  const asks = pop.consult;
  return (
    <>
      <State state="talking">{held ? <span class="hint">· {t("phone.on_hold")}</span> : null}</State>
      <Number pop={pop} />
      <p class="big" aria-label={t("phone.talk_time")}>{clock(now - (pop.connected_at ?? now))}</p>
      {pop.listeners.map((one) => <p key={one.name} class="notice" role="status">{t(HEARD_BY[one.mode])} {one.name}</p>)}
      <div class="pair-buttons">
        <button type="button" aria-pressed={station.muted} disabled={!here} title="F8" onClick={actions.mute}>{t("phone.mute")}<kbd>F8</kbd></button>
        {asks === null
          ? <button type="button" disabled={busy || pop.awaited} title="F4" onClick={actions.hold}>{t(held ? "phone.resume" : "phone.hold")}<kbd>F4</kbd></button>
          : null}
        {asks === null ? <>
          <button type="button" disabled={busy || pop.awaited} title="F6" onClick={actions.consult}>{t("phone.consult")}<kbd>F6</kbd></button>
          <button type="button" disabled={busy} title="F7" onClick={actions.transfer}>{t("phone.transfer")}<kbd>F7</kbd></button>
          <button type="button" class="whole emergency" disabled={busy || pop.awaited} title={`F9 · ${t("phone.emergency_hint")}`} onClick={actions.emergency}>112<kbd>F9</kbd></button>
        </> : null}
        <HandButton agent={agent} busy={busy} turn={actions.hand} />
      </div>
      {asks === null ? null : <Asking consult={asks} now={now} busy={busy} actions={actions} />}
      {here ? <Levels station={station} /> : null}
      <button type="button" class="danger wide" disabled={busy} title="F2" onClick={actions.hangUp}>
        {t(asks === null ? "phone.hangup" : asks.state === "joined" ? "consult.leave" : "consult.give_up")}<kbd>F2</kbd></button>
      <Recording pop={pop} now={now} busy={busy} recorder={recorder} />
      <HandState agent={agent} now={now} say={actions.sayToHelper} />
      {here ? <button type="button" class="quiet" aria-expanded={pad} onClick={() => setPad(!pad)}>{t("phone.keypad")}</button> : null}
      {here && pad ? <div class="keypad">{KEYS.map((key) => <button key={key} type="button" onClick={() => station.press(key)}>{key}</button>)}</div> : null}
      {here && station.muted ? <p class="hint" role="status">{t("phone.muted")}</p> : null}
      {pop.awaited || station.rejoining ? <p class="notice warn" role="status">{t("phone.rejoining")}</p>
        : held && asks === null ? <p class="notice warn" role="status">{t("phone.hold_since")} {clock(now - (pop.held_at ?? now))}</p> : null}
    </>
  );
}

/** A colleague asks about a caller of theirs. */
function Consulted({ pop, agents, station, now, busy, actions }: Props & { pop: Pop }): JSX.Element {
  return (
    <>
      <State state="talking" />
      {pop.consult === null ? null : <Asked consult={pop.consult} agents={agents} />}
      <p class="big" aria-label={t("phone.talk_time")}>{clock(now - (pop.connected_at ?? now))}</p>
      {station.at === "talking" ? <Levels station={station} /> : null}
      <button type="button" class="danger wide" disabled={busy} title="F2" onClick={actions.hangUp}>{t("phone.hangup")}<kbd>F2</kbd></button>
    </>
  );
}

/** How loud both sides are: the caller above, the own voice below. */
export function Levels({ station }: { station: Station }): JSX.Element {
  return (
    <div class="levels">
      <Level meter={station.ears} label={t("phone.level_caller")} muted={false} />
      <Level meter={station.voice} label={t("phone.level_own")} muted={station.muted} />
    </div>
  );
}

export function Level({ meter, label, muted }: { meter: Meter; label: string; muted: boolean }): JSX.Element {
  const bar = useRef<HTMLMeterElement>(null);
  useEffect(() => {
    const timer = setInterval(() => { if (bar.current && !document.hidden) bar.current.value = muted ? 0 : meter.level(); }, LEVEL_EVERY_MS);
    return () => clearInterval(timer);
  }, [meter, muted]);
  return <div class="level-row"><span class="hint">{label}</span><meter ref={bar} min={0} max={1} aria-label={label} /></div>;
}

function Number({ pop }: { pop: Pop }): JSX.Element {
  return <p class="number">{pop.caller ? masked(pop.caller) : t("caller.withheld")}</p>;
}

function Ringing({ pop, agents, station, now, busy, actions }: Props & { pop: Pop }): JSX.Element {
  const whole = (pop.expires_at ?? now) - (pop.offered_at ?? now);
  const left = Math.max(0, (pop.expires_at ?? now) - now);
  const handset = <svg class="handset" viewBox="0 0 24 24" aria-hidden="true"><path d={HANDSET} /></svg>;
  return (
    <>
      <State state="reserved" />
      <Number pop={pop} />
      {pop.consult === null ? null : <Asked consult={pop.consult} agents={agents} />}
      {station.isHere
        ? <button type="button" class="answer" title="F2" disabled={station.at !== "ringing"} onClick={actions.answer}>{handset}<span>{t("phone.answer_here")}<kbd>F2</kbd></span></button>
        : <p class="answer">{handset}{t("phone.answer")}</p>}
      <div class="countdown"><span>{t("phone.answer_left")}</span><span class={left <= LAST_SECONDS ? "count alarm" : "count"}>{Math.ceil(left)} s</span></div>
      <Bar left={left} whole={whole} label={t("phone.answer_left")} />
      <button type="button" class="wide" disabled={busy} title={station.isHere ? "Shift+F2" : "F2"} onClick={actions.decline}>{t("phone.decline")}<kbd>{station.isHere ? "⇧F2" : "F2"}</kbd></button>
    </>
  );
}

function WrapUp({ agent, pop, now, busy, actions, recorder }: Props & { pop: Pop }): JSX.Element {
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
      {pop.recording === null ? null : <Recording pop={pop} now={now} busy={busy} recorder={recorder} />}
      <button type="button" class="primary wide" disabled={busy} onClick={actions.done}>{t("phone.wrap_done")}</button>
    </>
  );
}

function Bar({ left, whole, label }: { left: number; whole: number; label: string }): JSX.Element {
  return <progress max={Math.max(1, whole)} value={left} aria-label={label} />;
}
