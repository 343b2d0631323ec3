// The board's queues: large figures, thresholds in colour, weight and sign.
import type { JSX } from "preact";
import { CloseButton } from "./boardclosures";
import type { Deeds } from "./deed";
import { clock, hour, share } from "./format";
import type { ClosureRow } from "./line";
import type { Rights } from "./rights";
import { Shape, STATE_WORD, Warning } from "./shell";
import { t, word } from "./texts";
import { COUNTED, type QueueRow } from "./types";

const WARN_SHARE = 0.5;

interface Shutting { closed: ClosureRow[]; zone: string; deeds: Deeds; rights: Rights }

export function Queues({ rows, now, ...shutting }: { rows: QueueRow[]; now: number } & Shutting): JSX.Element {
  return (
    <section aria-labelledby="queues-heading">
      <h2 id="queues-heading">{t("board.queues")}</h2>
      {rows.length === 0 ? <p class="hint">{t("board.no_queues")}</p>
        : <ul class="tiles">{rows.map((one) => <Tile key={one.id} one={one} now={now} {...shutting} />)}</ul>}
    </section>
  );
}

function Tile({ one, now, closed, zone, deeds, rights }: { one: QueueRow; now: number } & Shutting): JSX.Element {
  const closure = closed.find((it) => it.queue === one.id && it.until_at > now);
  const wait = one.oldest_joined_at === null ? 0 : now - one.oldest_joined_at;
  const level = wait > one.service_level_s ? "alarm" : wait > one.service_level_s * WARN_SHARE ? "warn" : "";
  return (
    <li class={`tile ${level}`}>
      <h3>{word(one.names, one.id)}{level === "" ? null : <span class="level"><Warning />{t(level === "alarm" ? "board.alarm" : "board.warn")}</span>}</h3>
      <div class="tile-figures">
        <p><span class="label">{t("board.waiting")}</span><span class="huge">{one.waiting}</span></p>
        <p><span class="label">{t("board.longest")}</span><span class="large">{one.oldest_joined_at === null ? "–" : clock(wait)}</span>
          <span class="hint">{t("board.target")} {one.service_level_s} s</span></p>
        {one.callbacks === 0 ? null : <p><span class="label">{t("board.callbacks")}</span><span class="large">{one.callbacks}</span></p>}
      </div>
      <p class="hint">{t("board.expected")} {one.expected_wait_s === null ? "–" : clock(one.expected_wait_s)}{wrong(one)}</p>
      <p class="hint tile-level">{t("board.level")} <strong class="figure">{share(one.today?.answered_share)}</strong></p>
      <ul class="counts">
        {COUNTED.map((state) => <li key={state} title={t(STATE_WORD[state])}><Shape state={state} />
          <span class="unseen">{t(STATE_WORD[state])} </span><span class="figure">{one.agents[state] ?? 0}</span></li>)}
      </ul>
      {closure === undefined ? !rights.setsUp(one.id) ? null : <CloseButton queue={one.id} name={word(one.names, one.id)} now={now} deeds={deeds} />
        : <p class="shut"><Warning /> {t("closure.is_closed")} {t("closure.until")} {hour(closure.until_at, zone)}</p>}
    </li>
  );
}

/** How wrong expected waits have been: most within so much, and which way on average. */
function wrong(one: QueueRow): string {
  if (one.wait_error_p80_s === null || one.wait_error_bias_s === null) return "";
  const bias = one.wait_error_bias_s;
  return ` (${t("board.error_p80")} ${clock(one.wait_error_p80_s)}, ${t("board.error_bias")} ${bias < 0 ? "−" : "+"}${clock(Math.abs(bias))})`;
}
