// The board on the wall: read from six metres, without a person's name or number, fitting any screen.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { alertText, inOrder } from "./boardalerts";
import { Plot } from "./boardchart";
import { bars, grid } from "./chart";
import { clock, hour, share } from "./format";
import type { ClosureRow } from "./line";
import { NOTHING } from "./live";
import { moment, tick } from "./page";
import { Freshness, Shape, STATE_WORD, Warning } from "./shell";
import { follow, type Connection } from "./stream";
import { t, word } from "./texts";
import { COUNTED, type QueueRow } from "./types";

const settings = JSON.parse(document.querySelector("#settings")!.textContent ?? "{}") as { name: string; time_zone: string; stream: string };
const ALERTS_SHOWN = 3;
const WARN_SHARE = 0.5;
let connection: Connection = { live: NOTHING, connected: false, heardAt: Date.now(), ahead: 0 };

function Tv(): JSX.Element {
  const [, setTurn] = useState(0);
  useEffect(() => {
    const draw = (): void => setTurn((turn) => turn + 1);
    tick(draw);
    const place = { events: settings.stream, alive: location.pathname, leave: () => location.reload() };
    follow((next) => { connection = next; draw(); }, undefined, place);
  }, []);
  const { live } = connection;
  const now = moment(connection);
  const queues = Object.values(live.queues);
  const closed = Object.values(live.closures).filter((one) => one.until_at > now);
  const line = closed.find((one) => one.queue === null);
  const { columns, rows } = grid(queues.length);
  const alerts = inOrder(Object.values(live.alerts).map((one) => ({ ...one, acknowledged_by: one.acknowledged_at === null ? null : "" })));
  return (
    <div class="tv" style={{ "--columns": String(columns), "--rows": String(rows) }}>
      <header><h1>{settings.name}</h1>
        {line === undefined ? null : <strong class="alarm"><Warning /> {t("closure.is_closed")}: {t("closure.line")} {t("closure.until")} {hour(line.until_at, settings.time_zone)}</strong>}<Freshness connection={connection} always /><span class="figure tv-clock">{hour(now, settings.time_zone)}</span></header>
      <main>
        {queues.length === 0 ? <p>{t("board.no_queues")}</p>
          : <ul class={`tv-tiles ${rows === 1 ? "one-row" : ""}`}>{queues.map((one) => <Tile key={one.id} one={one} now={now} closure={closed.find((it) => it.queue === one.id)} />)}</ul>}
        <div class="tv-chart"><Plot shown={bars(Object.values(live.slots), "")} zone={settings.time_zone} /></div>
        <div role="log" aria-label={t("alert.heading")} class="tv-alerts"><ul>{alerts.slice(0, ALERTS_SHOWN).map((one) => (
          <li key={one.id} class={one.acknowledged_by === null ? "alarm" : ""}><Warning /> {alertText(one, live.queues)} <span class="hint">{t("alert.since")} {hour(one.raised_at, settings.time_zone)}</span></li>))}
          {alerts.length > ALERTS_SHOWN ? <li>+{alerts.length - ALERTS_SHOWN}</li> : null}</ul></div>
      </main>
    </div>
  );
}

function Tile({ one, now, closure }: { one: QueueRow; now: number; closure: ClosureRow | undefined }): JSX.Element {
  const wait = one.oldest_joined_at === null ? 0 : now - one.oldest_joined_at;
  const level = wait > one.service_level_s ? "alarm" : wait > one.service_level_s * WARN_SHARE ? "warn" : "";
  return (
    <li class={`tile ${level}`}>
      <h2><span>{word(one.names, one.id)}
        {closure === undefined ? null : <span class="tv-shut alarm"> {t("closure.is_closed")} {t("closure.until")} {hour(closure.until_at, settings.time_zone)}</span>}</span>{level === "" ? null : <Warning />}</h2>
      <div class="tv-figures">
        <p><span class="label">{t("board.waiting")}</span><span class="tv-huge figure">{one.waiting}</span></p>
        <p><span class="label">{t("board.longest")}</span><span class="tv-large figure">{one.oldest_joined_at === null ? "–" : clock(wait)}</span></p>
        <p><span class="label">{t("board.level")}</span><span class="tv-large figure">{share(one.today?.answered_share)}</span></p>
      </div>
      <ul class="counts">{COUNTED.map((state) => <li key={state}><Shape state={state} />
        <span class="unseen">{t(STATE_WORD[state])} </span><span class="figure">{one.agents[state] ?? 0}</span></li>)}</ul>
    </li>
  );
}

const app = document.querySelector<HTMLElement>("#app")!;
app.replaceChildren();
render(<Tv />, app);
