// Lists of cards: those in a leader's scope, and a consultant's own.
import type { ComponentChildren, JSX } from "preact";
import { useState } from "preact/hooks";
import { instant } from "./format";
import { cards, ownCards, type CardRow } from "./qualityapi";
import { OneCard } from "./qualitycard";
import { LEADERS, useLoaded, useQueues, Waiting, type QualityProps, type QualitySection } from "./qualitysection";
import { q } from "./qualitytexts";
import { percentWord, queueWord, STATE_NAMES, stateWord } from "./qualitywords";
import { Warning } from "./shell";

const UNSEEN = ["submitted", "answered"];

function Cards(props: QualityProps): JSX.Element {
  const [open] = props.path;
  return open === undefined ? <List {...props} /> : <OneCard key={open} id={open} {...props} />;
}

function List({ zone }: QualityProps): JSX.Element {
  const { found, failure } = useLoaded(cards, []);
  const queues = useQueues();
  const [agent, setAgent] = useState("");
  const [state, setState] = useState("");
  const people = new Map((found ?? []).map((one) => [one.agent, one.agent_name]));
  const shown = (found ?? []).filter((one) => (agent === "" || one.agent === agent) && (state === "" || one.state === state));
  return (
    <section aria-labelledby="cards-heading">
      <h2 id="cards-heading">{q("cards")}</h2>
      {found === null ? <Waiting failure={failure} /> : found.length === 0 ? <p class="hint panel-hint">{q("cards_none")}</p> : <>
        <form class="filter-row" onSubmit={(event) => event.preventDefault()}>
          <label>{q("consultant")}<select value={agent} onChange={(event) => setAgent(event.currentTarget.value)}>
            <option value="">{q("any_state")}</option>
            {[...people].map(([login, name]) => <option key={login} value={login}>{name}</option>)}</select></label>
          <label>{q("state")}<select value={state} onChange={(event) => setState(event.currentTarget.value)}>
            <option value="">{q("any_state")}</option>
            {STATE_NAMES.map((one) => <option key={one} value={one}>{stateWord(one)}</option>)}</select></label>
        </form>
        {shown.length === 0 ? <p class="hint panel-hint">{q("cards_unfound")}</p> : (
          <div class="wide-table" tabIndex={0} role="group" aria-labelledby="cards-heading">
            <table>
              <thead><tr><th scope="col">{q("talk")}</th><th scope="col">{q("consultant")}</th><th scope="col">{q("queue")}</th>
                <th scope="col">{q("state")}</th><th scope="col">{q("reviewer")}</th><th scope="col" class="amount">{q("score")}</th></tr></thead>
              <tbody>{shown.map((one) => (
                <tr key={one.id}>
                  <th scope="row" class="figure"><CardLink card={one}>{instant(one.started_at, zone)}</CardLink></th>
                  <td>{one.agent_name}<span class="sub hint">{one.team || q("no_team")}</span></td><td>{queueWord(one.queue, queues)}</td>
                  <td class={one.state === "disputed" ? "warn" : ""}>{one.state === "disputed" ? <Warning /> : null}{one.hidden ? q("hidden") : stateWord(one.state)}</td>
                  <td>{one.made_by_name}</td><td class="amount figure"><ScoreCell card={one} /></td>
                </tr>))}</tbody>
            </table>
          </div>)}
      </>}
    </section>
  );
}

function Own(props: QualityProps): JSX.Element {
  const [open] = props.path;
  return open === undefined ? <OwnList {...props} /> : <OneCard key={open} id={open} {...props} />;
}

function OwnList({ zone }: QualityProps): JSX.Element {
  const { found, failure } = useLoaded(ownCards, []);
  const queues = useQueues();
  return (
    <section aria-labelledby="own-heading">
      <h2 id="own-heading">{q("own")}</h2>
      <p class="hint lead-hint">{q("own_lead")}</p>
      {found === null ? <Waiting failure={failure} /> : found.length === 0 ? <p class="hint panel-hint">{q("own_none")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="own-heading">
          <table>
            <thead><tr><th scope="col">{q("talk")}</th><th scope="col">{q("queue")}</th><th scope="col">{q("state")}</th>
              <th scope="col">{q("reviewer")}</th><th scope="col" class="amount">{q("score")}</th></tr></thead>
            <tbody>{found.map((one) => (
              <tr key={one.id} class={UNSEEN.includes(one.state) ? "unseen-card" : ""}>
                <th scope="row" class="figure"><CardLink card={one} own>{instant(one.started_at, zone)}</CardLink></th>
                <td>{queueWord(one.queue, queues)}</td><td>{stateWord(one.state)}</td><td>{one.made_by_name}</td>
                <td class="amount figure"><ScoreCell card={one} /></td>
              </tr>))}</tbody>
          </table>
        </div>)}
    </section>
  );
}

export function CardLink({ card, own = false, children }: { card: CardRow; own?: boolean; children: ComponentChildren }): JSX.Element {
  return <a href={`/quality/${own ? "own" : "cards"}/${card.id}`}>{children}</a>;
}

/** A score, with a mark where a critical question was missed. */
export function ScoreCell({ card }: { card: CardRow }): JSX.Element {
  if (card.failed) return <span class="alarm" title={q("failed")}><Warning />{percentWord(card.percent)}<span class="unseen"> {q("failed")}</span></span>;
  return <>{percentWord(card.percent)}</>;
}

export const CARDS: QualitySection = { id: "cards", title: "cards", roles: LEADERS, View: Cards };
export const OWN: QualitySection = { id: "own", title: "own", roles: ["agent"], View: Own };
