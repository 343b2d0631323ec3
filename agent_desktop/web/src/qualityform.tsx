// The score sheet as it is filled in. What was chosen outlives a look elsewhere and a reload until it is saved.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { discardCard, saveCard, submitCard, type Answers, type Card, type Filling, type Given, type Question } from "./qualityapi";
import { gaps, scoreNow } from "./qualityscore";
import { q } from "./qualitytexts";
import { percentWord, refusedWord } from "./qualitywords";
import { Warning } from "./shell";
import { word } from "./texts";

const NOTHING: Given = { points: null, na: false, comment: "" };

export function Fill({ card, done, leave }: { card: Card; done: (card: Card, said: string) => void; leave: () => void }): JSX.Element {
  const key = `quality-${card.id}-${card.version}`;
  const [filling, setFilling] = useState<Filling>(() => kept(key) ?? begun(card));
  const [missing, setMissing] = useState<string[]>([]);
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  const [sure, setSure] = useState(false);
  const corrects = card.current !== null;
  const reason = useRef<HTMLInputElement>(null);
  const now = scoreNow(card.sheet, filling.answers);
  useEffect(() => sessionStorage.setItem(key, JSON.stringify(filling)), [filling]);
  const change = (question: string, given: Partial<Given>): void => {
    setFilling((old) => ({ ...old, answers: { ...old.answers, [question]: { ...NOTHING, ...old.answers[question], ...given } } }));
    setMissing((old) => old.filter((one) => one !== question || ("comment" in given)));
  };
  const attempt = (deed: () => Promise<void>): void => {
    setBusy(true);
    setFailure("");
    deed().then(() => sessionStorage.removeItem(key)).catch((error: unknown) => { setFailure(refusedWord(error)); setBusy(false); });
  };
  const save = (): void => attempt(() => saveCard(card.id, filling).then((saved) => { setBusy(false); done(saved, q("saved")); }));
  const submit = (event: Event): void => {
    event.preventDefault();
    const left = gaps(card.sheet, filling.answers);
    setMissing(left);
    if (left.length > 0) { document.querySelector<HTMLInputElement>(`[name="q-${left[0]}"]`)?.focus(); return; }
    if (corrects && filling.reason.trim() === "") { setFailure(q("reason_missing")); reason.current?.focus(); return; }
    attempt(() => submitCard(card.id, filling).then((made) => done(made, q(card.blind ? "submitted_blind" : "submitted"))));
  };
  const discard = (): void => {
    if (!sure) { setSure(true); return; }
    // A correction that was never saved is on this page alone.
    attempt(() => (card.draft === null ? Promise.resolve() : discardCard(card.id)).then(leave));
  };
  return (
    <form onSubmit={submit} novalidate class="sheet">
      {corrects ? (
        <div class="part"><h3>{q("correcting")}</h3>
          <div class="field"><label for="correct-reason">{q("correct_reason")}</label>
            <input id="correct-reason" ref={reason} value={filling.reason} maxLength={200} autocomplete="off" required
              onInput={(event) => { const { value } = event.currentTarget; setFilling((old) => ({ ...old, reason: value })); }} /></div>
        </div>) : null}
      {card.sheet.sections.map((section) => (
        <section key={section.id} class="part" aria-labelledby={`section-${section.id}`}>
          <h3 id={`section-${section.id}`}>{word(section.words, section.id)}</h3>
          {section.questions.map((one) => (
            <Ask key={one.id} question={one} given={filling.answers[one.id] ?? NOTHING} missing={missing.includes(one.id)} change={(given) => change(one.id, given)} />))}
        </section>))}
      <div class="part"><div class="field"><label for="overall">{q("overall")}</label>
        <textarea id="overall" rows={4} maxLength={4000} value={filling.note}
          onInput={(event) => { const { value } = event.currentTarget; setFilling((old) => ({ ...old, note: value })); }} /></div></div>
      <div class="apply">
        <p class="score-now"><span class="hint">{q("score_now")}</span> <strong class="figure">{percentWord(now.percent)}</strong>{" "}
          <span class="hint figure">{q("answered_of", now.answered, now.questions)}</span>
          {now.misses.length > 0 ? <span class="alarm"> <Warning />{q("failed")} ({q("earned", percentWord(now.earned))})</span> : null}</p>
        <div role="alert" class="deed">{failure !== "" ? <p class="field-error">{failure}</p>
          : missing.length > 0 ? <p class="field-error">{q("missing_some", missing.length)}</p> : null}</div>
        <div class="buttons">
          <button type="submit" class="primary" disabled={busy}>{q("submit")}</button>
          <button type="button" disabled={busy} onClick={save}>{q("save")}</button>
          <button type="button" class={sure ? "danger" : "quiet"} disabled={busy} onClick={discard} onBlur={() => setSure(false)}>{q(sure ? "discard_sure" : "discard")}</button>
        </div>
        {card.blind ? null : <p class="hint">{q("submit_hint")}</p>}
      </div>
    </form>
  );
}

function Ask({ question, given, missing, change }: { question: Question; given: Given; missing: boolean; change: (given: Partial<Given>) => void }): JSX.Element {
  const { id } = question;
  const hint = word(question.hint, "");
  const points = question.scale === "yes_no" ? [1, 0] : Array.from({ length: question.points_max + 1 }, (_, at) => at);
  const label = (point: number): string => question.scale === "yes_no" ? q(point === 1 ? "yes" : "no") : String(point);
  const described = [hint === "" ? "" : `hint-${id}`, missing ? `missing-${id}` : ""].filter((one) => one !== "").join(" ");
  return (
    <fieldset class={`question ${missing ? "missing" : ""}`} aria-describedby={described === "" ? undefined : described}>
      <legend>{word(question.words, id)}{question.critical ? <span class="tag critical">{q("critical")}</span> : null}</legend>
      {hint === "" ? null : <p class="hint" id={`hint-${id}`}>{hint}</p>}
      <div class="points">
        {points.map((point) => (
          <label key={point} class="point"><input type="radio" name={`q-${id}`} checked={given.points === point && !given.na}
            onChange={() => change({ points: point, na: false })} /><span>{label(point)}</span></label>))}
        {question.na ? <label class="point"><input type="radio" name={`q-${id}`} checked={given.na} onChange={() => change({ points: null, na: true })} /><span>{q("na")}</span></label> : null}
        <label class="comment"><span class="unseen">{q("comment")}: {word(question.words, id)}</span>
          <input value={given.comment} maxLength={1000} autocomplete="off" placeholder={q("comment")} onInput={(event) => change({ comment: event.currentTarget.value })} /></label>
      </div>
      {missing ? <p class="field-error" id={`missing-${id}`}>{q("missing")}</p> : null}
    </fieldset>
  );
}

function begun(card: Card): Filling {
  const from = card.draft ?? card.current;
  return { answers: { ...(from?.answers ?? {}) } as Answers, note: from?.note ?? "", reason: card.draft?.reason ?? "" };
}

function kept(key: string): Filling | null {
  const text = sessionStorage.getItem(key);
  return text === null ? null : JSON.parse(text) as Filling;
}
