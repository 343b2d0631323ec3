// Recorded talks: found by case, number, consultant, queue, disposition and period; played, and erased for a caller.
// Why is said once, and goes into the audit with each search and each play.
import type { JSX, TargetedEvent } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask, catalogue as getCatalogue } from "./api";
import { clock, grouped, stamp } from "./format";
import { queueNames } from "./officeapi";
import type { Section, SectionProps } from "./officesection";
import { dayBounds } from "./officetime";
import { refusalWord } from "./officewords";
import { stretch } from "./recordingrules";
import { t, word, type Key } from "./texts";
import type { Catalogue, Names } from "./types";

interface Row {
  id: string; call: string; agent: string; queue: string; caller: string; began_at: number; consented_at: number;
  duration_s: number; size: number; pauses: { from_s: number; to_s: number }[]; disposition: string; cases: string[];
}
interface Known { queues: Record<string, Names>; agents: Record<string, string>; catalogue: Catalogue | null }

const NO_FILTER = { case: "", caller: "", agent: "", queue: "", disposition: "", from: "", to: "" };
type Filter = typeof NO_FILTER;
const ERASERS = ["supervisor", "admin"];
const REASON_KEY = "centrala-recordings-reason";
const REASON_MIN = 3;
const STEP_S = 5;

const search = (reason: string, { from, to, ...rest }: Filter, zone: string): Promise<Row[]> =>
  ask("POST", "/api/v1/recordings/search", { reason, ...rest,
    since_at: from === "" ? null : dayBounds(from, zone).begins, until_at: to === "" ? null : dayBounds(to, zone).ends });
const play = (id: string, reason: string): Promise<Row> => ask("POST", `/api/v1/recordings/${id}/plays`, { reason });
const erase = (caller: string, reason: string): Promise<{ count: number }> => ask("POST", "/api/v1/recordings/erase", { caller, reason });

function Recordings({ user, zone }: SectionProps): JSX.Element {
  const [reason, setReason] = useState(() => kept());
  const [filter, setFilter] = useState<Filter>(() => ({ ...NO_FILTER, case: new URLSearchParams(location.search).get("case") ?? "" }));
  const [rows, setRows] = useState<Row[] | null>(null);
  const [open, setOpen] = useState("");
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const [said, setSaid] = useState("");
  const known = useKnown();
  const given = reason.trim().length >= REASON_MIN;
  const attempt = async (work: () => Promise<void>): Promise<void> => {
    if (!given) {
      setFailure(t("recordings.reason_missing"));
      document.getElementById("recordings-reason")?.focus();
      return;
    }
    keepReason(reason);
    setBusy(true);
    setFailure("");
    try {
      await work();
    } catch (error) {
      setFailure(refusalWord(error));
    } finally {
      setBusy(false);
    }
  };
  const find = (): Promise<void> => attempt(async () => {
    setSaid("");
    setOpen("");
    setRows(await search(reason.trim(), filter, zone));
  });
  const listen = (id: string): Promise<void> => attempt(async () => {
    await play(id, reason.trim());
    setOpen(id);
  });
  const remove = (caller: string): Promise<void> => attempt(async () => {
    const { count } = await erase(caller, reason.trim());
    setRows((before) => before?.filter((one) => one.caller !== caller) ?? null);
    setSaid(`${t("recordings.erased")} ${count}`);
  });
  return (
    <section aria-labelledby="recordings-heading">
      <h2 id="recordings-heading" class="plain">{t("office.recordings")}</h2>
      <p class="hint lead-hint">{t("recordings.lead")}</p>
      <form onSubmit={(event) => { event.preventDefault(); void find(); }}>
        <div class="filter-row">
          <label class="why">{t("recordings.reason")}<input id="recordings-reason" value={reason} maxLength={150} autocomplete="off" required
            aria-invalid={failure !== "" && !given} onInput={(event) => setReason(event.currentTarget.value)} /></label>
        </div>
        <Filters filter={filter} change={setFilter} known={known} />
        <div class="filter-row">
          <button type="submit" class="primary" disabled={busy}>{t("recordings.find")}</button>
          <button type="button" disabled={filter === NO_FILTER} onClick={() => setFilter(NO_FILTER)}>{t("changes.clear")}</button>
        </div>
      </form>
      <div role="alert">{failure === "" ? null : <p class="notice alarm">{failure}</p>}</div>
      <div role="status">{said === "" ? null : <p class="notice done">{said}</p>}</div>
      {rows === null ? <p class="hint panel-hint">{t("recordings.begin")}</p>
        : rows.length === 0 ? <p class="hint panel-hint">{t("recordings.none")}</p>
          : <Table rows={rows} known={known} zone={zone} open={open} busy={busy} listen={(id) => { void listen(id); }} close={() => setOpen("")}
              remove={ERASERS.includes(user.role) ? (caller) => { void remove(caller); } : null} />}
    </section>
  );
}

function Table({ rows, known, zone, open, busy, listen, close, remove }: {
  rows: Row[]; known: Known; zone: string; open: string; busy: boolean; listen: (id: string) => void; close: () => void;
  remove: ((caller: string) => void) | null;
}): JSX.Element {
  const columns = remove === null ? 6 : 7;
  return (
    <div class="wide-table" tabIndex={0} role="group" aria-labelledby="recordings-heading">
      <table class="recordings">
        <thead><tr><th scope="col">{t("recordings.began")}</th><th scope="col">{t("recordings.caller")}</th><th scope="col">{t("board.agent")}</th>
          <th scope="col">{t("board.queue")}</th><th scope="col">{t("wrap.disposition")}</th><th scope="col">{t("recordings.play")}</th>
          {remove === null ? null : <th scope="col"><span class="unseen">{t("recordings.erase")}</span></th>}</tr></thead>
        <tbody>{rows.flatMap((one) => [
          <tr key={one.id} class={one.id === open ? "open" : ""}>
            <td class="figure">{stamp(one.began_at, zone)}</td>
            <th scope="row" class="figure">{one.caller === "" ? t("caller.withheld") : grouped(one.caller)}<span class="sub">{one.cases.join(", ")}</span></th>
            <td>{known.agents[one.agent] ?? one.agent}</td>
            <td>{word(known.queues[one.queue], one.queue)}</td>
            <td>{dispositionWord(known, one.disposition)}</td>
            <td><button type="button" class="small" disabled={busy} aria-expanded={one.id === open}
              aria-label={`${t(one.id === open ? "recordings.close" : "recordings.play")} ${clock(one.duration_s)}: ${stamp(one.began_at, zone)}`}
              onClick={() => (one.id === open ? close() : listen(one.id))}>{t(one.id === open ? "recordings.close" : "recordings.play")} <span class="figure">{clock(one.duration_s)}</span></button></td>
            {remove === null ? null : <td>{one.caller === "" ? null : <Erase caller={one.caller} busy={busy} remove={remove} />}</td>}
          </tr>,
          ...(one.id === open ? [<tr key={`${one.id}-player`} class="player-row"><td colSpan={columns}><Player one={one} zone={zone} /></td></tr>] : []),
        ])}</tbody>
      </table>
    </div>
  );
}

/** Erased is erased, so it takes two presses. */
function Erase({ caller, busy, remove }: { caller: string; busy: boolean; remove: (caller: string) => void }): JSX.Element {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setAsked(false), 5_000);
    return () => clearTimeout(timer);
  }, [asked]);
  return (
    <button type="button" class={asked ? "small danger" : "small"} disabled={busy} title={t("recordings.erase_hint")}
      aria-label={`${t(asked ? "recordings.erase_sure" : "recordings.erase")}: ${grouped(caller)}`}
      onClick={() => { if (asked) remove(caller); setAsked(!asked); }}>{t(asked ? "recordings.erase_sure" : "recordings.erase")}</button>
  );
}

/** Both sides of a talk, left and right; the stretches in which silence was recorded are marked. */
function Player({ one, zone }: { one: Row; zone: string }): JSX.Element {
  const sound = useRef<HTMLAudioElement>(null);
  const [failed, setFailed] = useState(false);
  useEffect(() => { sound.current?.focus(); }, []);
  const key = (event: KeyboardEvent): void => {
    const at = sound.current;
    if (at === null || (event.key !== "ArrowLeft" && event.key !== "ArrowRight")) return;
    event.preventDefault();
    at.currentTime = Math.max(0, at.currentTime + (event.key === "ArrowLeft" ? -STEP_S : STEP_S));
  };
  return (
    <div class="player" onKeyDown={key}>
      <audio ref={sound} controls autoplay preload="metadata" src={`/api/v1/recordings/${one.id}/sound`}
        aria-label={t("recordings.player")} onError={() => setFailed(true)} />
      {one.pauses.length === 0 ? null : (
        <div class="pauses" aria-hidden="true">{one.pauses.map((pause) => {
          const { left, width } = stretch(pause.from_s, pause.to_s, one.duration_s);
          return <svg key={pause.from_s} class="pause-mark" viewBox="0 0 100 4" preserveAspectRatio="none"><rect x={left} y="0" width={width} height="4" /></svg>;
        })}</div>
      )}
      <p class="hint">{t("recordings.sides")}{one.pauses.length === 0 ? "" : ` · ${t("recordings.paused")}: ${one.pauses.map((pause) => `${clock(pause.from_s)}–${clock(pause.to_s)}`).join(", ")}`}
        {` · ${t("recordings.consent")}: ${stamp(one.consented_at, zone)}`}</p>
      {failed ? <p class="notice alarm" role="alert">{t("recordings.unplayable")}</p> : null}
    </div>
  );
}

function Filters({ filter, change, known }: { filter: Filter; change: (filter: Filter) => void; known: Known }): JSX.Element {
  const typed = (name: keyof Filter) => (event: TargetedEvent<HTMLInputElement | HTMLSelectElement>): void =>
    change({ ...filter, [name]: event.currentTarget.value.trim() });
  const text = (name: "case" | "caller", key: Key): JSX.Element =>
    <label>{t(key)}<input type="text" value={filter[name]} maxLength={32} autocomplete="off" onInput={typed(name)} /></label>;
  const choice = (name: "agent" | "queue" | "disposition", key: Key, options: [string, string][]): JSX.Element => (
    <label>{t(key)}<select value={filter[name]} onChange={typed(name)}><option value="">{t("board.any")}</option>
      {options.map(([value, label]) => <option key={value} value={value}>{label}</option>)}</select></label>
  );
  const date = (name: "from" | "to", key: Key): JSX.Element =>
    <label>{t(key)}<input type="date" value={filter[name]} onChange={typed(name)} /></label>;
  return (
    <div class="filter-row">
      {text("case", "recordings.case")}
      {text("caller", "recordings.caller")}
      {choice("agent", "board.agent", Object.entries(known.agents))}
      {choice("queue", "board.queue", Object.entries(known.queues).map(([id, names]) => [id, word(names, id)]))}
      {choice("disposition", "wrap.disposition", (known.catalogue?.dispositions ?? []).map((one) => [one.id, word(one.names, one.id)]))}
      {date("from", "changes.from")}
      {date("to", "changes.to")}
    </div>
  );
}

function useKnown(): Known {
  const [known, setKnown] = useState<Known>({ queues: {}, agents: {}, catalogue: null });
  useEffect(() => {
    void Promise.allSettled([queueNames(), ask<{ id: string; name: string }[]>("GET", "/api/v1/agents"), getCatalogue()])
      .then(([queues, agents, catalogue]) => setKnown({
        queues: queues.status === "fulfilled" ? Object.fromEntries(queues.value.map((one) => [one.id, one.names])) : {},
        agents: agents.status === "fulfilled" ? Object.fromEntries(agents.value.map((one) => [one.id, one.name])) : {},
        catalogue: catalogue.status === "fulfilled" ? catalogue.value : null,
      }));
  }, []);
  return known;
}

function dispositionWord(known: Known, id: string): string {
  const found = known.catalogue?.dispositions.find((one) => one.id === id);
  return id === "" ? "–" : word(found?.names, id);
}

/** The reason stays for the tab, so that it is typed once. */
function kept(): string {
  try {
    return sessionStorage.getItem(REASON_KEY) ?? "";
  } catch {
    return "";
  }
}

function keepReason(reason: string): void {
  try {
    sessionStorage.setItem(REASON_KEY, reason);
  } catch { /* a browser that keeps nothing */ }
}

export const RECORDINGS: Section = { id: "recordings", title: "office.recordings", roles: ["team_lead", "supervisor", "admin"], View: Recordings };
