// The board's consultants: state, time in it, phone, skills.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { clock } from "./format";
import { State, Warning } from "./shell";
import { currentLanguage, t, word, type Key } from "./texts";
import { COUNTED, type AgentRow, type Reason } from "./types";

const LINES = { idle: "phone.line_idle", in_use: "phone.line_in_use", unreachable: "phone.line_unreachable" } as const;
type Column = "name" | "state" | "since" | "extension";

export function Agents({ rows, reasons, now }: { rows: AgentRow[]; reasons: Reason[]; now: number }): JSX.Element {
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
              <td><State state={one.state}>{one.state === "not_ready" && one.reason ? <span class="hint">{reasonWord(reasons, one.reason)}</span> : null}</State></td>
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

function reasonWord(reasons: Reason[], id: string): string {
  const known = reasons.find((one) => one.id === id);
  return known ? word({ pl: known.pl, en: known.en }, id) : id;
}
