// Calibrations: several leaders score one talk without seeing each other's scores, then compare.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { instant, share } from "./format";
import { calibration, calibrations, closeCalibration, scoreBlind, type Calibration, type CalibrationRow } from "./qualityapi";
import { LEADERS, useLoaded, useQueues, Waiting, type QualityProps, type QualitySection } from "./qualitysection";
import { q } from "./qualitytexts";
import { answerWord, percentWord, queueWord, refusedWord } from "./qualitywords";
import { currentLanguage, word } from "./texts";

function Calibrations(props: QualityProps): JSX.Element {
  const [open] = props.path;
  return open === undefined ? <List {...props} /> : <One key={open} id={open} {...props} />;
}

function List({ zone, go }: QualityProps): JSX.Element {
  const { found, failure } = useLoaded(calibrations, []);
  const queues = useQueues();
  return (
    <section aria-labelledby="calibrations-heading">
      <h2 id="calibrations-heading">{q("calibrations")}</h2>
      <p class="hint lead-hint">{q("calibrations_lead")}</p>
      {found === null ? <Waiting failure={failure} /> : found.length === 0 ? <p class="hint panel-hint">{q("calibrations_none")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="calibrations-heading">
          <table>
            <thead><tr><th scope="col">{q("talk")}</th><th scope="col">{q("consultant")}</th><th scope="col">{q("queue")}</th>
              <th scope="col">{q("state")}</th><th scope="col" class="amount">{q("scored_by")}</th></tr></thead>
            <tbody>{found.map((one) => (
              <tr key={one.id}>
                <th scope="row" class="figure"><a href={`/quality/calibrations/${one.id}`} onClick={(event) => { event.preventDefault(); go([one.id]); }}>{instant(one.started_at, zone)}</a>
                  {one.note === "" ? null : <span class="sub hint">{one.note}</span>}</th>
                <td>{one.agent_name}</td><td>{queueWord(one.queue, queues)}</td>
                <td>{q(one.closed_at === null ? "is_open" : "is_closed")}{one.shown ? null : <span class="sub hint">{q(one.mine === "draft" ? "score_on" : "score_blind")}</span>}</td>
                <td class="amount figure">{one.submitted}</td>
              </tr>))}</tbody>
          </table>
        </div>)}
    </section>
  );
}

function One({ id, zone, go }: QualityProps & { id: string }): JSX.Element {
  const { found, failure, read } = useLoaded(() => calibration(id), [id]);
  const [refused, setRefused] = useState("");
  const [said, setSaid] = useState("");
  const attempt = (deed: Promise<unknown>): void => { setRefused(""); deed.catch((error: unknown) => setRefused(refusedWord(error))); };
  const back = <a class="back" href="/quality/calibrations" onClick={(event) => { event.preventDefault(); go([]); }}>{q("back")}</a>;
  if (found === null) return <section>{back}<h2 class="plain">{q("calibrations")}</h2><Waiting failure={failure} /></section>;
  return (
    <section aria-labelledby="calibration-heading">
      {back}
      <h2 class="plain" id="calibration-heading">{q("calibrations")}: {found.agent_name} · {instant(found.started_at, zone)}</h2>
      {refused === "" ? null : <p class="notice alarm" role="alert">{refused}</p>}
      <div role="status" class="deed">{said === "" ? null : <p class="notice done">{said}</p>}</div>
      <p class="hint lead-hint">{[found.made_by_name, instant(found.made_at, zone), q(found.closed_at === null ? "is_open" : "is_closed"), found.note].filter((one) => one !== "").join(" · ")}</p>
      <div class="buttons">
        {canScore(found) ? <button type="button" class="primary" onClick={() => attempt(scoreBlind(id).then((card) => go([card.id], "cards")))}>
          {q(found.mine === "draft" ? "score_on" : "score_blind")}</button> : null}
        {found.closed_at === null && found.shown ? <button type="button" onClick={() => attempt(closeCalibration(id).then(read).then(() => setSaid(q("closed"))))}>{q("close")}</button> : null}
        {found.shown ? <a class="button" href={`/quality/cards/${found.card}`}>{q("card")}</a> : null}
      </div>
      {!found.shown ? <p class="hint panel-hint">{q("not_shown")}</p> : found.scorings.length < 2 ? <p class="hint panel-hint">{q("one_only")}</p> : <Comparison found={found} />}
    </section>
  );
}

function Comparison({ found }: { found: Calibration }): JSX.Element {
  const questions = found.sheet.sections.flatMap((section) => section.questions);
  return (
    <>
      <dl class="totals">
        <div><dt>{q("exact")}</dt><dd class="large figure">{share(found.exact)}</dd></div>
        <div><dt>{q("mean")}</dt><dd class="large figure">{percentWord(found.mean)}</dd></div>
        <div><dt>{q("deviation")}</dt><dd class="large figure">{found.deviation === null ? "–" : q("points_pp", decimal(found.deviation))}</dd></div>
      </dl>
      <p class="hint lead-hint">{q("measure")}</p>
      <div class="wide-table" tabIndex={0} role="group" aria-labelledby="calibration-heading">
        <table class="comparison">
          <thead><tr><th scope="col">{q("question")}</th>{found.scorings.map((one) => <th key={one.author} scope="col" class="amount">{one.author_name}</th>)}
            <th scope="col" class="amount">{q("spread")}</th><th scope="col" class="amount">{q("exact")}</th><th scope="col" class="amount">{q("within_one")}</th></tr></thead>
          <tbody>{found.questions.map((one, at) => (
            <tr key={one.question} class={one.exact !== null && one.exact < 1 ? "differs" : ""}>
              <th scope="row">{word(questions[at]!.words, one.question)}</th>
              {one.answers.map((given, who) => <td key={found.scorings[who]!.author} class="amount figure">{answerWord(questions[at]!, given)}
                {given.comment === "" ? null : <span class="sub hint">{given.comment}</span>}</td>)}
              <td class="amount figure">{one.spread ?? "–"}</td><td class="amount figure">{share(one.exact)}</td><td class="amount figure">{share(one.within_one)}</td>
            </tr>))}
          <tr class="total"><th scope="row">{q("total")}</th>{found.scorings.map((one) => <td key={one.author} class="amount figure">{percentWord(one.percent)}
            {one.note === "" ? null : <span class="sub hint">{one.note}</span>}</td>)}<td /><td /><td /></tr></tbody>
        </table>
      </div>
    </>
  );
}

function canScore(one: CalibrationRow): boolean {
  return one.closed_at === null && (one.mine === "none" || one.mine === "draft");
}

function decimal(value: number): string {
  return new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 1 }).format(value);
}

export const CALIBRATIONS: QualitySection = { id: "calibrations", title: "calibrations", roles: LEADERS, View: Calibrations };
