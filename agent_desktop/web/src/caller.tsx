// Who is calling and why: fills at the offer, keeps its place while the history comes.
import type { JSX } from "preact";
import { clock, day, grouped, instant } from "./format";
import { heardOn, keysOf, type FlashRow } from "./line";
import { OpenCase } from "./opencase";
import { WhoCalls } from "./people";
import { Warning } from "./shell";
import { t, word, type Key } from "./texts";
import type { Catalogue, ContactRow, Names, Pop, QueueRow } from "./types";

const CASES_SHOWN = 5;
const LANGUAGES: Record<string, Key> = { pl: "language.pl", en: "language.en", uk: "language.uk" };
const OUTCOMES: Record<string, Key> = {
  connected: "outcome.connected", abandoned_ivr: "outcome.abandoned_ivr", abandoned_queue: "outcome.abandoned_queue",
  answered_by_ivr: "outcome.answered_by_ivr", emergency: "outcome.emergency", fallback: "outcome.fallback",
  overflowed: "outcome.overflowed", left_queue: "outcome.left_queue", voicemail: "outcome.voicemail",
  callback_ordered: "outcome.callback_ordered", called_back: "outcome.called_back",
  callback_failed: "outcome.callback_failed", callback_expired: "outcome.callback_expired",
  callback_withdrawn: "outcome.callback_withdrawn",
};

export function Caller({ pop, queues, flashes, catalogue, now, photoTurn, callBack }: {
  pop: Pop | null; queues: Record<string, QueueRow>; flashes: Record<string, FlashRow>; catalogue: Catalogue | null; now: number; photoTurn: number;
  callBack: () => void;
}): JSX.Element {
  return (
    <section class="caller" aria-labelledby="caller-heading">
      <div class="section-head">
        <h2 id="caller-heading">{t("caller.heading")}</h2>
        <button type="button" class="quiet" onClick={callBack}>{t("callback.open")}</button>
      </div>
      {pop === null
        ? <div class="empty"><p class="caller-name">{t("caller.none")}</p><p class="hint">{t("caller.none_hint")}</p></div>
        : <Known pop={pop} queues={queues} flashes={flashes} catalogue={catalogue} now={now} photoTurn={photoTurn} />}
    </section>
  );
}

function Known({ pop, queues, flashes, catalogue, now, photoTurn }: {
  pop: Pop; queues: Record<string, QueueRow>; flashes: Record<string, FlashRow>; catalogue: Catalogue | null; now: number; photoTurn: number;
}): JSX.Element {
  const people = pop.history?.people ?? [];
  const tags = people.flatMap((one) => one.tags);
  const language = LANGUAGES[pop.language];
  const waitedUntil = pop.connected_at ?? (pop.state === "pending" ? now : pop.offered_at ?? now);
  const queue = pop.queue === null ? "" : word(queues[pop.queue]?.names, pop.queue);
  const heard = heardOn(pop.path, flashes);
  return (
    <>
      <div class="caller-head">
        <p class="caller-name">{pop.caller ? grouped(pop.caller) : t("caller.withheld")}</p>
        <p class="caller-person">{pop.person_name !== "" ? pop.person_name : people.length > 1 ? t("who.several") : people.length > 0 ? people[0]!.name
          : pop.history_state === "loading" ? t("caller.loading") : pop.caller ? t("caller.new") : ""}</p>
        {pop.attempt > 0 ? <span class="tag">{t("caller.callback")} {pop.attempt}</span> : null}
        {tags.map((tag) => <span class="tag" key={tag}>{tag}</span>)}
      </div>
      <WhoCalls key={pop.call} pop={pop} />
      <dl class="facts">
        <div><dt>{t("caller.queue")}</dt><dd>{queue}</dd></div>
        <div><dt>{t("caller.language")}</dt><dd>{language ? t(language) : pop.language}</dd></div>
        <div><dt>{t("caller.waited")}</dt><dd class="figure">{pop.joined_at === null ? "–" : clock(waitedUntil - pop.joined_at)}</dd></div>
      </dl>
      <p class="path"><span class="label">{t("caller.path")}: </span>{way(keysOf(pop.path), pop.path_words)}</p>
      {heard.length === 0 ? null : <p class="path"><span class="label">{t("flash.caller_heard")}: </span>{heard.map((one) => one ?? t("flash.one")).join(" · ")}</p>}
      <Past pop={pop} catalogue={catalogue} now={now} photoTurn={photoTurn} />
    </>
  );
}

function way(path: string[], words: Names[]): string {
  if (path.length === 0) return t("caller.path_direct");
  if (words.length === path.length) {
    return path.map((step, i) => `${t("caller.pressed")} ${step.split("=")[1] ?? ""} ${word(words[i], "")}`.trim()).join(" → ");
  }
  return path.map((step) => `${t("caller.pressed")} ${step.split("=")[1] ?? step}`).join(" → ");
}

function Past({ pop, catalogue, now, photoTurn }: { pop: Pop; catalogue: Catalogue | null; now: number; photoTurn: number }): JSX.Element {
  const loading = pop.history_state === "loading";
  const cases = pop.history?.open_cases ?? [];
  const contacts = pop.history?.contacts ?? [];
  const empty = (key: Key): JSX.Element => <p class="hint">{t(loading ? "caller.loading" : key)}</p>;
  return (
    <div class="past">
      {pop.history_state === "incomplete" || pop.history_state === "missing"
        ? <p class="notice warn" role="status"><Warning />{t(pop.history_state === "missing" ? "caller.missing" : "caller.incomplete")}
          {pop.history?.as_of ? ` ${t("caller.as_of")} ${instant(pop.history.as_of)}` : ""}</p> : null}
      <div>
        <h3>{t("caller.cases")}</h3>
        {cases.length === 0 ? empty(pop.history_state === "missing" ? "caller.missing" : "caller.no_cases")
          : <ul class="rows">{cases.slice(0, CASES_SHOWN).map((one) => <OpenCase key={one.number} one={one} pop={pop} now={now} photoTurn={photoTurn}
            title={word(catalogue?.topics.find((topic) => topic.id === one.topic)?.titles, one.title)} />)}</ul>}
      </div>
      <div>
        <h3>{t("caller.contacts")}</h3>
        {contacts.length === 0 ? empty(pop.history_state === "missing" ? "caller.missing" : "caller.no_contacts")
          : <ul class="rows">{contacts.map((one) => <Contact key={one.call} one={one} catalogue={catalogue} />)}</ul>}
      </div>
    </div>
  );
}

function Contact({ one, catalogue }: { one: ContactRow; catalogue: Catalogue | null }): JSX.Element {
  const topic = catalogue?.topics.find((known) => known.id === one.topic);
  const disposition = catalogue?.dispositions.find((known) => known.id === one.disposition);
  const outcome = OUTCOMES[one.outcome];
  const what = [one.person, word(topic?.titles, one.topic), disposition ? word(disposition.names, "") : outcome ? t(outcome) : one.outcome];
  return (
    <li>
      <span class="when figure">{day(one.started_at)}</span>
      <span class="what">{what.filter((part) => part !== "").join(" · ")}</span>
      {one.note ? <span class="note" title={one.note} tabIndex={0}>{one.note}</span> : null}
    </li>
  );
}
