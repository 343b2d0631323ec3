// The supervisor's board. Each section has a module of its own; this one holds the stream and the frame.
import { render, type JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { Agents } from "./boardagents";
import { Alerts } from "./boardalerts";
import { Calls } from "./boardcalls";
import { CloseButton, Closures } from "./boardclosures";
import { Hands } from "./boardhands";
import { useListening } from "./boardlisten";
import { DayChart } from "./boardchart";
import { Flashes } from "./boardflashes";
import { Queues } from "./boardqueues";
import { Today } from "./boardtoday";
import { WaitingCallers } from "./boardwaiting";
import { TvBoards } from "./boardtv";
import { useDeeds } from "./deed";
import { NOTHING } from "./live";
import { moment, start, tick } from "./page";
import { rightsOf } from "./rights";
import { Freshness, Preferences } from "./shell";
import { follow, type Connection } from "./stream";
import { t } from "./texts";
import { Voicemails } from "./voicemails";

const settings = start();
let connection: Connection = { live: NOTHING, connected: false, heardAt: Date.now(), ahead: 0 };

function Board(): JSX.Element {
  const [, setTurn] = useState(0);
  const draw = (): void => setTurn((turn) => turn + 1);
  useEffect(() => {
    tick(draw);
    follow((next) => { connection = next; draw(); });
  }, []);
  useEffect(() => { document.title = `${t("board.title")} · ${t("app.name")}`; });
  const deeds = useDeeds();
  const { live } = connection;
  const now = moment(connection);
  const zone = settings.time_zone ?? "";
  const closed = Object.values(live.closures);
  const rights = rightsOf(settings.user, live.queues);
  const listening = useListening(settings.phone, live.agents, live.calls, live.listeningOver, now);
  return (
    <div class="board">
      <a class="skip" href="#middle">{t("page.skip")}</a>
      <header class="top">
        <h1>{t("board.title")}</h1>
        {rights.leads ? <a class="away" href="/office">{t("office.title")}</a> : null}
        {rights.leads ? <a class="away" href="/office/recordings">{t("office.recordings")}</a> : null}
        <a class="away" href="/quality">{t("quality.title")}</a>
        {!rights.line || closed.some((one) => one.queue === null) ? null : <CloseButton queue={null} name={t("closure.line")} now={now} deeds={deeds} />}
        <Freshness connection={connection} always />
        <Preferences name={settings.user.name} changed={draw} />
      </header>
      <main id="middle" tabIndex={-1}>
        {listening.shown}
        {rights.leads ? <Hands rows={Object.values(live.hands)} agents={live.agents} calls={live.calls} queues={live.queues} now={now} listening={listening} /> : null}
        <Alerts rows={Object.values(live.alerts)} queues={live.queues} agents={live.agents} zone={zone} rights={rights} />
        <Closures rows={closed} queues={live.queues} agents={live.agents} now={now} zone={zone} deeds={deeds} rights={rights} />
        <Queues rows={Object.values(live.queues)} now={now} closed={closed} zone={zone} deeds={deeds} rights={rights} />
        {rights.leads ? <WaitingCallers calls={Object.values(live.calls)} queues={live.queues} agents={live.agents} now={now} /> : null}
        <Flashes rows={Object.values(live.flashes)} queues={live.queues} now={now} zone={zone} rights={rights} />
        <Today rows={Object.values(live.queues)} />
        <DayChart slots={Object.values(live.slots)} queues={live.queues} zone={zone} />
        <Agents rows={Object.values(live.agents)} queues={live.queues} reasons={settings.reasons} now={now} rights={rights} />
        {rights.leads ? <>
          <Calls rows={Object.values(live.calls)} queues={live.queues} agents={live.agents} now={now} listening={listening} />
          <Voicemails queues={live.queues} /></> : null}
        {rights.line ? <TvBoards /> : null}
      </main>
    </div>
  );
}

const app = document.querySelector<HTMLElement>("#app")!;
app.replaceChildren();
render(<Board />, app);
