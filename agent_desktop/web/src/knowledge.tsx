// What is known: found by typing, and by itself for the topic of the case: the script first, then articles.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { always, Articles, fitting, Text, titleOf } from "./articles";
import type { Article, Reference, Street } from "./desktypes";
import { propose, type Draft } from "./draft";
import { clock } from "./format";
import { entry, find } from "./search";
import { State } from "./shell";
import { currentLanguage, t, word } from "./texts";
import type { AgentRow, Catalogue, Topic, Unit } from "./types";

const RESULTS = 10;
interface Found { kind: "topic" | "unit" | "agent" | "article" | "street"; id: string; name: string }

export function Knowledge({ catalogue, reference, draft, queue, agents, now, choose, place }: {
  catalogue: Catalogue | null; reference: Reference; draft: Draft; queue: string; agents: AgentRow[]; now: number;
  choose: (topic: string) => void; place: (street: Street) => void;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const [opened, setOpened] = useState<Article | null>(null);
  const topic = catalogue?.topics.find((one) => one.id === draft.topic);
  const { articles } = reference;
  const done = (): void => setTyped("");
  return (
    <section class="knowledge" aria-labelledby="know-heading">
        <h2 id="know-heading">{t("know.heading")}</h2>
        <input id="search" type="search" title="Ctrl+K" placeholder={`${t("know.search")}  (Ctrl+K)`} aria-label={t("know.search")}
          autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)}
          onKeyDown={(event) => {
            const first = document.querySelector<HTMLButtonElement>(".results button");
            if (event.key === "Escape") setTyped("");
            else if (event.key === "Enter") first?.click();
            else if (event.key === "ArrowDown") { event.preventDefault(); first?.focus(); }
          }} />
        {typed.trim() === "" ? null : <Results catalogue={catalogue} reference={reference} agents={agents} typed={typed} now={now}
          choose={(id) => { choose(id); done(); }} place={(street) => { place(street); done(); }}
          read={(article) => { setOpened(article); done(); }} />}
        {opened === null ? null : (
          <div class="opened" onKeyDown={(event) => { if (event.key === "Escape") setOpened(null); }}>
            <Text key={opened.id} one={opened} open />
            <button type="button" class="quiet" onClick={() => setOpened(null)}>{t("error.dismiss")}</button>
          </div>
        )}
        {topic === undefined ? null : <Articles key={topic.id} articles={fitting(articles, topic.id, queue)} first heading={t("know.for_topic")} />}
        {catalogue === null || topic === undefined
          ? <p class="hint">{t("know.empty")}</p>
          : <Card topic={topic} draft={draft} catalogue={catalogue} />}
        {topic !== undefined || queue === "" ? null
          : <Articles key={queue} articles={fitting(articles, "", queue)} first={false} heading={t("know.for_queue")} />}
        <Articles articles={always(articles)} first={false} heading={t("know.always")} />
      </section>
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

function Results({ catalogue, reference, agents, typed, now, choose, place, read }: {
  catalogue: Catalogue | null; reference: Reference; agents: AgentRow[]; typed: string; now: number;
  choose: (topic: string) => void; place: (street: Street) => void; read: (article: Article) => void;
}): JSX.Element {
  const language = currentLanguage();
  const entries = useMemo(() => [
    ...(catalogue?.topics ?? []).map((one) => entry<Found>({ kind: "topic", id: one.id, name: word(one.titles, one.id) },
      word(one.titles, one.id), [...Object.values(one.titles), ...one.synonyms])),
    ...(catalogue?.units ?? []).map((one) => entry<Found>({ kind: "unit", id: one.id, name: word(one.names, one.id) },
      word(one.names, one.id), Object.values(one.names))),
    ...reference.articles.map((one) => entry<Found>({ kind: "article", id: one.id, name: titleOf(one) }, titleOf(one),
      one.texts[language]?.words ?? [])),
    ...agents.map((one) => entry<Found>({ kind: "agent", id: one.id, name: one.name }, one.name, [one.extension])),
    ...reference.map.streets.map((one) => entry<Found>({ kind: "street", id: one.name, name: one.name }, one.name, one.districts)),
  ], [catalogue, reference, agents.length, language]);
  const article = (id: string): void => { const one = reference.articles.find((known) => known.id === id); if (one) read(one); };
  const street = (id: string): void => { const one = reference.map.streets.find((known) => known.name === id); if (one) place(one); };
  const found = find(entries, typed, RESULTS);
  return (
    <div class="results" role="region" aria-label={t("know.results")} onKeyDown={walk}>
      {found.length === 0 ? <p class="hint" role="status">{t("know.no_results")}</p> : null}
      <ul class="rows">
        {found.map((one) => (
          <li key={`${one.kind}-${one.id}`}>
            {one.kind === "topic"
              ? <Hit kind={t("know.kind_topic")} one={one} title={t("know.use")} go={choose} />
              : one.kind === "article" ? <Hit kind={t("know.kind_article")} one={one} title={t("know.read")} go={article} />
                : one.kind === "street" ? <Hit kind={t("know.kind_street")} one={one} title={t("know.use")} go={street} />
                  : one.kind === "unit" ? <UnitHit one={catalogue?.units.find((unit) => unit.id === one.id)} />
                    : <Person one={agents.find((agent) => agent.id === one.id)} now={now} />}
          </li>
        ))}
      </ul>
    </div>
  );
}

/** Arrows go from hit to hit, and from the first one back to what was typed. */
function walk(event: KeyboardEvent): void {
  if (event.key !== "ArrowDown" && event.key !== "ArrowUp") return;
  event.preventDefault();
  const hits = [...(event.currentTarget as HTMLElement).querySelectorAll("button")];
  const at = hits.indexOf(document.activeElement as HTMLButtonElement) + (event.key === "ArrowDown" ? 1 : -1);
  if (at < 0) document.getElementById("search")?.focus();
  else hits[Math.min(at, hits.length - 1)]?.focus();
}

function Hit({ kind, one, title, go }: { kind: string; one: Found; title: string; go: (id: string) => void }): JSX.Element {
  return (
    <>
      <button type="button" class="link what" onClick={() => go(one.id)} title={title}>{one.name}</button>
      <span class="when">{kind}</span>
    </>
  );
}

function UnitHit({ one }: { one: Unit | undefined }): JSX.Element | null {
  if (one === undefined) return null;
  return (
    <>
      <span class="what">{word(one.names, one.id)}
        {one.phones.map((phone) => <small class="hint" key={phone.number}>{word(phone.labels, "")} <span class="figure">{phone.number}</span></small>)}</span>
      <span class="when">{t("know.kind_unit")}</span>
    </>
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
