// The consultant's own day: calls, handling time, pauses, what was left without a disposition.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ownDay } from "./deskapi";
import type { OwnDay } from "./desktypes";
import { clock, instant } from "./format";
import { t } from "./texts";
import type { AgentRow } from "./types";

const EVERY_MS = 60_000;
/** The store has the call's record a moment after the call. */
const SETTLE_MS = 1_500;

export function Tiles({ agent, now }: { agent: AgentRow | undefined; now: number }): JSX.Element {
  const [known, setKnown] = useState<{ day: OwnDay; at: number } | null>(null);
  useEffect(() => {
    const load = (): void => { ownDay().then((day) => setKnown({ day, at: Date.now() / 1000 }), () => undefined); };
    const soon = setTimeout(load, known === null ? 0 : SETTLE_MS);
    const often = setInterval(load, EVERY_MS);
    return () => { clearTimeout(soon); clearInterval(often); };
  }, [agent?.state]);
  const day = known?.day;
  const paused = day === undefined ? null : day.pause_s + (agent?.state === "not_ready" ? Math.max(0, Date.now() / 1000 - known!.at) : 0);
  const midnight = new Date(now * 1000).setHours(0, 0, 0, 0) / 1000;
  return (
    <section class="tiles" aria-labelledby="tiles-heading">
      <h2 id="tiles-heading">{t("mine.heading")}</h2>
      <dl>
        <Tile label={t("mine.calls")} value={day?.calls ?? null} />
        <Tile label={t("mine.aht")} value={time(day?.aht_s)} />
        <Tile label={t("mine.pause")} value={time(paused)} />
        <Tile label={t("mine.without")} value={day?.without_disposition ?? null} warn={(day?.without_disposition ?? 0) > 0} />
      </dl>
      {day !== undefined && day.since_at > midnight + 60 ? <p class="hint">{t("mine.since")} {instant(day.since_at)}</p> : null}
    </section>
  );
}

function Tile({ label, value, warn }: { label: string; value: string | number | null; warn?: boolean }): JSX.Element {
  return <div><dt>{label}</dt><dd class={`figure ${warn ? "warn" : ""}`}>{value ?? "–"}</dd></div>;
}

function time(seconds: number | null | undefined): string | null {
  return seconds === null || seconds === undefined ? null : clock(seconds);
}
