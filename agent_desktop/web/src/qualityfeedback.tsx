// What a consultant says of their card, and what a leader answers.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { instant } from "./format";
import { acknowledgeCard, disputeCard, upholdCard, type Card } from "./qualityapi";
import { q, type Word } from "./qualitytexts";
import { refusedWord, stateWord } from "./qualitywords";

const WORDS_MIN = 3;

export function Feedback({ card, zone, own, done }: { card: Card; zone: string; own: boolean; done: (card: Card, said: string) => void }): JSX.Element {
  const { feedback, may } = card;
  const nothing = feedback.dispute === "" && feedback.acknowledged_at === null;
  return (
    <section class="part" aria-labelledby="feedback-heading">
      <h3 id="feedback-heading">{q("feedback")}</h3>
      <p class="hint">{stateWord(card.state)}</p>
      {feedback.dispute === "" ? null : <Said title={q("disputed")} at={feedback.disputed_at} zone={zone} by={card.agent_name} text={feedback.dispute} />}
      {feedback.answered_at === null ? null : <Said title={q("answer")} at={feedback.answered_at} zone={zone} by={feedback.answered_by_name} text={feedback.answer} />}
      {feedback.acknowledged_at === null ? null : <Said title={q("acknowledged")} at={feedback.acknowledged_at} zone={zone} by={card.agent_name} text={feedback.comment} />}
      {own && card.state === "disputed" ? <p class="notice">{q("answer_wait")}</p> : null}
      {!own && nothing ? <p class="hint">{q("feedback_none")}</p> : null}
      {may.includes("acknowledge") ? <Acknowledge card={card} done={done} /> : null}
      {may.includes("dispute") ? <Dispute card={card} done={done} /> : null}
      {may.includes("uphold") ? <>
        <p class="hint">{q("uphold_hint")}</p>
        <Saying id="uphold" label="uphold_reason" button="uphold" say={(text) => upholdCard(card.id, text)} done={(made) => done(made, "")} /></> : null}
    </section>
  );
}

function Said({ title, at, zone, by, text }: { title: string; at: number | null; zone: string; by: string; text: string }): JSX.Element {
  return (
    <div class="said-by"><h4>{title}</h4><p class="hint figure">{by}{at === null ? "" : ` · ${instant(at, zone)}`}</p>
      {text === "" ? null : <p class="said">{text}</p>}</div>
  );
}

function Acknowledge({ card, done }: { card: Card; done: (card: Card, said: string) => void }): JSX.Element {
  return <Saying id="acknowledge" label="comment_optional" button="acknowledge" optional primary
    say={(text) => acknowledgeCard(card.id, text)} done={(made) => done(made, q("acknowledged"))} />;
}

function Dispute({ card, done }: { card: Card; done: (card: Card, said: string) => void }): JSX.Element {
  return (
    <details><summary>{q("dispute_open")}</summary>
      <p class="hint">{q("dispute_once")}</p>
      <Saying id="dispute" label="dispute_reason" button="dispute" say={(text) => disputeCard(card.id, text)} done={(made) => done(made, "")} />
    </details>
  );
}

/** A text and a button that sends it. */
function Saying({ id, label, button, optional = false, primary = false, say, done }: {
  id: string; label: Word; button: Word; optional?: boolean; primary?: boolean; say: (text: string) => Promise<Card>; done: (card: Card) => void;
}): JSX.Element {
  const [text, setText] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (!optional && text.trim().length < WORDS_MIN) { setFailure(q("too_short")); document.getElementById(id)?.focus(); return; }
    setBusy(true);
    setFailure("");
    say(text.trim()).then(done, (error: unknown) => setFailure(refusedWord(error))).finally(() => setBusy(false));
  };
  return (
    <form onSubmit={submit} novalidate>
      <div class="field"><label for={id}>{q(label)}</label>
        <textarea id={id} rows={3} maxLength={1000} value={text} aria-invalid={failure !== ""} aria-describedby={`${id}-error`}
          onInput={(event) => { setText(event.currentTarget.value); setFailure(""); }} />
        <p class="field-error" id={`${id}-error`} role="alert">{failure}</p></div>
      <button type="submit" class={primary ? "primary" : ""} disabled={busy}>{q(button)}</button>
    </form>
  );
}
