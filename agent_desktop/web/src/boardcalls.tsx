// The board's calls under way.
import type { JSX } from "preact";
import type { Listening } from "./boardlisten";
import { clock } from "./format";
import { t, word, type Key } from "./texts";
import type { AgentRow, CallRow, Place, QueueRow } from "./types";

const PLACES: Record<Place, Key> = {
  ivr: "board.place_ivr", waiting: "board.place_waiting", offered: "board.place_offered",
  talking: "board.place_talking", after: "board.place_after",
  resting: "board.place_resting", dialling: "board.place_dialling",
};
const CALLS_SHOWN = 50;

export function Calls({ rows, queues, agents, now, listening }: {
  rows: CallRow[]; queues: Record<string, QueueRow>; agents: Record<string, AgentRow>; now: number; listening: Listening;
}): JSX.Element {
  const sorted = rows.filter((one) => one.place !== "waiting" && one.place !== "offered").sort((a, b) => (a.joined_at ?? a.since_at) - (b.joined_at ?? b.since_at)).slice(0, CALLS_SHOWN);
  return (
    <section aria-labelledby="calls-heading">
      <h2 id="calls-heading">{t("board.calls")}</h2>
      {sorted.length === 0 ? <p class="hint">{t("board.no_calls")}</p> : (
        <table>
          <thead><tr><th scope="col">{t("board.number")}</th><th scope="col">{t("board.place")}</th><th scope="col" class="amount">{t("board.since")}</th>
            <th scope="col">{t("board.queue")}</th><th scope="col">{t("board.agent")}</th>{listening.ask === null ? null : <th scope="col"><span class="unseen">{t("listen.title")}</span></th>}</tr></thead>
          <tbody>{sorted.map((one) => (
            <tr key={one.id}>
              <th scope="row" class="figure">{one.caller || t("caller.withheld")}</th>
              <td>{t(PLACES[one.place])}{one.callback ? <span class="tag">{t("board.callback")}</span> : null}{one.recording === "on" || one.recording === "paused" ? <span class="tag">{t(one.recording === "on" ? "recording.on" : "recording.paused")}</span> : null}</td>
              <td class="amount figure">{clock(now - one.since_at)}</td>
              <td>{one.queue === null ? "–" : word(queues[one.queue]?.names, one.queue)}</td>
              <td>{one.agent === null ? "–" : agents[one.agent]?.name ?? one.agent}</td>
              {listening.ask === null ? null : <td>{one.place === "talking" && one.agent !== null
                ? <button type="button" class="small" disabled={listening.busy} aria-label={`${t("listen.ask")}: ${agents[one.agent]?.name ?? one.agent}`}
                  onClick={() => listening.ask?.(one)}>{t("listen.ask")}</button> : null}</td>}
            </tr>))}
          </tbody>
        </table>
      )}
    </section>
  );
}
