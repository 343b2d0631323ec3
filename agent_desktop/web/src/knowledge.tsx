// The right column: what is known of the topic, whom it concerns, who is here.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { propose, type Draft } from "./draft";
import { clock } from "./format";
import { entry, find } from "./search";
import { State } from "./shell";
import { currentLanguage, t, word } from "./texts";
import type { AgentRow, Catalogue, Topic } from "./types";

const RESULTS = 8;
interface Found { kind: "topic" | "unit" | "agent"; id: string; name: string }

export function Knowledge({ catalogue, draft, agents, now, choose }: {
  catalogue: Catalogue | null; draft: Draft; agents: AgentRow[]; now: number; choose: (topic: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const topic = catalogue?.topics.find((one) => one.id === draft.topic);
  return (
    <>
      <section class="knowledge" aria-labelledby="know-heading">
        <h2 id="know-heading">{t("know.heading")}</h2>
        <input id="search" type="search" placeholder={`${t("know.search")}  (Ctrl+K)`} aria-label={t("know.search")}
          autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => { if (event.key === "Escape") setTyped(""); }} />
        {typed.trim() === "" ? null : <Results catalogue={catalogue} agents={agents} typed={typed} now={now}
          choose={(id) => { choose(id); setTyped(""); }} />}
        {catalogue === null || topic === undefined
          ? <p class="hint">{t("know.empty")}</p>
          : <Card topic={topic} draft={draft} catalogue={catalogue} />}
      </section>
      <Directory agents={agents} catalogue={catalogue} now={now} />
    </>
  );
}

function Card({ topic, draft, catalogue }: { topic: Topic; draft: Draft; catalogue: Catalogue }): JSX.Element {
  const proposal = propose({ ...draft, unit: "" }, topic, catalogue);
  const unit = catalogue.units.find((one) => one.id === proposal?.unit);
  const open = topic.district_decides_unit && draft.district === "";
  return (
    <div class="card">
      <h3>{word(topic.titles, topic.id)}</h3>
      <dl class="card-facts">
        <dt>{t("know.owner")}</dt>
        <dd>{open ? t("know.owner_district") : word(unit?.names, topic.unit)}</dd>
        <dt>{t("know.ask")}</dt>
        <dd>{topic.questions.length === 0 ? t("know.no_questions")
          : <ol>{topic.questions.map((one) => <li key={one.code}>{word(one.texts, one.code)}</li>)}</ol>}</dd>
        {topic.synonyms.length === 0 ? null : <><dt>{t("know.synonyms")}</dt><dd>{topic.synonyms.join(", ")}</dd></>}
      </dl>
    </div>
  );
}

function Results({ catalogue, agents, typed, now, choose }: {
  catalogue: Catalogue | null; agents: AgentRow[]; typed: string; now: number; choose: (topic: string) => void;
}): JSX.Element {
  const language = currentLanguage();
  const entries = useMemo(() => [
    ...(catalogue?.topics ?? []).map((one) => entry<Found>({ kind: "topic", id: one.id, name: word(one.titles, one.id) },
      word(one.titles, one.id), [...Object.values(one.titles), ...one.synonyms])),
    ...(catalogue?.units ?? []).map((one) => entry<Found>({ kind: "unit", id: one.id, name: word(one.names, one.id) },
      word(one.names, one.id), Object.values(one.names))),
    ...agents.map((one) => entry<Found>({ kind: "agent", id: one.id, name: one.name }, one.name, [one.extension])),
  ], [catalogue, agents.length, language]);
  const found = find(entries, typed, RESULTS);
  return (
    <div class="results" role="region" aria-label={t("know.results")}>
      {found.length === 0 ? <p class="hint" role="status">{t("know.no_results")}</p> : null}
      <ul class="rows">
        {found.map((one) => (
          <li key={`${one.kind}-${one.id}`}>
            {one.kind === "topic"
              ? <button type="button" class="link" onClick={() => choose(one.id)} title={t("know.use")}>{one.name}</button>
              : one.kind === "unit" ? <span class="what">{one.name}</span>
                : <Person one={agents.find((agent) => agent.id === one.id)} now={now} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

function Directory({ agents, catalogue, now }: { agents: AgentRow[]; catalogue: Catalogue | null; now: number }): JSX.Element {
  const language = currentLanguage();
  const here = agents.filter((one) => one.state !== "logged_out").sort((a, b) => a.name.localeCompare(b.name, language));
  return (
    <section class="directory" aria-labelledby="dir-heading">
      <h2 id="dir-heading">{t("dir.heading")}</h2>
      {here.length === 0 ? <p class="hint">{t("dir.nobody")}</p>
        : <ul class="rows">{here.map((one) => <li key={one.id}><Person one={one} now={now} /></li>)}</ul>}
      {catalogue === null ? null : (
        <details>
          <summary>{t("dir.units")} ({catalogue.units.length})</summary>
          <ul class="rows">{catalogue.units.map((one) => <li key={one.id}><span class="what">{word(one.names, one.id)}</span></li>)}</ul>
        </details>
      )}
    </section>
  );
}

function Person({ one, now }: { one: AgentRow | undefined; now: number }): JSX.Element | null {
  if (one === undefined) return null;
  return (
    <>
      <span class="what">{one.name} <small class="figure">{one.extension}</small></span>
      <State state={one.state}><span class="figure">{clock(now - one.since_at)}</span></State>
    </>
  );
}
