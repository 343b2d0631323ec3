// Handing a caller on: to another queue, or to a colleague who takes calls of this one.
import type { JSX } from "preact";
import { clock } from "./format";
import { State } from "./shell";
import { t, word } from "./texts";
import type { AgentRow, Pop, QueueRow } from "./types";

const AWAY = ["logged_out", "not_ready"];

export function Transfer({ refer, pop, queues, agents, me, now, go }: {
  refer: { current: HTMLDialogElement | null }; pop: Pop | null; queues: QueueRow[]; agents: AgentRow[]; me: string;
  now: number; go: (to: { queue?: string; agent?: string }) => void;
}): JSX.Element {
  const own = queues.find((one) => one.id === pop?.queue);
  const colleagues = agents.filter((one) => one.id !== me && own?.members.includes(one.id) && !AWAY.includes(one.state));
  const choose = (to: { queue?: string; agent?: string }): void => { refer.current?.close(); go(to); };
  return (
    <dialog ref={refer} class="setup" aria-labelledby="transfer-heading">
      <h2 id="transfer-heading">{t("transfer.title")}</h2>
      <p class="hint">{t("transfer.hint")}</p>
      <h3>{t("transfer.queues")}</h3>
      <ul class="targets">
        {queues.filter((one) => one.id !== pop?.queue).map((one) => (
          <li key={one.id}><button type="button" class="wide" onClick={() => choose({ queue: one.id })}>
            <span>{word(one.names, one.id)}</span>
            <span class="hint figure">{one.waiting}{one.oldest_joined_at === null ? "" : ` · ${clock(now - one.oldest_joined_at)}`}</span>
          </button></li>
        ))}
      </ul>
      <h3>{t("transfer.colleagues")}</h3>
      {colleagues.length === 0 ? <p class="hint">{t("transfer.nobody")}</p> : (
        <ul class="targets">
          {colleagues.map((one) => (
            <li key={one.id}><button type="button" class="wide" onClick={() => choose({ agent: one.id })}>
              <span>{one.name}</span><State state={one.state} />
            </button></li>
          ))}
        </ul>
      )}
      <form method="dialog" class="setup-foot"><span /><button type="submit">{t("error.dismiss")}</button></form>
    </dialog>
  );
}
