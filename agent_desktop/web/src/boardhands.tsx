// Consultants who ask for help: on top of the board, with one press to listen in and one to say who comes.
import type { JSX } from "preact";
import { useEffect, useRef } from "preact/hooks";
import { ask } from "./api";
import type { Listening } from "./boardlisten";
import { useDeeds } from "./deed";
import { clock } from "./format";
import { Attention } from "./attention";
import { t, word } from "./texts";
import type { AgentRow, CallRow, HandRow, QueueRow } from "./types";

const take = (agent: string): Promise<HandRow> => ask("POST", `/api/v1/agents/${encodeURIComponent(agent)}/hand/take`);

export function Hands({ rows, agents, calls, queues, now, listening }: {
  rows: HandRow[]; agents: Record<string, AgentRow>; calls: Record<string, CallRow>; queues: Record<string, QueueRow>;
  now: number; listening: Listening;
}): JSX.Element {
  const deeds = useDeeds();
  const attention = useRef(new Attention());
  const sorted = [...rows].sort((a, b) => a.raised_at - b.raised_at || a.agent.localeCompare(b.agent));
  const first = sorted.find((one) => one.taken_by === null);
  const name = (one: HandRow): string => agents[one.agent]?.name ?? one.agent;
  useEffect(() => {
    attention.current.tell(first ? `${first.agent}/${first.call}` : "", first ? `${name(first)} ${t("hand.asks")}` : "", "");
  });
  return (
    <section aria-label={t("hand.heading")} class={sorted.length === 0 ? "alerts none" : "alerts"}>
      {deeds.shown}
      <div role="log" aria-label={t("hand.heading")}><ul>{sorted.map((one) => {
        const call = calls[one.call];
        const hear = call !== undefined && call.place === "talking" ? listening.ask : null;
        return (
          <li key={`${one.agent}/${one.call}`} class={`notice ${one.taken_by === null ? "warn" : "taken"}`}>
            <span><Raised /> <strong>{name(one)}</strong> {t("hand.asks")}{call?.queue == null ? "" : ` · ${word(queues[call.queue]?.names, call.queue)}`}
              {one.note === "" ? "" : ` · „${one.note}”`} <span class="hint figure">{clock(now - one.raised_at)}</span></span>
            <span class="hand-buttons">
              {one.taken_by === null ? null : <span class="hint">{t("hand.comes_to")} {one.taken_name}</span>}
              {hear === null ? null : <button type="button" disabled={listening.busy} aria-label={`${t("listen.ask")}: ${name(one)}`}
                onClick={() => hear(call!, t("hand.reason"))}>{t("listen.ask")}</button>}
              {one.taken_by !== null ? null : <button type="button" disabled={deeds.busy !== null} aria-label={`${t("hand.take")}: ${name(one)}`}
                onClick={() => { void deeds.run({ subject: one.agent, said: "", act: () => take(one.agent) }); }}>{t("hand.take")}</button>}
            </span>
          </li>);
      })}</ul></div>
    </section>
  );
}

function Raised(): JSX.Element {
  return (
    <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">
      <path d="M7 1h2v6h1V2h2v6h1V4h1v7a4 4 0 0 1-4 4H8a4 4 0 0 1-3.2-1.6L2 9.6l1.2-1L5 10V2.500h2z" />
    </svg>
  );
}
