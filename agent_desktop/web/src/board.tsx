// The supervisor's board: queues large, agents by time in state, calls under way.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { clock } from "./format";
import { NOTHING } from "./live";
import { moment, start, tick } from "./page";
import { Freshness, Preferences, Shape, State, STATE_WORD, Warning } from "./shell";
import { follow, type Connection } from "./stream";
import { currentLanguage, t, word, type Key } from "./texts";
import type { AgentRow, AgentState, CallRow, Place, QueueRow } from "./types";

const settings = start();
let connection: Connection = { live: NOTHING, connected: false, heardAt: Date.now(), ahead: 0 };
const COUNTED: AgentState[] = ["ready", "reserved", "talking", "wrap_up", "not_ready"];
const PLACES: Record<Place, Key> = {
  ivr: "board.place_ivr", waiting: "board.place_waiting", offered: "board.place_offered",
  talking: "board.place_talking", after: "board.place_after",
};
const LINES = { idle: "phone.line_idle", in_use: "phone.line_in_use", unreachable: "phone.line_unreachable" } as const;
const CALLS_SHOWN = 50;
const WARN_SHARE = 0.5;
type Column = "name" | "state" | "since" | "extension";

function Board(): JSX.Element {
  const [, setTurn] = useState(0);
  const draw = (): void => setTurn((turn) => turn + 1);
  useEffect(() => {
    tick(draw);
    follow((next) => { connection = next; draw(); });
  }, []);
  useEffect(() => { document.title = `${t("board.title")} · ${t("app.name")}`; });
  const { live } = connection;
  const now = moment(connection);
  const queues = Object.values(live.queues);
  return (
    <div class="board">
      <a class="skip" href="#middle">{t("page.skip")}</a>
      <header class="top">
        <h1>{t("board.title")}</h1>
        <Freshness connection={connection} always />
        <Preferences name={settings.user.name} changed={draw} />
      </header>
      <main id="middle" tabIndex={-1}>
        <section aria-labelledby="queues-heading">
          <h2 id="queues-heading">{t("board.queues")}</h2>
          {queues.length === 0 ? <p class="hint">{t("board.no_queues")}</p>
            : <ul class="tiles">{queues.map((one) => <Tile key={one.id} one={one} now={now} />)}</ul>}
        </section>
        <Agents rows={Object.values(live.agents)} now={now} />
        <Calls rows={Object.values(live.calls)} queues={live.queues} agents={live.agents} now={now} />
      </main>
    </div>
  );
}

function Tile({ one, now }: { one: QueueRow; now: number }): JSX.Element {
  const wait = one.oldest_joined_at === null ? 0 : now - one.oldest_joined_at;
  const level = wait > one.service_level_s ? "alarm" : wait > one.service_level_s * WARN_SHARE ? "warn" : "";
  return (
    <li class={`tile ${level}`}>
      <h3>{word(one.names, one.id)}{level === "" ? null : <span class="level"><Warning />{t(level === "alarm" ? "board.alarm" : "board.warn")}</span>}</h3>
      <div class="tile-figures">
        <p><span class="label">{t("board.waiting")}</span><span class="huge">{one.waiting}</span></p>
        <p><span class="label">{t("board.longest")}</span><span class="large">{one.oldest_joined_at === null ? "–" : clock(wait)}</span>
          <span class="hint">{t("board.target")} {one.service_level_s} s</span></p>
      </div>
      <p class="hint">{t("board.expected")} {one.expected_wait_s === null ? "–" : clock(one.expected_wait_s)}{wrong(one)}</p>
      <ul class="counts">
        {COUNTED.map((state) => <li key={state} title={t(STATE_WORD[state])}><Shape state={state} />
          <span class="unseen">{t(STATE_WORD[state])} </span><span class="figure">{one.agents[state] ?? 0}</span></li>)}
      </ul>
    </li>
  );
}

/** How wrong expected waits have been: most within so much, and which way on average. */
function wrong(one: QueueRow): string {
  if (one.wait_error_p80_s === null || one.wait_error_bias_s === null) return "";
  const bias = one.wait_error_bias_s;
  return ` (${t("board.error_p80")} ${clock(one.wait_error_p80_s)}, ${t("board.error_bias")} ${bias < 0 ? "−" : "+"}${clock(Math.abs(bias))})`;
}

function Agents({ rows, now }: { rows: AgentRow[]; now: number }): JSX.Element {
  const [column, setColumn] = useState<Column>("since");
  const [down, setDown] = useState(false);
  const language = currentLanguage();
  const by: Record<Column, (a: AgentRow, b: AgentRow) => number> = {
    name: (a, b) => a.name.localeCompare(b.name, language),
    state: (a, b) => COUNTED.indexOf(a.state) - COUNTED.indexOf(b.state),
    since: (a, b) => Number(a.state === "logged_out") - Number(b.state === "logged_out") || a.since_at - b.since_at,
    extension: (a, b) => a.extension.localeCompare(b.extension),
  };
  const sorted = [...rows].sort((a, b) => (down ? -1 : 1) * by[column](a, b) || a.id.localeCompare(b.id));
  const head = (name: Column, key: Key, figure = false): JSX.Element => (
    <th scope="col" class={figure ? "amount" : ""} aria-sort={column === name ? (down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => { setDown(column === name && !down); setColumn(name); }}>{t(key)}{column === name ? (down ? " ↓" : " ↑") : ""}</button>
    </th>
  );
  return (
    <section aria-labelledby="agents-heading">
      <h2 id="agents-heading">{t("board.agents")}</h2>
      {rows.length === 0 ? <p class="hint">{t("board.no_agents")}</p> : (
        <table>
          <thead><tr>{head("name", "board.name")}{head("state", "board.state")}{head("since", "board.since", true)}
            {head("extension", "board.extension", true)}<th scope="col">{t("board.phone")}</th><th scope="col">{t("board.skills")}</th></tr></thead>
          <tbody>{sorted.map((one) => (
            <tr key={one.id}>
              <th scope="row">{one.name}</th>
              <td><State state={one.state}>{one.state === "not_ready" && one.reason ? <span class="hint">{reason(one.reason)}</span> : null}</State></td>
              <td class="amount figure">{clock(now - one.since_at)}</td>
              <td class="amount figure">{one.extension}</td>
              <td class={one.phone === "unreachable" ? "warn" : ""}>{one.phone === "unreachable" ? <Warning /> : null}{t(LINES[one.phone])}</td>
              <td class="skills">{Object.entries(one.skills).map(([skill, level]) => `${skill} ${level}`).join(", ")}</td>
            </tr>))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function Calls({ rows, queues, agents, now }: {
  rows: CallRow[]; queues: Record<string, QueueRow>; agents: Record<string, AgentRow>; now: number;
}): JSX.Element {
  const sorted = [...rows].sort((a, b) => (a.joined_at ?? a.since_at) - (b.joined_at ?? b.since_at)).slice(0, CALLS_SHOWN);
  return (
    <section aria-labelledby="calls-heading">
      <h2 id="calls-heading">{t("board.calls")}</h2>
      {sorted.length === 0 ? <p class="hint">{t("board.no_calls")}</p> : (
        <table>
          <thead><tr><th scope="col">{t("board.number")}</th><th scope="col">{t("board.place")}</th><th scope="col" class="amount">{t("board.since")}</th>
            <th scope="col">{t("board.queue")}</th><th scope="col">{t("board.agent")}</th></tr></thead>
          <tbody>{sorted.map((one) => (
            <tr key={one.id}>
              <th scope="row" class="figure">{one.caller || t("caller.withheld")}</th>
              <td>{t(PLACES[one.place])}</td>
              <td class="amount figure">{clock(now - one.since_at)}</td>
              <td>{one.queue === null ? "–" : word(queues[one.queue]?.names, one.queue)}</td>
              <td>{one.agent === null ? "–" : agents[one.agent]?.name ?? one.agent}</td>
            </tr>))}
          </tbody>
        </table>
      )}
    </section>
  );
}

function reason(id: string): string {
  const known = settings.reasons.find((one) => one.id === id);
  return known ? word({ pl: known.pl, en: known.en }, id) : id;
}

const app = document.querySelector<HTMLElement>("#app")!;
app.replaceChildren();
render(<Board />, app);
