// One card: filled in by its author, read by everybody else, with the talk and what is said of it beside.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "./api";
import { clock, instant } from "./format";
import { calibrate, oneCard, readCard, type Card } from "./qualityapi";
import { Fill } from "./qualityform";
import { Feedback } from "./qualityfeedback";
import { Filled } from "./qualityfilled";
import { useLoaded, useQueues, Waiting, type QualityProps } from "./qualitysection";
import { q } from "./qualitytexts";
import { queueWord, refusedWord, whyWord, type QueueNames } from "./qualitywords";
import { t, word } from "./texts";
import type { Catalogue } from "./types";

export function OneCard({ id, zone, user, go }: QualityProps & { id: string }): JSX.Element {
  const { found, failure, put } = useLoaded(() => oneCard(id), [id]);
  const queues = useQueues();
  const [correcting, setCorrecting] = useState(false);
  const [said, setSaid] = useState("");
  const isOwn = user.role === "agent";
  useEffect(() => { if (isOwn && found?.state === "submitted") void readCard(id).then(put, () => undefined); }, [found?.state]);
  const back = <a class="back" href="/quality/cards" onClick={(event) => { event.preventDefault(); go([]); }}>{q("back")}</a>;
  if (found === null) return <section>{back}<h2 class="plain">{q("card")}</h2><Waiting failure={failure} /></section>;
  const done = (card: Card, text: string): void => { setCorrecting(false); setSaid(text); put(card); scrollTo(0, 0); };
  const writes = found.may.includes("submit") || (correcting && found.may.includes("correct"));
  return (
    <section aria-labelledby="card-heading">
      {back}
      <h2 class="plain" id="card-heading">{found.agent_name} · {instant(found.started_at, zone)}</h2>
      <div role="status" class="deed">{said === "" ? null : <p class="notice done">{said}</p>}</div>
      {found.blind ? <p class="notice">{q("blind_card")}. {q("blind_hint")}</p> : null}
      {found.hidden ? <p class="notice warn">{q("card_hidden")} <a href={`/quality/calibrations/${found.calibration}`}>{q("to_calibration")}</a></p> : null}
      <div class="card-columns">
        <div>
          {writes ? <Fill key={`${found.id}-${found.version}`} card={found} done={done} leave={() => { setCorrecting(false); go([]); }} />
            : found.current !== null ? <Filled card={found} version={found.current} zone={zone} />
            : found.hidden ? null : <p class="hint panel-hint">{q("others_draft", found.made_by_name)}</p>}
          {!writes && found.earlier.length > 0 ? (
            <details class="part"><summary>{q("earlier")} ({found.earlier.length})</summary>
              {found.earlier.map((one) => <Filled key={one.number} card={found} version={one} zone={zone} />)}</details>) : null}
        </div>
        <aside aria-label={q("talk")}>
          {found.blind || found.current === null ? null : <Feedback card={found} zone={zone} own={isOwn} done={done} />}
          {writes || isOwn ? null : <Deeds card={found} correct={() => setCorrecting(true)} done={() => { void oneCard(id).then((card) => done(card, "")); }} />}
          <Talk card={found} queues={queues} />
        </aside>
      </div>
    </section>
  );
}

function Talk({ card, queues }: { card: Card; queues: QueueNames }): JSX.Element {
  const [catalogue, setCatalogue] = useState<Catalogue | null>(null);
  useEffect(() => { ask<Catalogue>("GET", "/api/v1/catalogue").then(setCatalogue, () => undefined); }, []);
  const { talk } = card;
  const queue = queueWord(card.queue, queues);
  const topic = catalogue?.topics.find((one) => one.id === talk?.topic);
  const disposition = catalogue?.dispositions.find((one) => one.id === talk?.disposition);
  const unit = (id: string): string => word(catalogue?.units.find((one) => one.id === id)?.names, id);
  return (
    <section class="part" aria-labelledby="talk-heading">
      <h3 id="talk-heading">{q("talk")}</h3>
      <dl class="talk">
        <div><dt>{q("queue")}</dt><dd>{queue}{card.callback ? ` · ${q("callback")}` : ""}</dd></div>
        {talk === null ? null : <>
          <div><dt>{q("length")}</dt><dd class="figure">{clock(talk.talk_s)}</dd></div>
          <div><dt>{q("waited")}</dt><dd class="figure">{clock(talk.wait_s)}</dd></div>
          <div><dt>{q("caller")}</dt><dd class="figure">{talk.caller || "–"}</dd></div>
          <div><dt>{q("topic")}</dt><dd>{topic ? word(topic.titles, topic.id) : talk.topic || "–"}</dd></div>
          <div><dt>{q("disposition")}</dt><dd>{disposition ? word(disposition.names, disposition.id) : talk.disposition || "–"}</dd></div>
          <div><dt>{q("note")}</dt><dd>{talk.note || "–"}</dd></div>
        </>}
        <div><dt>{q("call")}</dt><dd class="figure">{card.call}</dd></div>
      </dl>
      {talk === null ? <p class="hint">{q("talk_missing")}</p> : <>
        <h4>{q("cases")}</h4>
        {talk.cases.length === 0 ? <p class="hint">{q("no_cases")}</p> : talk.cases.map((one) => (
          <dl key={one.number} class="talk case-brief">
            <div><dt class="figure">{one.number}</dt><dd>{one.title}</dd></div>
            <div><dt>{q("unit")}</dt><dd>{unit(one.unit)}</dd></div>
            <div><dt>{q("place")}</dt><dd>{[one.address, one.district].filter((part) => part !== "").join(", ") || "–"}</dd></div>
            <div><dt class="unseen">{q("talk")}</dt><dd class="hint">{one.description}</dd></div>
          </dl>))}
      </>}
      <h4>{q("why")}</h4>
      <p class="hint">{card.why !== null ? whyWord(card.why, queue) : card.origin === "listened" ? q("why_listened") : q("why_chosen", card.reason || "–")}
        {card.why === null ? null : <span class="sub">{q("week")}: {q("of_talks", card.why.talks, card.why.eligible)}</span>}</p>
    </section>
  );
}

function Deeds({ card, correct, done }: { card: Card; correct: () => void; done: () => void }): JSX.Element | null {
  const [asks, setAsks] = useState(false);
  const [note, setNote] = useState("");
  const [failure, setFailure] = useState("");
  if (!card.may.includes("correct")) return null;
  const begin = (event: Event): void => {
    event.preventDefault();
    calibrate(card.id, note.trim()).then(() => { setAsks(false); done(); }, (error: unknown) => setFailure(refusedWord(error)));
  };
  return (
    <section class="part card-deeds">
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      <div class="buttons">
        <button type="button" onClick={correct}>{q("correct")}</button>
        {card.may.includes("calibrate") ? <button type="button" aria-expanded={asks} onClick={() => setAsks(!asks)}>{q("calibrate")}</button> : null}
        {card.calibration === null ? null : <a class="button" href={`/quality/calibrations/${card.calibration}`}>{q("compared")}</a>}
      </div>
      {asks ? (
        <form onSubmit={begin}>
          <div class="field"><label for="calibrate-note">{q("calibrate_note")}</label>
            <input id="calibrate-note" value={note} maxLength={200} autocomplete="off" onInput={(event) => setNote(event.currentTarget.value)} /></div>
          <div class="buttons"><button type="submit" class="primary">{q("calibrate_start")}</button>
            <button type="button" class="quiet" onClick={() => setAsks(false)}>{t("error.dismiss")}</button></div>
        </form>) : null}
    </section>
  );
}
