// The board's consultants: state, time in it, phone, skills; found by filter, changed in place.
import type { JSX, TargetedEvent } from "preact";
import { useMemo, useState } from "preact/hooks";
import { matching, skillsOf, sorted, teamsOf, type Column, type Filter } from "./agentlist";
import { setAgent } from "./api";
import { useDeeds, type Deeds } from "./deed";
import { clock } from "./format";
import type { Rights } from "./rights";
import { State, STATE_WORD, Warning } from "./shell";
import { Skills, skillsText } from "./skills";
import { currentLanguage, t, word, type Key } from "./texts";
import { COUNTED, type AgentRow, type QueueRow, type Reason } from "./types";

const LINES = { idle: "phone.line_idle", in_use: "phone.line_in_use", unreachable: "phone.line_unreachable" } as const;
const AGENTS_SHOWN = 100;

export function Agents({ rows, queues, reasons, now, rights }: {
  rows: AgentRow[]; queues: Record<string, QueueRow>; reasons: Reason[]; now: number; rights: Rights;
}): JSX.Element {
  const [filter, setFilter] = useState<Filter>({ team: "", queue: "", skill: "", state: "" });
  const [order, setOrder] = useState<{ column: Column; down: boolean }>({ column: "since", down: false });
  const [all, setAll] = useState(false);
  const deeds = useDeeds();
  const found = sorted(matching(rows, filter, queues), order.column, order.down, currentLanguage());
  const shown = all ? found : found.slice(0, AGENTS_SHOWN);
  const names = skillsOf(rows).join(" ");
  const known = useMemo(() => names.split(" ").filter(Boolean), [names]);
  const teams = teamsOf(rows, currentLanguage());
  const head = (name: Column, key: Key, figure = false): JSX.Element => (
    <th scope="col" class={figure ? "amount" : ""} aria-sort={order.column === name ? (order.down ? "descending" : "ascending") : "none"}>
      <button type="button" class="sort" onClick={() => setOrder({ column: name, down: order.column === name && !order.down })}>
        {t(key)}{order.column === name ? (order.down ? " ↓" : " ↑") : ""}</button>
    </th>
  );
  return (
    <section aria-labelledby="agents-heading">
      <div class="day-head">
        <h2 id="agents-heading">{t("board.agents")}</h2>
        <Filters filter={filter} change={setFilter} queues={queues} skills={known} teams={teams} />
      </div>
      {deeds.shown}
      {shown.length === 0 ? <p class="hint panel-hint">{t(rows.length === 0 ? "board.no_agents" : "board.no_match")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="agents-heading">
          <table>
            <thead><tr>{head("name", "board.name")}{teams.length < 2 ? null : head("team", "board.team")}{head("state", "board.state")}{head("since", "board.since", true)}
              {head("extension", "board.extension", true)}<th scope="col">{t("board.phone")}</th><th scope="col">{t("board.skills")}</th>
              {rights.leads ? <th scope="col">{t("board.set")}</th> : null}</tr></thead>
            <tbody>{shown.map((one) => (
              <Row key={one.id} one={one} time={clock(now - one.since_at)} reasons={reasons} known={known} deeds={deeds} team={teams.length > 1} leads={rights.leads} />))}
            </tbody>
          </table>
        </div>
      )}
      {found.length > shown.length ? <button type="button" onClick={() => setAll(true)}>{t("board.show_all")} ({found.length})</button> : null}
    </section>
  );
}

/** One consultant. What does not move with the clock is drawn anew only when it has changed: there may be hundreds. */
function Row({ one, time, reasons, known, deeds, team, leads }: {
  one: AgentRow; time: string; reasons: Reason[]; known: string[]; deeds: Deeds; team: boolean; leads: boolean;
}): JSX.Element {
  const on = [one, reasons, known, deeds.busy, leads, currentLanguage()];
  const state = useMemo(() => (
    <td><State state={one.state}>{one.state === "not_ready" && one.reason ? <span class="hint">{reasonWord(reasons, one.reason)}</span> : null}</State></td>
  ), on);
  const rest = useMemo(() => (
    <>
      <td class="amount figure">{one.extension}</td>
      <td class={one.phone === "unreachable" ? "warn" : ""}>{one.phone === "unreachable" ? <Warning /> : null}{t(LINES[one.phone])}</td>
      <td class="skills">{leads ? <Skills one={one} known={known} deeds={deeds} /> : skillsText(one)}</td>
      {leads ? <td><Setter one={one} reasons={reasons} deeds={deeds} /></td> : null}
    </>
  ), on);
  return (
    <tr aria-busy={deeds.busy === one.id}>
      <th scope="row">{one.name}</th>
      {team ? <td>{one.team || "–"}</td> : null}
      {state}
      <td class="amount figure">{time}</td>
      {rest}
    </tr>
  );
}

function Filters({ filter, change, queues, skills, teams }: {
  filter: Filter; change: (filter: Filter) => void; queues: Record<string, QueueRow>; skills: string[]; teams: string[];
}): JSX.Element {
  const choice = (name: keyof Filter, key: Key, options: [string, string][]): JSX.Element => (
    <label class="day-queue">{t(key)} <select class="compact" value={filter[name]}
      onChange={(event) => change({ ...filter, [name]: event.currentTarget.value })}>
      <option value="">{t("board.any")}</option>
      {options.map(([value, text]) => <option key={value} value={value}>{text}</option>)}
    </select></label>
  );
  return (
    <div class="filters">
      {teams.length < 2 ? null : choice("team", "board.team", teams.map((one) => [one, one]))}
      {choice("queue", "board.filter_queue", Object.values(queues).map((one) => [one.id, word(one.names, one.id)]))}
      {choice("skill", "board.filter_skill", skills.map((one) => [one, one]))}
      {choice("state", "board.filter_state", [["at_work", t("board.at_work")],
        ...[...COUNTED, "logged_out" as const].map((one): [string, string] => [one, t(STATE_WORD[one])])])}
    </div>
  );
}

function Setter({ one, reasons, deeds }: { one: AgentRow; reasons: Reason[]; deeds: Deeds }): JSX.Element {
  const set = (event: TargetedEvent<HTMLSelectElement>): void => {
    const [what = "", why = ""] = event.currentTarget.value.split(":");
    const [before, because] = [one.availability, one.availability === "not_ready" ? one.reason : ""];
    const label = event.currentTarget.selectedOptions[0]?.textContent ?? what;
    event.currentTarget.value = "";
    if (what === "") return;
    void deeds.run({
      subject: one.id, said: `${one.name}: ${t("board.set_now")} ${label}`,
      act: () => setAgent(one.id, what, why), undo: () => setAgent(one.id, before, because),
    });
  };
  return (
    <select class="compact" value="" disabled={deeds.busy !== null} aria-label={`${t("board.set")}: ${one.name}`} onChange={set}>
      <option value="">{t("board.set")}…</option>
      <option value="ready:">{t("top.go_ready")}</option>
      <optgroup label={t("top.go_not_ready")}>
        {reasons.map((reason) => <option key={reason.id} value={`not_ready:${reason.id}`}>{word({ pl: reason.pl, en: reason.en }, reason.id)}</option>)}
      </optgroup>
      <option value="logged_out:">{t("top.go_logged_out")}</option>
    </select>
  );
}

function reasonWord(reasons: Reason[], id: string): string {
  const known = reasons.find((one) => one.id === id);
  return known ? word({ pl: known.pl, en: known.en }, id) : id;
}
