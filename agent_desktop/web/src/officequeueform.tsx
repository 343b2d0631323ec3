// One queue: everything that is set up about it, what a change would change in the file, and putting it into force.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api";
import type { Deeds } from "./deed";
import { changeQueue, previewQueue, undoLast, type Policy, type Preview, type Table } from "./officeapi";
import { Back, Field } from "./officefield";
import { fieldWord, refusalWord, valueWord } from "./officewords";
import { ANNOUNCE, CALLBACK, CHOOSING, COMFORT, furtherKeys, isTable, KEEPING, LIMITS, rebased, valueAt, WEIGHTS, withValue } from "./queuefields";
import { errorAt, Inputs, type Errors, type Form } from "./queueinputs";
import { Comfort, Hours, Keys, Ladder, Relaxations, type Ways } from "./queuerows";
import { t, word, type Key } from "./texts";

export function QueueForm({ queue, policy, me, back, read, deeds }: {
  queue: string; policy: Policy; me: string; back: () => void; read: () => Promise<void>; deeds: Deeds;
}): JSX.Element {
  const saved = policy.queues.find((one) => one.queue === queue)!.settings;
  const [settings, setSettings] = useState(() => kept(queue, policy.version) ?? saved);
  const [errors, setErrors] = useState<Errors>({});
  const [failure, setFailure] = useState("");
  const [preview, setPreview] = useState<Preview | null>(null);
  const top = useRef<HTMLDivElement>(null);
  const shown = useRef(JSON.stringify(saved));
  useEffect(() => {
    if (shown.current === JSON.stringify(saved)) return;
    const before = JSON.parse(shown.current) as Table;
    shown.current = JSON.stringify(saved);
    setSettings((mine) => rebased(before, mine, saved));
  }, [saved]);
  const change = (changed: Table): void => {
    setSettings(changed);
    setPreview(null);
    keepDraft(queue, policy.version, JSON.stringify(changed) === JSON.stringify(saved) ? null : changed);
  };
  const refuse = (error: unknown): void => {
    setErrors(error instanceof ApiError ? error.fields : {});
    setFailure(refusalWord(error));
    if (error instanceof ApiError && error.code === "policy_changed") void read();
    requestAnimationFrame(() => top.current?.querySelector<HTMLElement>("[aria-invalid=true]")?.focus());
  };
  const look = async (event: Event): Promise<void> => {
    event.preventDefault();
    setErrors({});
    setFailure("");
    await previewQueue(queue, policy.version, settings).then(setPreview, refuse);
  };
  const apply = async (): Promise<void> => {
    const well = await deeds.run({
      subject: queue, said: `${word(namesOf(settings), queue)}: ${t("queue.applied")}`,
      act: () => changeQueue(queue, policy.version, settings), undo: () => undoLast(me, "queue.changed", queue).then(read) });
    if (well) {
      setPreview(null);
      keepDraft(queue, policy.version, null);
    }
    await read();
  };
  const ways: Ways = {
    queues: policy.queues.filter((one) => one.queue !== queue).map((one) => [one.queue, word(namesOf(one.settings), one.queue)]), prompts: policy.prompts };
  const form: Form = { settings, defaults: policy.defaults, errors, change };
  const isChanged = JSON.stringify(settings) !== JSON.stringify(saved);
  return (
    <div ref={top}>
      <Back to="/office/queues" go={back}>← {t("office.queues")}</Back>
      <h2 id="queues-heading" class="plain">{word(namesOf(saved), queue)} <code class="hint">{queue}</code></h2>
      {deeds.shown}
      <div role="alert">{failure === "" ? null : <p class="notice alarm">{failure}</p>}</div>
      <form noValidate onSubmit={(event) => { void look(event); }}>
        <Parts form={form} ways={ways} />
        <div class="apply">
          <button type="submit" class={preview ? "" : "primary"} disabled={!policy.writable}>{t("queue.look")}</button>
          <button type="button" onClick={() => { change(saved); setErrors({}); setFailure(""); }}>{t("queue.discard")}</button>
          <span class="hint" role="status">{isChanged ? t("queue.is_changed") : t("queue.is_same")}</span>
        </div>
      </form>
      {preview === null ? null : <Shown preview={preview} busy={deeds.busy !== null} apply={() => { void apply(); }} />}
    </div>
  );
}

function Parts({ form, ways }: { form: Form; ways: Ways }): JSX.Element {
  const further = furtherKeys(form.settings);
  return (
    <>
      <Part title="queue.part_who">
        <Names form={form} />
        <Requirement form={form} />
        <Relaxations form={form} />
      </Part>
      <Part title="queue.part_choice"><Inputs fields={CHOOSING} form={form} />
        {form.settings["strategy"] === "weighted" || isTable(form.settings["weights"]) ? <Inputs fields={WEIGHTS} form={form} /> : null}
        <Inputs fields={KEEPING} form={form} /></Part>
      <Part title="queue.part_limits"><Inputs fields={LIMITS} form={form} /><Ladder form={form} ways={ways} /></Part>
      <Part title="queue.part_heard">
        <Switched form={form} table="announce" label="queue.announce" blank={{}}><Inputs fields={ANNOUNCE} form={form} /></Switched>
        <Switched form={form} table="comfort" label="queue.comfort" blank={{ prompts: ways.prompts.filter((one) => one.startsWith("comfort")).slice(0, 1) }}>
          <Comfort form={form} ways={ways} /><Inputs fields={COMFORT} form={form} /></Switched>
        <Keys form={form} ways={ways} />
      </Part>
      <Part title="queue.callback"><Inputs fields={CALLBACK} form={form} /><Hours form={form} /></Part>
      {further.length === 0 ? null : <Part title="queue.part_further">
        <p class="hint">{t("queue.further_hint")}</p>
        <dl class="fields">{further.map((key) => <div key={key}><dt>{key}</dt><dd>{valueWord(key, form.settings[key] ?? null)}</dd></div>)}</dl></Part>}
    </>
  );
}

function Part({ title, children }: { title: Key; children: JSX.Element | (JSX.Element | null)[] }): JSX.Element {
  return <fieldset class="part"><legend>{t(title)}</legend>{children}</fieldset>;
}

function Names({ form }: { form: Form }): JSX.Element {
  const languages = [...new Set(["pl", "en", ...Object.keys(namesOf(form.settings))])];
  const label = (language: string): string => language === "pl" ? t("queue.name_pl") : language === "en" ? t("queue.name_en") : `${t("queue.names")} ${language}`;
  return (
    <div class="pairs">{languages.map((language) => (
      <Field key={language} id={`queue-names.${language}`} label={label(language)} code={`names.${language}`} error={errorAt(form.errors, `names.${language}`)}>{(joined) =>
        <input {...joined} value={namesOf(form.settings)[language] ?? ""} maxLength={120}
          onChange={(event) => form.change(withValue(form.settings, `names.${language}`, event.currentTarget.value || undefined))} />}</Field>))}
    </div>
  );
}

function Requirement({ form }: { form: Form }): JSX.Element {
  return (
    <Field id="queue-requirement" label={t("queue.requirement")} code="requirement" hint="queue.requirement_hint" error={form.errors["requirement"]}>{(joined) =>
      <input {...joined} value={String(form.settings["requirement"] ?? "")} maxLength={500} spellcheck={false} autocomplete="off"
        onChange={(event) => form.change(withValue(form.settings, "requirement", event.currentTarget.value))} />}</Field>
  );
}

function Switched({ form, table, label, blank, children }: {
  form: Form; table: string; label: Key; blank: Table; children: JSX.Element | JSX.Element[];
}): JSX.Element {
  const on = valueAt(form.settings, table) !== undefined;
  return (
    <div class="switched">
      <label class="choice"><input type="checkbox" checked={on}
        onChange={(event) => form.change(withValue(form.settings, table, event.currentTarget.checked ? blank : undefined))} />
        <strong>{t(label)}</strong> <code class="hint">{table}</code></label>
      {on ? children : null}
    </div>
  );
}

function Shown({ preview, busy, apply }: { preview: Preview; busy: boolean; apply: () => void }): JSX.Element {
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  return (
    <section class="part preview" aria-labelledby="preview-heading">
      <h3 id="preview-heading" tabIndex={-1} ref={heading}>{t("queue.preview")}</h3>
      {preview.fields.length === 0 ? <p>{t("queue.no_change")}</p> : (
        <>
          <dl class="fields">{preview.fields.map(({ field, before, after }) => (
            <div key={field}><dt>{fieldWord(field)}</dt>
              <dd><del>{valueWord(field, before)}</del> <span aria-hidden="true">→</span> <ins>{valueWord(field, after)}</ins></dd></div>))}</dl>
          <pre class="diff" tabIndex={0} aria-label={t("queue.diff")}>{preview.diff.split("\n").slice(2).map((line, place) => (
            <span key={place} class={line.startsWith("+") ? "added" : line.startsWith("-") ? "removed" : ""}>{line}{"\n"}</span>))}</pre>
          <p class="buttons"><button type="button" class="primary" disabled={busy} onClick={apply}>{t("queue.apply")}</button>
            <span class="hint">{t("queue.apply_hint")}</span></p>
        </>
      )}
    </section>
  );
}

const PLACE = "office.queue";

/** What was changed of a queue and not put into force, as long as the file is the one it was changed over. */
function kept(queue: string, version: string): Table | null {
  const text = sessionStorage.getItem(`${PLACE}.${queue}`);
  const draft = text === null ? null : (JSON.parse(text) as { version: string; settings: Table });
  return draft?.version === version ? draft.settings : null;
}

function keepDraft(queue: string, version: string, settings: Table | null): void {
  if (settings === null) sessionStorage.removeItem(`${PLACE}.${queue}`);
  else sessionStorage.setItem(`${PLACE}.${queue}`, JSON.stringify({ version, settings }));
}

export function namesOf(settings: Table): Record<string, string> {
  const names = settings["names"];
  return isTable(names) ? Object.fromEntries(Object.entries(names).map(([language, name]) => [language, String(name)])) : {};
}
