// What callers are told just now and what is closed, in one line on the desk, so that consultants know it too.
import type { JSX } from "preact";
import { placeWord } from "./boardflashes";
import { closedName } from "./boardclosures";
import { hour, instant } from "./format";
import type { ClosureRow, FlashRow } from "./line";
import { Warning } from "./shell";
import { t, word } from "./texts";
import type { QueueRow } from "./types";

export function DeskLine({ closures, flashes, queues, now, zone }: {
  closures: ClosureRow[]; flashes: FlashRow[]; queues: Record<string, QueueRow>; now: number; zone: string;
}): JSX.Element | null {
  const closed = closures.filter((one) => one.until_at > now);
  const told = flashes.filter((one) => one.told);
  if (closed.length + told.length === 0) return null;
  return (
    <aside class="desk-line" aria-label={t("flash.callers_told")}><details>
      <summary>
        {closed.map((one) => <span key={one.id} class="alarm"><Warning />{t("closure.is_closed")}: {closedName(one.queue, queues)} {t("closure.until")} {hour(one.until_at, zone)}</span>)}
        {told.length === 0 ? null : <span>{t("flash.callers_told")}: {told.map((one) => one.title).join(" · ")}</span>}
      </summary>
      <dl>
        {closed.map((one) => <div key={one.id}><dt>{closedName(one.queue, queues)}: {one.reason}</dt><dd>{word(one.texts, "")}</dd></div>)}
        {told.map((one) => <div key={one.id}><dt>{one.title} <span class="hint">{placeWord(one.place, one.place_name, queues)}, {t("closure.until")} {instant(one.ends_at, zone)}</span></dt>
          <dd>{word(one.texts, "")}</dd></div>)}
      </dl>
    </details></aside>
  );
}
