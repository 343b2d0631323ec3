// The consultant's desk: joins the event stream, the call, the case and the keys.
import { render, type JSX } from "preact";
import { useEffect, useLayoutEffect, useRef, useState } from "preact/hooks";
import { catalogue as getCatalogue, consult, endConsult, handOver, hangUp, hold, joinConsult, resume, setAvailability, transfer, wrapUp } from "./api";
import { Caller } from "./caller";
import { CaseForm } from "./caseform";
import { DeskLine } from "./deskline";
import { EMPTY, type Draft } from "./draft";
import { CallbackForm } from "./callbackform";
import { Directory, type Entry } from "./directory";
import { Knowledge } from "./knowledge";
import { putDownHand, putUpHand } from "./hand";
import { NOTHING } from "./live";
import { askToNotify, flashing, Attention } from "./attention";
import { moment, start, tick } from "./page";
import type { Joined } from "./nearby";
import { Phone } from "./phone";
import { PhoneSetup } from "./phonesetup";
import { useRecorder } from "./recording";
import { Reach, type ReachMode, type Target } from "./reach";
import { useReference } from "./reference";
import { Station } from "./station";
import { refusal } from "./refusal";
import { follow, type Connection, type Report } from "./stream";
import { t, word as wordIn, type Key } from "./texts";
import { Tiles } from "./tiles";
import { TopBar } from "./topbar";
import type { Catalogue } from "./types";
import { Voicemails } from "./voicemails";

const CATALOGUE_RETRY_MS = 3_000;
const DRAFT_KEY = "centrala-draft";
const ANNOUNCED: Record<string, Key> = { pending: "live.ringing", dialling: "phone.dialling", accepted: "live.talking", consulted: "live.consulted", released: "live.wrap_up" };
const settings = start();
let tell: (report: Report) => void = () => {};
let redraw = (): void => undefined;
const attention = new Attention();
const station = new Station(settings.phone, () => redraw());
let connection: Connection = { live: NOTHING, connected: false, heardAt: Date.now(), ahead: 0 };

interface Kept { call: string; draft: Draft; saved: Joined | null }

/** What was being written for a call; it survives a reload of the page, not the closing of the tab. */
function kept(): Kept {
  try {
    const text = sessionStorage.getItem(DRAFT_KEY);
    const found = text ? JSON.parse(text) as Kept : null;
    // A page that was opened before an update may have kept less than there is now.
    if (found) return { ...found, draft: { ...EMPTY, ...found.draft } };
  } catch { /* a browser that keeps nothing */ }
  return { call: "", draft: fresh(), saved: null };
}

function fresh(): Draft {
  return { ...EMPTY, key: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}` };
}

function isTouched(draft: Draft): boolean {
  return draft.description !== "" || draft.media !== "" || draft.address !== "" || draft.point !== null || Object.keys(draft.answers).length > 0;
}

function useCatalogue(): Catalogue | null {
  const [catalogue, setCatalogue] = useState<Catalogue | null>(null);
  useEffect(() => {
    const load = (): void => {
      getCatalogue().then(setCatalogue, () => setTimeout(load, CATALOGUE_RETRY_MS));
    };
    load();
  }, []);
  return catalogue;
}

function Desk(): JSX.Element {
  const [, setTurn] = useState(0);
  const draw = (): void => setTurn((turn) => turn + 1);
  const [state, setState] = useState<Kept>(kept);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const [wrapError, setWrapError] = useState(false);
  const [said, setSaid] = useState<Key | null>(null);
  const help = useRef<HTMLDialogElement>(null);
  const setup = useRef<HTMLDialogElement>(null);
  const reaching = useRef<HTMLDialogElement>(null);
  const [mode, setMode] = useState<ReachMode>("transfer");
  const callBack = useRef<HTMLDialogElement>(null);
  const catalogue = useCatalogue();
  const reference = useReference();
  const { live } = connection;
  const now = moment(connection);
  const agent = live.agents[settings.user.login];
  const pop = live.pop;

  useEffect(() => {
    tick(draw);
    redraw = draw;
    station.start();
    tell = follow((next) => { connection = next; draw(); }, { type: "paints" });
  }, []);
  useLayoutEffect(() => {
    // The phone rings once this is on the screen; a page that is hidden paints nothing, so it is not waited for.
    const offer = pop?.state === "pending" ? pop.offer : null;
    if (offer === null || offer === undefined) return;
    const painted = (): void => {
      tell({ type: "painted", offer });
      station.painted(offer);
    };
    if (document.hidden) painted();
    else requestAnimationFrame(() => setTimeout(painted));
  }, [pop?.offer, pop?.state]);
  useEffect(() => sessionStorage.setItem(DRAFT_KEY, JSON.stringify(state)), [state]);
  useEffect(() => {
    // A new call begins a new case, unless one is still being written: that is never covered or lost.
    if (pop !== null && pop.call !== state.call) {
      setWrapError(false);
      setState((old) => isTouched(old.draft) && old.saved === null
        ? { ...old, call: pop.call }
        : { call: pop.call, draft: { ...fresh(), topic: known(catalogue, pop.topic) }, saved: null });
    }
  }, [pop?.call, catalogue]);
  useEffect(() => {
    station.show(pop);
  }, [pop]);
  useEffect(() => {
    // Whoever cannot see the page hears each step of the call, and its end where nobody answered.
    setSaid((before) => pop !== null ? ANNOUNCED[pop.state] ?? null : before === "live.ringing" ? "live.ended" : null);
  }, [pop?.call, pop?.state]);
  useEffect(() => {
    const word = t("desk.title");
    const title = `${word} · ${t("app.name")}`;
    document.title = pop?.state === "pending" ? flashing(now, `☎ ${t("live.ringing")}`, title) : title;
    const queue = pop?.queue == null ? "" : wordIn(live.queues[pop.queue]?.names, pop.queue);
    attention.tell(pop?.state === "pending" ? pop.offer ?? "" : "", `☎ ${t("live.ringing")}`, queue);
  });

  const change = (values: Partial<Draft>): void => {
    if (values.disposition) setWrapError(false);
    setState((old) => ({ ...old, draft: { ...old.draft, ...values } }));
  };
  const setSaved = (saved: Joined | null): void => setState((old) => ({
    ...old, saved,
    draft: saved === null
      ? { ...fresh(), disposition: old.draft.disposition, note: old.draft.note }
      : { ...old.draft, disposition: old.draft.disposition || ended(catalogue, saved.further_reporters === undefined ? "case_filed" : "case_supplemented") },
  }));
  const act = (action: Promise<unknown>): void => {
    setBusy(true);
    setFailure("");
    action.catch((problem: unknown) => {
      setFailure(refusal(problem));
    }).finally(() => setBusy(false));
  };
  const recorder = useRecorder(pop, act);
  const reachFor = (wanted: ReachMode): void => {
    if (pop?.state !== "accepted" || busy) return;
    setMode(wanted);
    reaching.current?.showModal();
  };
  const reach = (to: Target): void => {
    if (pop) act(mode === "consult" ? consult(pop.call, to) : transfer(pop.call, to));
  };
  const asks = pop?.state === "accepted" ? pop.consult : null;
  const free = pop?.state === "accepted" && pop.consult === null && !busy;
  const entryActions = (to: Entry): JSX.Element | null => {
    if (!free || pop === null || to.number?.startsWith("+") === false || (to.kind === "queue" && to.id === pop.queue)) return null;
    const target: Target = to.kind === "agent" ? { agent: to.id } : to.kind === "queue" ? { queue: to.id } : { number: to.number ?? "", name: to.name };
    return (
      <span class="entry-actions">
        {to.kind === "queue" ? null : <button type="button" class="small" aria-label={`${t("phone.consult")}: ${to.name}`}
          onClick={() => act(consult(pop.call, target))}>{t("phone.consult")}</button>}
        <button type="button" class="small" aria-label={`${t("phone.transfer")}: ${to.name}`}
          onClick={() => act(transfer(pop.call, to.kind === "unit" ? { number: to.number ?? "" } : target))}>{t("phone.transfer")}</button>
      </span>
    );
  };
  const actions = {
    answer: () => { void station.answer(); },
    decline: () => { if (pop?.state === "pending" && !busy) act(hangUp(pop.call)); },
    hangUp: () => { if (pop && !busy) act(hangUp(pop.call)); },
    hold: () => { if (pop?.state === "accepted" && !busy && !pop.awaited) act((pop.held_at === null ? hold : resume)(pop.call)); },
    mute: () => station.mute(!station.muted),
    setUp: () => setup.current?.showModal(),
    transfer: () => reachFor("transfer"),
    consult: () => reachFor("consult"),
    emergency: () => { if (pop?.state === "accepted" && !busy && pop.consult === null) act(consult(pop.call, { emergency: true })); },
    back: () => { if (pop?.consult && !busy) act(endConsult(pop.call)); },
    join: () => { if (pop?.consult?.state === "private" && !busy) act(joinConsult(pop.call)); },
    handOver: () => { if (pop?.consult && pop.consult.state !== "dialling" && !busy) act(handOver(pop.call)); },
    hand: () => { if (pop?.state === "accepted" && !busy) act(agent?.hand_up_at == null ? putUpHand("") : putDownHand()); },
    sayToHelper: (note: string) => act(putUpHand(note)),
    extend: () => { if (pop) act(wrapUp(pop.call, { extend: true })); },
    done: () => {
      if (!pop) return;
      if (settings.disposition_required && !state.draft.disposition && catalogue !== null && catalogue.dispositions.length > 0) {
        setWrapError(true);
        document.getElementById("disposition")?.focus();
        return;
      }
      const { disposition, note } = state.draft;
      act(wrapUp(pop.call, { disposition, note, complete: true }).then(() => {
        setState((old) => (old.saved !== null || !isTouched(old.draft) ? { call: "", draft: fresh(), saved: null } : old));
      }));
    },
  };
  useKeys({
    F2: () => {
      if (pop?.state === "pending" && station.at === "ringing") actions.answer();
      else if (pop?.state === "accepted" || pop?.state === "dialling" || pop?.state === "consulted" || (pop?.state === "pending" && !station.isHere)) actions.hangUp();
    },
    "shift+F2": () => actions.decline(),
    F3: () => actions.hand(),
    "shift+F4": () => recorder.turn(),
    F4: () => asks === null ? actions.hold() : actions.back(),
    F6: () => asks === null ? actions.consult() : actions.join(),
    F7: () => asks === null ? actions.transfer() : actions.handOver(),
    F9: () => actions.emergency(),
    F8: () => actions.mute(),
    "ctrl+k": () => document.getElementById("search")?.focus(),
    "ctrl+enter": () => document.querySelector<HTMLFormElement>("#case")?.requestSubmit(),
    "?": () => help.current?.showModal(),
  });

  return (
    <div class="desk">
      <a class="skip" href="#middle">{t("page.skip")}</a>
      <TopBar settings={settings} connection={connection} agent={agent} now={now} changed={draw}
        wish={(availability, reason) => { void askToNotify(); act(setAvailability(availability, reason)); }} help={() => help.current?.showModal()} />
      <DeskLine closures={Object.values(live.closures)} flashes={Object.values(live.flashes)} queues={live.queues} now={now} zone={settings.time_zone ?? ""} />
      <div class="columns">
        <aside class={`left ${pop?.state === "pending" ? "ringing" : ""}`} aria-label={t("phone.heading")}>
          <Phone agent={agent} agents={live.agents} pop={pop} station={station} now={now} busy={busy} actions={actions} recorder={recorder} />
        </aside>
        <main id="middle" class="middle" tabIndex={-1}>
          <h1 class="unseen">{t("desk.title")}</h1>
          <Failure text={failure} close={() => setFailure("")} />
          <Caller pop={pop} queues={live.queues} flashes={live.flashes} catalogue={catalogue} now={now} photoTurn={live.photoTurn}
            callBack={() => callBack.current?.showModal()} />
          <CaseForm catalogue={catalogue} city={reference.map} draft={state.draft} change={change} pop={pop} saved={state.saved} photoTurn={live.photoTurn}
            setSaved={setSaved} wrapError={wrapError ? t("wrap.disposition_required") : undefined} />
        </main>
        <aside class="right" aria-label={t("know.heading")}>
          <Knowledge catalogue={catalogue} reference={reference} draft={state.draft} queue={pop?.queue ?? ""} agents={Object.values(live.agents)}
            now={now} choose={(topic) => change({ topic, unit: "", answers: {} })} place={(street) => change({ address: `${street.name} `,
              ...(street.districts.length === 1 ? { district: street.districts[0]!, districtBy: "street" as const } : {}) })} />
          <Directory agents={Object.values(live.agents)} queues={Object.values(live.queues)} catalogue={catalogue}
            me={settings.user.login} now={now} actions={entryActions} />
          <Tiles agent={agent} now={now} />
          <Voicemails queues={live.queues} quiet />
        </aside>
      </div>
      <p class="unseen" aria-live="assertive">{said === null ? "" : t(said)}</p>
      <Help refer={help} />
      <CallbackForm refer={callBack} pop={pop} queues={Object.values(live.queues)} topic={state.draft.topic} />
      <Reach refer={reaching} mode={mode} pop={pop} queues={Object.values(live.queues)} agents={Object.values(live.agents)}
        me={settings.user.login} now={now} go={reach} />
      {settings.phone === null ? null : <PhoneSetup refer={setup} station={station} />}
    </div>
  );
}

function Failure({ text, close }: { text: string; close: () => void }): JSX.Element {
  return (
    <div role="alert" class="failure">
      {text === "" ? null : <p class="notice alarm">{text}<button type="button" class="quiet" onClick={close}>{t("error.dismiss")}</button></p>}
    </div>
  );
}

function Help({ refer }: { refer: { current: HTMLDialogElement | null } }): JSX.Element {
  const rows: [string, Key][] = [["F2", "help.answer"], ["Shift+F2", "help.decline"], ["F3", "help.hand"],
    ["F4", "help.hold"], ["Shift+F4", "help.recording"], ["F6", "help.consult"], ["F7", "help.transfer"], ["F8", "help.mute"], ["F9", "help.emergency"], ["Ctrl+K", "help.search"], ["Ctrl+Enter", "help.save"],
    ["Esc", "help.back"], ["?", "help.help"],
    ["← ↑ → ↓", "help.map_move"], ["+ −", "help.map_zoom"], ["Enter", "help.map_place"]];
  return (
    <dialog ref={refer} aria-labelledby="help-heading">
      <h2 id="help-heading">{t("help.title")}</h2>
      <dl class="keys">{rows.map(([key, text]) => <div key={key}><dt><kbd>{key}</kbd></dt><dd>{t(text)}</dd></div>)}</dl>
      <form method="dialog"><button type="submit" class="primary">{t("error.dismiss")}</button></form>
    </dialog>
  );
}

function known(catalogue: Catalogue | null, topic: string): string {
  return catalogue?.topics.some((one) => one.id === topic) ? topic : "";
}

/** The disposition that says what became of the case, if the city has one; it may stand on any branch. */
function ended(catalogue: Catalogue | null, leaf: string): string {
  return catalogue?.dispositions.find((one) => one.id.split(".").at(-1) === leaf)?.id ?? "";
}

function useKeys(keys: Record<string, () => void>): void {
  const current = useRef(keys);
  current.current = keys;
  useEffect(() => {
    const press = (event: KeyboardEvent): void => {
      const field = event.target instanceof HTMLElement && event.target.matches("input, textarea, select");
      const name = `${event.ctrlKey || event.metaKey ? "ctrl+" : ""}${event.shiftKey && event.key.length > 1 ? "shift+" : ""}${event.key.length === 1 || event.ctrlKey ? event.key.toLowerCase() : event.key}`;
      const action = current.current[name];
      if (action === undefined || (name === "?" && field)) return;
      event.preventDefault();
      action();
    };
    addEventListener("keydown", press);
    return () => removeEventListener("keydown", press);
  }, []);
}

const app = document.querySelector<HTMLElement>("#app")!;
app.replaceChildren();
render(<Desk />, app);
