// Asking a third about a caller: what is going on, and what can be pressed meanwhile.
import type { JSX } from "preact";
import { clock, masked } from "./format";
import { t, type Key } from "./texts";
import type { AgentRow, PopConsult } from "./types";

export interface ConsultActions { back: () => void; join: () => void; handOver: () => void }

const HEADINGS: Record<PopConsult["state"], Key> = {
  dialling: "consult.dialling", private: "consult.private", joined: "consult.joined", handed_over: "consult.joined", ended: "consult.joined",
};

/** How whoever is asked is called here. */
export function partyName(consult: PopConsult): string {
  return consult.name === consult.number && consult.number ? masked(consult.number) : consult.name;
}

/** The agent asks: who, since when, and the ways on from there. */
export function Asking({ consult, now, busy, actions }: { consult: PopConsult; now: number; busy: boolean; actions: ConsultActions }): JSX.Element {
  const rings = consult.state === "dialling";
  const apart = !consult.joins && consult.state !== "joined";
  return (
    <section class={`consult ${consult.state}`} aria-label={t(HEADINGS[consult.state])}>
      <p class="consult-head" role="status"><span class="hint">{t(HEADINGS[consult.state])}</span><strong>{partyName(consult)}</strong></p>
      <p class="consult-time">{clock(now - consult.since_at)}</p>
      <div class="pair-buttons">
        <button type="button" class="whole" disabled={busy} title="F4" onClick={actions.back}>
          {t(rings ? "consult.cancel" : apart ? "consult.back" : "consult.drop")}<kbd>F4</kbd></button>
        {apart ? <button type="button" class="whole" disabled={busy || rings} title="F6" onClick={actions.join}>{t("consult.join")}<kbd>F6</kbd></button> : null}
        <button type="button" class="whole" disabled={busy || rings} title="F7" onClick={actions.handOver}>{t("consult.hand_over")}<kbd>F7</kbd></button>
      </div>
    </section>
  );
}

/** A colleague asks the agent: about whom and by whom. */
export function Asked({ consult, agents }: { consult: PopConsult; agents: Record<string, AgentRow> }): JSX.Element {
  return (
    <p class="notice" role="status">
      <strong>{agents[consult.by]?.name ?? consult.by}</strong> {t(consult.state === "joined" ? "consult.joined_by" : "consult.asked_by")}
    </p>
  );
}
