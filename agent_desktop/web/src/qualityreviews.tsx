// The talks to be reviewed: what was drawn of a week, consultant by consultant; and a card for another talk.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { useDeeds } from "./deed";
import { clock, instant } from "./format";
import { openCard, reviews, type Pick, type Reviews as Week } from "./qualityapi";
import { CardLink, ScoreCell } from "./qualitycards";
import { LEADERS, useLoaded, useQueues, Waiting, type QualityProps, type QualitySection } from "./qualitysection";
import { q } from "./qualitytexts";
import { queueWord, refusedWord, stateWord, whyWord, type QueueNames } from "./qualitywords";
import { currentLanguage } from "./texts";

function Reviews({ zone, path, go }: QualityProps): JSX.Element {
  const [week, setWeek] = useState("");
  const { found, failure } = useLoaded(() => reviews(week), [week]);
  const queues = useQueues();
  const deeds = useDeeds(refusedWord);
  const [call] = path;
  const open = (id: string, reason: string): void => {
    void deeds.run({ subject: id, said: "", act: () => openCard(id, reason).then((card) => go([card.id], "cards")) });
  };
  return (
    <section aria-labelledby="reviews-heading">
      <h2 id="reviews-heading">{q("reviews")}</h2>
      <p class="hint lead-hint">{q("reviews_lead")}</p>
      {deeds.shown}
      {call === undefined ? null : <Other key={call} call={call} open={open} busy={deeds.busy !== null} />}
      {found === null ? <Waiting failure={failure} /> : <>
        <form class="filter-row" onSubmit={(event) => event.preventDefault()}>
          <label>{q("week_of")}<select value={found.week} onChange={(event) => setWeek(event.currentTarget.value)}>
            {weeksOf(found).map((one) => <option key={one} value={one}>{weekWord(one)}</option>)}</select></label>
        </form>
        {found.agents.length === 0 ? <p class="hint panel-hint">{q("reviews_none")}</p> : found.agents.map((one) => (
          <section key={one.agent} class="reviewed" aria-labelledby={`of-${one.agent}`}>
            <div class="reviewed-head">
              <h3 id={`of-${one.agent}`}>{one.name}</h3>
              <span class="hint">{one.team || q("no_team")} · {q("of_talks", one.talks, one.eligible)}</span>
              <span class="hint figure">{q("done_of", one.picks.filter((pick) => isDone(pick)).length, one.picks.length)}</span>
            </div>
            {one.picks.length === 0 ? <p class="hint">{q("picks_none")}</p> : (
              <div class="wide-table" tabIndex={0} role="group" aria-labelledby={`of-${one.agent}`}>
                <table class="picks">
                  <thead><tr><th scope="col">{q("talk")}</th><th scope="col">{q("queue")}</th><th scope="col" class="amount">{q("length")}</th>
                    <th scope="col">{q("why")}</th><th scope="col">{q("state")}</th><th scope="col" class="amount">{q("score")}</th></tr></thead>
                  <tbody>{one.picks.map((pick) => <Row key={pick.call} pick={pick} zone={zone} queues={queues} busy={deeds.busy} open={open} name={one.name} />)}</tbody>
                </table>
              </div>)}
          </section>))}
      </>}
      {call === undefined ? <Other call="" open={open} busy={deeds.busy !== null} /> : null}
    </section>
  );
}

function Row({ pick, zone, queues, busy, open, name }: {
  pick: Pick; zone: string; queues: QueueNames; busy: string | null; open: (call: string, reason: string) => void; name: string;
}): JSX.Element {
  const queue = queueWord(pick.queue, queues);
  const when = instant(pick.started_at, zone);
  return (
    <tr aria-busy={busy === pick.call}>
      <th scope="row" class="figure">{pick.card === null ? when : <CardLink card={pick.card}>{when}</CardLink>}
        {pick.callback ? <span class="sub hint">{q("callback")}</span> : null}</th>
      <td>{queue}</td><td class="amount figure">{clock(pick.talk_s)}</td>
      <td class="hint">{whyWord(pick.why, queue)}</td>
      <td>{pick.card === null
        ? <button type="button" class="small" disabled={busy !== null} aria-label={`${q("review")}: ${name}, ${when}`} onClick={() => open(pick.call, "")}>{q("review")}</button>
        : <>{pick.card.hidden ? q("hidden") : stateWord(pick.card.state)}<span class="sub hint">{pick.card.made_by_name}</span></>}</td>
      <td class="amount figure">{pick.card === null ? "–" : <ScoreCell card={pick.card} />}</td>
    </tr>
  );
}

/** A card for a talk that was not drawn: one that is listened to, or one of a known id. */
function Other({ call, open, busy }: { call: string; open: (call: string, reason: string) => void; busy: boolean }): JSX.Element {
  const [id, setId] = useState(call);
  const [reason, setReason] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (id.trim() !== "") open(id.trim(), reason.trim());
  };
  return (
    <form class="card-form" onSubmit={submit} aria-labelledby="other-heading">
      <h3 id="other-heading">{q("other")}</h3>
      <p class="hint">{q("other_hint")}</p>
      <div class="pairs">
        <div class="field"><label for="other-call">{q("call")}</label>
          <input id="other-call" value={id} maxLength={128} autocomplete="off" spellcheck={false} required onInput={(event) => setId(event.currentTarget.value)} /></div>
        <div class="field"><label for="other-reason">{q("reason")}</label>
          <input id="other-reason" value={reason} maxLength={200} autocomplete="off" onInput={(event) => setReason(event.currentTarget.value)} /></div>
      </div>
      <div class="buttons"><button type="submit" disabled={busy}>{q("open_card")}</button></div>
    </form>
  );
}

function isDone(pick: Pick): boolean {
  return pick.card !== null && pick.card.state !== "draft";
}

function weeksOf(found: Week): string[] {
  return found.weeks.includes(found.week) ? found.weeks : [found.week, ...found.weeks];
}

/** Monday and Sunday of a week. */
function weekWord(monday: string): string {
  const form = new Intl.DateTimeFormat(currentLanguage() === "pl" ? "pl" : "en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
  const first = Date.parse(`${monday}T00:00:00Z`);
  return form.formatRange(new Date(first), new Date(first + 6 * 86_400_000));
}

export const REVIEWS: QualitySection = { id: "reviews", title: "reviews", roles: LEADERS, View: Reviews };
