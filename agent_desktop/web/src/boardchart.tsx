// The day by half hours: bars of answered and abandoned calls up to the offered ones, the service level as a line.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { bars, DAY_SLOTS, roundUp, spread, type Bar } from "./chart";
import { hour, share } from "./format";
import { t, word } from "./texts";
import type { QueueRow, SlotRow } from "./types";

const BOX = { width: 1200, height: 260, left: 44, right: 210, top: 16, bottom: 26 };
const INNER = { width: BOX.width - BOX.left - BOX.right, height: BOX.height - BOX.top - BOX.bottom };
const HOURS = [0, 3, 6, 9, 12, 15, 18, 21, 24];
const LABEL_APART = 19;

export function DayChart({ slots, queues, zone }: { slots: SlotRow[]; queues: Record<string, QueueRow>; zone: string }): JSX.Element {
  const [queue, setQueue] = useState("");
  const shown = bars(slots, queue);
  return (
    <section aria-labelledby="day-heading" class="day">
      <div class="day-head">
        <h2 id="day-heading">{t("board.day")}</h2>
        <label class="day-queue">{t("board.queue")} <select value={queue} onChange={(event) => setQueue(event.currentTarget.value)}>
          <option value="">{t("board.all_queues")}</option>
          {Object.values(queues).map((one) => <option key={one.id} value={one.id}>{word(one.names, one.id)}</option>)}
        </select></label>
      </div>
      <Plot shown={shown} zone={zone} />
    </section>
  );
}

/** The drawing, and the same as a table for those who do not see it. */
export function Plot({ shown, zone }: { shown: Bar[]; zone: string }): JSX.Element {
  if (shown.length === 0) return <p class="hint panel-hint">{t("board.no_calls_today")}</p>;
  return (
    <figure class="plot">
      <Drawing shown={shown} />
      <div class="unseen"><table>
        <caption>{t("board.day")}</caption>
        <thead><tr><th scope="col">{t("board.from")}</th><th scope="col">{t("board.offered")}</th><th scope="col">{t("board.answered")}</th>
          <th scope="col">{t("board.abandoned")}</th><th scope="col">{t("board.level")}</th></tr></thead>
        <tbody>{shown.map((one) => (
          <tr key={one.slot}><th scope="row">{hour(one.beginsAt, zone)}</th><td>{one.offered}</td><td>{one.answered}</td>
            <td>{one.abandoned}</td><td>{share(one.level)}</td></tr>))}</tbody>
      </table></div>
    </figure>
  );
}

function Drawing({ shown }: { shown: Bar[] }): JSX.Element {
  const top = roundUp(Math.max(...shown.map((one) => one.offered)));
  const slots = Math.max(DAY_SLOTS, ...shown.map((one) => one.slot + 1));
  const step = INNER.width / slots;
  const x = (slot: number): number => BOX.left + slot * step;
  const y = (count: number): number => BOX.top + INNER.height * (1 - count / top);
  const level = (part: number): number => BOX.top + INNER.height * (1 - part);
  const points = shown.flatMap((one) => (one.level === null ? [] : [`${x(one.slot) + step / 2},${level(one.level)}`]));
  return (
    <svg viewBox={`0 0 ${BOX.width} ${BOX.height}`} role="img" aria-label={t("board.day_drawing")} class="chart">
      {[0, top / 2, top].filter(Number.isInteger).map((count) => <g key={count}>
        <line class="grid" x1={BOX.left} x2={BOX.width - BOX.right} y1={y(count)} y2={y(count)} />
        <text class="tick" x={BOX.left - 8} y={y(count) + 4} text-anchor="end">{count}</text></g>)}
      {[0, 0.5, 1].map((part) => <text key={part} class="tick" x={BOX.width - BOX.right + 6} y={level(part) + 4}>{share(part)}</text>)}
      {HOURS.map((one) => <text key={one} class="tick" x={x((one * slots) / 24)} y={BOX.height - 8} text-anchor="middle">{one}</text>)}
      {shown.map((one) => <g key={one.slot}>
        <rect class="bar-offered" x={x(one.slot) + 1.5} width={step - 3} y={y(one.offered)} height={y(0) - y(one.offered)} />
        <rect class="bar-answered" x={x(one.slot) + 1.5} width={step - 3} y={y(one.answered)} height={y(0) - y(one.answered)} />
        <rect class="bar-abandoned" x={x(one.slot) + 1.5} width={step - 3} y={y(one.answered + one.abandoned)}
          height={y(one.answered) - y(one.answered + one.abandoned)} />
      </g>)}
      <polyline class="level-line-edge" points={points.join(" ")} />
      <polyline class="level-line" points={points.join(" ")} />
      {shown.map((one) => one.level === null ? null
        : <circle key={one.slot} class="level-dot" r="3.5" cx={x(one.slot) + step / 2} cy={level(one.level)} />)}
      <Labels last={shown[shown.length - 1]!} at={Math.min(x(shown[shown.length - 1]!.slot + 1) + 24, BOX.width - BOX.right + 50)} y={y} level={level}
        from={x(shown[shown.length - 1]!.slot + 1)} />
    </svg>
  );
}

/** The names of what is drawn, beside the newest half hour. */
function Labels({ last, at, from, y, level }: {
  last: Bar; at: number; from: number; y: (count: number) => number; level: (part: number) => number;
}): JSX.Element {
  const wanted = [
    { kind: "level", text: `${t("board.level")} ${share(last.level)}`, place: level(last.level ?? 0) },
    { kind: "offered", text: `${t("board.offered")} ${last.offered}`, place: y(last.offered) },
    { kind: "abandoned", text: `${t("board.abandoned")} ${last.abandoned}`, place: y(last.answered + last.abandoned / 2) },
    { kind: "answered", text: `${t("board.answered")} ${last.answered}`, place: y(last.answered / 2) },
  ];
  const places = spread(wanted.map((one) => one.place), LABEL_APART, BOX.height - BOX.bottom);
  return (
    <g>{wanted.map((one, index) => <g key={one.kind}>
      <path class="lead" d={`M${from} ${one.place} L${at - 4} ${places[index]}`} />
      <rect class={`key key-${one.kind}`} x={at} y={(places[index] ?? 0) - 6} width="12" height={one.kind === "level" ? 4 : 12} />
      <text class="label-text" x={at + 18} y={(places[index] ?? 0) + 4}>{one.text}</text>
    </g>)}</g>
  );
}
