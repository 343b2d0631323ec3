// Asking for help in a talk: the button of the phone column, and what it came to.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ask } from "./api";
import { clock } from "./format";
import { t } from "./texts";
import type { AgentRow } from "./types";

export const putUpHand = (note: string): Promise<unknown> => ask("PUT", "/api/v1/me/hand", { note });
export const putDownHand = (): Promise<void> => ask("DELETE", "/api/v1/me/hand");

export function HandButton({ agent, busy, turn }: { agent: AgentRow | undefined; busy: boolean; turn: () => void }): JSX.Element {
  const up = agent?.hand_up_at != null;
  return (
    <button type="button" class="whole" aria-pressed={up} disabled={busy || agent === undefined} title="F3" onClick={turn}>
      {t(up ? "hand.down" : "hand.up")}<kbd>F3</kbd></button>
  );
}

/** Who comes, or for how long nobody has; and what it is about, for whoever has the time to type. */
export function HandState({ agent, now, say }: { agent: AgentRow | undefined; now: number; say: (note: string) => void }): JSX.Element | null {
  const [note, setNote] = useState("");
  if (agent?.hand_up_at == null) return null;
  const submit = (event: Event): void => {
    event.preventDefault();
    say(note.trim());
  };
  return (
    <div class="notice hand">
      <p role="status">{agent.helper === "" ? t("hand.asked") : `${t("hand.comes")} ${agent.helper}`}</p>
      {agent.helper === "" ? <p class="figure">{clock(now - agent.hand_up_at)}</p> : null}
      <form onSubmit={submit}>
        <input value={note} maxLength={200} autocomplete="off" aria-label={t("hand.about")} placeholder={t("hand.about")}
          onInput={(event) => setNote(event.currentTarget.value)} />
      </form>
    </div>
  );
}
