// Reaching somebody about a caller: to ask them first, or to hand the caller on at once.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { clock } from "./format";
import { State } from "./shell";
import { t, word } from "./texts";
import type { AgentRow, Pop, QueueRow } from "./types";

/** `consult` asks somebody first; `transfer` hands the caller on. */
export type ReachMode = "consult" | "transfer";
export interface Target { queue?: string; agent?: string; number?: string; name?: string }

const AWAY = ["logged_out", "not_ready"];
const NUMBER = /^\+?[0-9][0-9 -]{2,18}$/;

export function Reach({ refer, mode, pop, queues, agents, me, now, go }: {
  refer: { current: HTMLDialogElement | null }; mode: ReachMode; pop: Pop | null; queues: QueueRow[]; agents: AgentRow[];
  me: string; now: number; go: (to: Target) => void;
}): JSX.Element {
  const own = queues.find((one) => one.id === pop?.queue);
  const asks = mode === "consult";
  const colleagues = agents.filter((one) => one.id !== me
    && (asks ? one.state === "ready" : own?.members.includes(one.id) === true && !AWAY.includes(one.state)));
  const choose = (to: Target): void => { refer.current?.close(); go(to); };
  return (
    <dialog ref={refer} class="setup" aria-labelledby="reach-heading">
      <h2 id="reach-heading">{t(asks ? "consult.title" : "transfer.title")}</h2>
      <p class="hint">{t(asks ? "consult.hint" : "transfer.hint")}</p>
      {asks ? null : <Queues queues={queues.filter((one) => one.id !== pop?.queue)} now={now} choose={choose} />}
      <h3>{t(asks ? "consult.colleagues" : "transfer.colleagues")}</h3>
      {colleagues.length === 0 ? <p class="hint">{t(asks ? "consult.nobody" : "transfer.nobody")}</p> : (
        <ul class="targets">
          {colleagues.map((one) => (
            <li key={one.id}><button type="button" class="wide" onClick={() => choose({ agent: one.id })}>
              <span>{one.name}</span><State state={one.state} />
            </button></li>
          ))}
        </ul>
      )}
      <h3>{t("reach.outside")}</h3>
      <Number go={(number) => choose({ number })} label={t(asks ? "reach.call" : "transfer.go")} />
      <form method="dialog" class="setup-foot"><span /><button type="submit">{t("error.dismiss")}</button></form>
    </dialog>
  );
}

function Queues({ queues, now, choose }: { queues: QueueRow[]; now: number; choose: (to: Target) => void }): JSX.Element {
  return (
    <>
      <h3>{t("transfer.queues")}</h3>
      <ul class="targets">
        {queues.map((one) => (
          <li key={one.id}><button type="button" class="wide" onClick={() => choose({ queue: one.id })}>
            <span>{word(one.names, one.id)}</span>
            <span class="hint figure">{one.waiting}{one.oldest_joined_at === null ? "" : ` · ${clock(now - one.oldest_joined_at)}`}</span>
          </button></li>
        ))}
      </ul>
    </>
  );
}

function Number({ go, label }: { go: (number: string) => void; label: string }): JSX.Element {
  const [number, setNumber] = useState("");
  const [wrong, setWrong] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    const typed = number.trim();
    setWrong(!NUMBER.test(typed));
    if (NUMBER.test(typed)) { setNumber(""); go(typed); }
  };
  return (
    <form class="reach-number" onSubmit={submit} novalidate>
      <label for="reach-number">{t("reach.number")}</label>
      <div class="row">
        <input id="reach-number" type="tel" autocomplete="off" value={number} aria-invalid={wrong} aria-describedby="reach-wrong"
          onInput={(event) => setNumber(event.currentTarget.value)} />
        <button type="submit">{label}</button>
      </div>
      <p id="reach-wrong" class="field-error" role="alert">{wrong ? t("reach.no_number") : ""}</p>
    </form>
  );
}
