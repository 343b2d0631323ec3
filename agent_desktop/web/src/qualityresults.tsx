// What submitted cards say of a period: by team, consultant, queue and question, each mean with its error and count.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { share } from "./format";
import { dayBounds } from "./officetime";
import { results, resultsFile, type Result } from "./qualityapi";
import { LEADERS, useLoaded, Waiting, type QualityProps, type QualitySection } from "./qualitysection";
import { q, type Word } from "./qualitytexts";
import { currentLanguage, word } from "./texts";

const GROUPS: [string, Word][] = [["all", "by_all"], ["team", "by_team"], ["agent", "by_agent"], ["queue", "by_queue"], ["question", "by_question"]];

function Results({ zone }: QualityProps): JSX.Element {
  const [from, setFrom] = useState("");
  const [to, setTo] = useState("");
  const [drawn, setDrawn] = useState(true);
  const since = from === "" ? null : dayBounds(from, zone).begins;
  const until = to === "" ? null : dayBounds(to, zone).ends;
  const { found, failure } = useLoaded(() => results(since, until, drawn), [since, until, drawn]);
  const shown = GROUPS.map(([by, title]) => ({ by, title, rows: (found?.results ?? []).filter((one) => one.by === by) })).filter((one) => one.rows.length > 0);
  return (
    <section aria-labelledby="results-heading">
      <div class="day-head">
        <h2 id="results-heading">{q("results")}</h2>
        <a class="button" href={resultsFile(since, until, drawn)} download>{q("export")}</a>
      </div>
      <p class="hint lead-hint">{q("results_lead")}</p>
      <form class="filter-row" onSubmit={(event) => event.preventDefault()}>
        <label>{q("from")}<input type="date" value={from} onInput={(event) => setFrom(event.currentTarget.value)} /></label>
        <label>{q("to")}<input type="date" value={to} onInput={(event) => setTo(event.currentTarget.value)} /></label>
        <label class="choice"><input type="checkbox" checked={drawn} onChange={(event) => setDrawn(event.currentTarget.checked)} />{q("drawn_only")}</label>
      </form>
      {found === null ? <Waiting failure={failure} /> : shown.length === 0 ? <p class="hint panel-hint">{q("results_none")}</p>
        : shown.map((one) => <Group key={one.by} by={one.by} title={q(one.title)} rows={one.rows} />)}
    </section>
  );
}

function Group({ by, title, rows }: { by: string; title: string; rows: Result[] }): JSX.Element {
  const asks = by === "question";
  return (
    <section class="reviewed" aria-labelledby={`by-${by}`}>
      <h3 id={`by-${by}`}>{title}</h3>
      <div class="wide-table" tabIndex={0} role="group" aria-labelledby={`by-${by}`}>
        <table class="results">
          <thead><tr><th scope="col">{title}</th><th scope="col" class="amount">{q(asks ? "answers" : "count")}</th><th scope="col" class="amount">{q("mean")}</th>
            <th scope="col" class="amount">{q("misses")}</th>{asks ? null : <th scope="col" class="amount">{q("noted")}</th>}</tr></thead>
          <tbody>{rows.map((one) => (
            <tr key={one.name}>
              <th scope="row">{nameOf(one)}</th>
              <td class="amount figure">{one.count}</td>
              <td class="amount figure">{one.enough ? mean(one) : <span class="hint">{mean(one)}<span class="sub">{q("few")}</span></span>}</td>
              <td class={`amount figure ${one.misses > 0 ? "alarm" : ""}`}>{one.misses}</td>
              {asks ? null : <td class="amount figure">{share(one.acknowledged)}</td>}
            </tr>))}</tbody>
        </table>
      </div>
    </section>
  );
}

function nameOf(one: Result): string {
  if (one.by === "all") return q("by_all");
  if (one.name === "") return q(one.by === "team" ? "no_team" : "no_queue");
  return word(one.words, one.name);
}

/** A mean with its standard error. */
function mean(one: Result): string {
  const form = new Intl.NumberFormat(currentLanguage(), { maximumFractionDigits: 1, minimumFractionDigits: 1 });
  return one.error === null ? `${form.format(one.mean)}%` : `${form.format(one.mean)} ± ${form.format(one.error)}%`;
}

export const RESULTS: QualitySection = { id: "results", title: "results", roles: [...LEADERS, "analyst"], View: Results };
