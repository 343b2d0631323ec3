// Whom one can reach: colleagues and experts with their live state, queues with their wait, units with duty numbers.
import type { JSX } from "preact";
import { useEffect, useMemo, useState } from "preact/hooks";
import { favourites as getFavourites, setFavourites } from "./deskapi";
import type { Favourite } from "./desktypes";
import { clock, grouped } from "./format";
import { entry, find } from "./search";
import { State } from "./shell";
import { currentLanguage, t, word } from "./texts";
import type { AgentRow, Catalogue, QueueRow, Unit } from "./types";

/** Whom a row stands for; `number` where they are reached by one. */
export interface Entry { kind: "agent" | "queue" | "unit"; id: string; name: string; number?: string }
/** What can be done with somebody, drawn at the end of their row; null for nothing. */
export type EntryActions = (entry: Entry) => JSX.Element | null;

interface Line { id: string; favourite: Favourite; name: string; words: string[]; quiet: boolean; shown: JSX.Element }
const FOUND_MAX = 12;
const RETRY_MS = 5_000;

export function Directory({ agents, queues, catalogue, me, now, actions }: {
  agents: AgentRow[]; queues: QueueRow[]; catalogue: Catalogue | null; me: string; now: number; actions?: EntryActions;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const [kept, keep] = useFavourites();
  const language = currentLanguage();
  const act = (to: Entry): JSX.Element | null => actions?.(to) ?? null;
  const lines: Line[] = [
    ...agents.filter((one) => one.id !== me).map((one) => agentLine(one, now, act)),
    ...queues.map((one) => queueLine(one, now, act)),
    ...(catalogue?.units ?? []).map((one) => unitLine(one, act)),
  ].sort((a, b) => a.name.localeCompare(b.name, language));
  const entries = useMemo(() => lines.map((one) => entry(one.id, one.name, one.words)), [agents.length, queues.length, catalogue, language]);
  const isKept = (one: Line): boolean => kept.some((two) => two.kind === one.favourite.kind && two.target === one.favourite.target);
  const toggle = (one: Line): void => keep(isKept(one)
    ? kept.filter((two) => two.kind !== one.favourite.kind || two.target !== one.favourite.target) : [...kept, one.favourite]);
  const list = (shown: Line[]): JSX.Element => (
    <ul class="rows">{shown.map((one) => <Row key={one.id} one={one} kept={isKept(one)} toggle={() => toggle(one)} />)}</ul>
  );
  const found = typed.trim() === "" ? [] : find(entries, typed, FOUND_MAX).flatMap((id) => lines.filter((one) => one.id === id));
  return (
    <section class="directory" aria-labelledby="dir-heading">
      <h2 id="dir-heading">{t("dir.heading")}</h2>
      <input type="search" aria-label={t("dir.filter")} placeholder={t("dir.filter")} autocomplete="off" value={typed}
        onInput={(event) => setTyped(event.currentTarget.value)} onKeyDown={(event) => { if (event.key === "Escape") setTyped(""); }} />
      {typed.trim() !== "" ? (found.length === 0 ? <p class="hint" role="status">{t("know.no_results")}</p> : list(found))
        : <Groups lines={lines} kept={lines.filter(isKept)} list={list} />}
    </section>
  );
}

function Groups({ lines, kept, list }: { lines: Line[]; kept: Line[]; list: (shown: Line[]) => JSX.Element }): JSX.Element {
  const of = (kind: Favourite["kind"]): Line[] => lines.filter((one) => one.favourite.kind === kind && !kept.includes(one) && !one.quiet);
  const people = of("agent");
  return (
    <>
      {kept.length === 0 ? null : <><h3>{t("dir.favourites")}</h3>{list(kept)}</>}
      <h3>{t("dir.people")}</h3>
      {people.length === 0 ? <p class="hint">{t("dir.nobody")}</p> : list(people)}
      <details><summary>{t("dir.queues")} ({of("queue").length})</summary>{list(of("queue"))}</details>
      <details><summary>{t("dir.units")} ({of("unit").length})</summary>{list(of("unit"))}</details>
    </>
  );
}

function Row({ one, kept, toggle }: { one: Line; kept: boolean; toggle: () => void }): JSX.Element {
  return (
    <li class="entry">
      <button type="button" class="star" aria-pressed={kept} aria-label={`${t("dir.keep")}: ${one.name}`} title={t("dir.keep")} onClick={toggle}>
        <svg viewBox="0 0 16 16" aria-hidden="true"><path d="M8 1.5l2 4.3 4.6.6-3.4 3.2.9 4.7L8 12l-4.1 2.3.9-4.7L1.400 6.400l4.600-.6z" /></svg>
      </button>
      {one.shown}
    </li>
  );
}

function agentLine(one: AgentRow, now: number, act: EntryActions): Line {
  return {
    id: `agent-${one.id}`, favourite: { kind: "agent", target: one.id }, name: one.name, words: [one.extension, ...Object.keys(one.skills)],
    quiet: one.state === "logged_out",
    shown: <>
      <span class="what">{one.name} <small class="figure">{one.extension}</small></span>
      <State state={one.state}><span class="figure">{clock(now - one.since_at)}</span></State>
      {act({ kind: "agent", id: one.id, name: one.name })}
    </>,
  };
}

function queueLine(one: QueueRow, now: number, act: EntryActions): Line {
  const name = word(one.names, one.id);
  const wait = one.expected_wait_s === null ? t("dir.nobody_there") : `${t("dir.wait")} ${clock(one.expected_wait_s)}`;
  const longest = one.oldest_joined_at === null ? "" : ` · ${clock(now - one.oldest_joined_at)}`;
  return {
    id: `queue-${one.id}`, favourite: { kind: "queue", target: one.id }, name, words: Object.values(one.names), quiet: false,
    shown: <>
      <span class="what">{name}<small class="hint figure">{wait}</small></span>
      <span class="when figure">{one.waiting}{longest}</span>
      {act({ kind: "queue", id: one.id, name })}
    </>,
  };
}

function unitLine(one: Unit, act: EntryActions): Line {
  const name = word(one.names, one.id);
  return {
    id: `unit-${one.id}`, favourite: { kind: "unit", target: one.id }, name, words: [...Object.values(one.names), one.district], quiet: false,
    shown: (
      <div class="unit">
        <span class="what">{name}</span>
        {one.phones.map((phone) => {
          const label = word(phone.labels, "");
          return (
            <span class="unit-phone" key={phone.number}>
              <small>{label}</small> <span class="figure">{grouped(phone.number)}</span>
              {phone.number.includes("*") ? null : act({ kind: "unit", id: one.id, name: `${name}, ${label}`, number: phone.number })}
            </span>
          );
        })}
      </div>
    ),
  };
}

function useFavourites(): [Favourite[], (wanted: Favourite[]) => void] {
  const [kept, setKept] = useState<Favourite[]>([]);
  useEffect(() => {
    let timer = 0;
    const load = (): void => {
      getFavourites().then((found) => setKept(found.favourites), () => { timer = window.setTimeout(load, RETRY_MS); });
    };
    load();
    return () => clearTimeout(timer);
  }, []);
  const keep = (wanted: Favourite[]): void => {
    const before = kept;
    setKept(wanted);
    setFavourites(wanted).catch(() => setKept(before));
  };
  return [kept, keep];
}
