// The board's waiting callers, and what a supervisor may do for them: priority and queue.
import type { JSX, TargetedEvent } from "preact";
import { move, rank } from "./api";
import { useDeeds, type Deeds } from "./deed";
import { clock } from "./format";
import { Warning } from "./shell";
import { t, word, type Key } from "./texts";
import type { AgentRow, CallRow, QueueRow } from "./types";
import { asked, both, waiting } from "./waitinglist";

const LANGUAGES: Record<string, Key> = { pl: "language.pl", en: "language.en", uk: "language.uk" };
const CALLERS_SHOWN = 50;
const PRIORITY_MAX = 1_000;
type Table<Row> = Record<string, Row>;

export function WaitingCallers({ calls, queues, agents, now }: {
  calls: CallRow[]; queues: Table<QueueRow>; agents: Table<AgentRow>; now: number;
}): JSX.Element {
  const deeds = useDeeds();
  const rows = waiting(calls);
  return (
    <section aria-labelledby="waiting-heading">
      <h2 id="waiting-heading">{t("board.waiting_heading")}{rows.length > 0 ? ` · ${rows.length}` : ""}</h2>
      {deeds.shown}
      {rows.length === 0 ? <p class="hint panel-hint">{t("board.nobody_waits")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="waiting-heading">
          <table class="waiting">
            <thead><tr>
              <th scope="col" class="amount"><abbr title={t("board.position_long")}>{t("board.position")}</abbr></th>
              <th scope="col">{t("board.number")}</th><th scope="col">{t("board.queue")}</th>
              <th scope="col" class="amount">{t("board.wait")}</th><th scope="col">{t("board.language")}</th>
              <th scope="col">{t("board.requirement")}</th><th scope="col" class="amount">{t("board.priority")}</th>
              <th scope="col">{t("board.move")}</th>
            </tr></thead>
            <tbody>{rows.slice(0, CALLERS_SHOWN).map((one) => (
              <Row key={one.call.id} one={one.call} position={one.position} queues={queues} agents={agents} now={now} deeds={deeds} />))}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ one, position, queues, agents, now, deeds }: {
  one: CallRow; position: number; queues: Table<QueueRow>; agents: Table<AgentRow>; now: number; deeds: Deeds;
}): JSX.Element {
  const queue = one.queue === null ? undefined : queues[one.queue];
  const waited = now - (one.joined_at ?? now);
  const late = queue !== undefined && waited > queue.service_level_s;
  const need = asked(queue, waited);
  const number = one.caller || t("caller.withheld");
  const language = LANGUAGES[one.language];
  return (
    <tr aria-busy={deeds.busy === one.id}>
      <td class="amount figure">{position}</td>
      <th scope="row" class="figure">{number}{one.callback ? <span class="tag">{t("board.callback")}</span> : null}
        {one.place === "offered" ? <span class="hint sub">{t("board.rings_at")} {one.agent === null ? "" : agents[one.agent]?.name ?? one.agent}</span> : null}</th>
      <td>{word(queue?.names, one.queue ?? "–")}</td>
      <td class={`amount figure ${late ? "alarm" : ""}`}>{late ? <Warning /> : null}{clock(waited)}</td>
      <td>{language ? t(language) : one.language || "–"}</td>
      <td class="requirement">{both(need.requirement, one.requirement) || "–"}
        {need.steps > 0 ? <span class="hint sub">{t("board.step")} {need.step}/{need.steps}</span> : null}</td>
      <td class="amount"><Priority one={one} number={number} deeds={deeds} /></td>
      <td><Mover one={one} number={number} queues={queues} deeds={deeds} /></td>
    </tr>
  );
}

function Priority({ one, number, deeds }: { one: CallRow; number: string; deeds: Deeds }): JSX.Element {
  const change = (by: number): void => {
    const [old, wanted] = [one.priority, one.priority + by];
    void deeds.run({
      subject: one.id, said: `${number}: ${t("board.ranked")} ${wanted}`,
      act: () => rank(one.id, wanted), undo: () => rank(one.id, old),
    });
  };
  const busy = deeds.busy !== null;
  return (
    <span class="stepper">
      <button type="button" class="small" disabled={busy || one.priority <= -PRIORITY_MAX} onClick={() => change(-1)}
        aria-label={`${t("board.lower")}: ${number}`} title={t("board.lower")}>−</button>
      <span class="figure">{one.priority}</span>
      <button type="button" class="small" disabled={busy || one.priority >= PRIORITY_MAX} onClick={() => change(1)}
        aria-label={`${t("board.raise")}: ${number}`} title={t("board.raise")}>+</button>
    </span>
  );
}

function Mover({ one, number, queues, deeds }: { one: CallRow; number: string; queues: Table<QueueRow>; deeds: Deeds }): JSX.Element {
  const old = one.queue;
  const choose = (event: TargetedEvent<HTMLSelectElement>): void => {
    const wanted = event.currentTarget.value;
    event.currentTarget.value = "";
    if (wanted === "" || old === null) return;
    void deeds.run({
      subject: one.id, said: `${number}: ${t("board.moved")} ${word(queues[wanted]?.names, wanted)}`,
      act: () => move(one.id, wanted), undo: () => move(one.id, old),
    });
  };
  return (
    <select class="compact" value="" disabled={deeds.busy !== null} onChange={choose} aria-label={`${t("board.move")}: ${number}`}>
      <option value="">{t("board.move_to")}</option>
      {Object.values(queues).filter((queue) => queue.id !== old)
        .map((queue) => <option key={queue.id} value={queue.id}>{word(queue.names, queue.id)}</option>)}
    </select>
  );
}
