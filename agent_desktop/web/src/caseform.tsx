// The case form: one column in the order in which people speak; errors stand at their field.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { ApiError, fileCase, type CaseDraft } from "./api";
import type { CityMap } from "./desktypes";
import { missing, propose, type Draft } from "./draft";
import { MediaField, MediaLinks } from "./casemedia";
import { CasePhotos } from "./casephotos";
import { Field } from "./field";
import { readMedia } from "./mediarules";
import { NearbyCases, type Joined } from "./nearby";
import { Place } from "./place";
import { currentLanguage, t, word } from "./texts";
import { TopicBox } from "./topicbox";
import type { Catalogue, Pop, Question } from "./types";

type Change = (values: Partial<Draft>) => void;

export function CaseForm({ catalogue, city, draft, change, pop, saved, setSaved, photoTurn, wrapError }: {
  catalogue: Catalogue | null; city: CityMap | null; draft: Draft; change: Change; pop: Pop | null;
  saved: Joined | null; setSaved: (one: Joined | null) => void; photoTurn: number; wrapError: string | undefined;
}): JSX.Element {
  return (
    <section class="case" aria-labelledby="case-heading">
      <h2 id="case-heading">{t("case.heading")}</h2>
      {catalogue === null ? <p class="notice warn" role="status">{t("case.catalogue_missing")}</p>
        : saved !== null ? <Saved one={saved} pop={pop} photoTurn={photoTurn} again={() => setSaved(null)} />
          : <Form catalogue={catalogue} city={city} draft={draft} change={change} pop={pop} setSaved={setSaved} />}
      {catalogue === null || pop === null ? null : <Ending catalogue={catalogue} draft={draft} change={change} error={wrapError} />}
    </section>
  );
}

function Saved({ one, pop, photoTurn, again }: { one: Joined; pop: Pop | null; photoTurn: number; again: () => void }): JSX.Element {
  return (
    <div class="saved">
      <div role="status">
        <p>{one.further_reporters === undefined ? t("case.saved") : `${t("near.added")} ${one.further_reporters + 1}. ${t("near.read_out")}`}</p>
        <p class="case-number">{one.number}</p>
        <p class="hint">{one.title}{one.district ? ` · ${one.district}` : ""}{one.address ? ` · ${one.address}` : ""}</p>
      </div>
      <MediaLinks urls={one.media_urls ?? []} />
      <CasePhotos key={one.number} number={one.number} pop={pop} turn={photoTurn} />
      <button type="button" onClick={again}>{t("case.another")}</button>
    </div>
  );
}

function Form({ catalogue, city, draft, change, pop, setSaved }: {
  catalogue: Catalogue; city: CityMap | null; draft: Draft; change: Change; pop: Pop | null; setSaved: (one: Joined) => void;
}): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const [shown, setShown] = useState(false);
  const [refused, setRefused] = useState<Record<string, string>>({});
  const topic = catalogue.topics.find((one) => one.id === draft.topic);
  const gaps = shown ? missing(draft, topic) : {};
  const error = (field: string): string | undefined => (gaps[field] ? t(gaps[field]) : refused[field]);
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setShown(true);
    const first = Object.keys(missing(draft, topic))[0];
    if (first !== undefined) return reach(first);
    setBusy(true);
    setFailure("");
    setRefused({});
    try {
      setSaved(await fileCase(body(draft, pop), draft.key));
      setShown(false);
    } catch (problem) {
      setFailure(problem instanceof ApiError && problem.status >= 400 && problem.status < 500 && problem.message
        ? problem.message : t("case.failed"));
      if (problem instanceof ApiError) setRefused(problem.fields);
    } finally {
      setBusy(false);
    }
  };
  return (
    <form id="case" noValidate onSubmit={(event) => { void save(event); }}>
      <TopicBox catalogue={catalogue} topic={topic} error={error("topic")}
        choose={(id) => change({ topic: id, unit: "", answers: {} })} />
      <Unit catalogue={catalogue} draft={draft} change={change} />
      <Place city={city} districts={catalogue.districts} draft={draft} change={change} error={error} />
      <NearbyCases draft={draft} pop={pop} joined={setSaved} />
      {(topic?.questions ?? []).map((one) => (
        <Asked key={one.code} question={one} value={draft.answers[one.code] ?? ""} error={error(`answers.${one.code}`)}
          change={(value) => change({ answers: { ...draft.answers, [one.code]: value } })} />
      ))}
      <Field id="description" label={t("case.description")} error={error("description")}>
        <textarea id="description" rows={3} maxLength={4000} value={draft.description}
          aria-invalid={error("description") !== undefined} aria-describedby={error("description") ? "description-error" : undefined}
          onInput={(event) => change({ description: event.currentTarget.value })} />
      </Field>
      <MediaField text={draft.media} error={error("media_urls")} change={(media) => change({ media })} />
      <label class="choice anonymous">
        <input type="checkbox" checked={draft.anonymous} onChange={(event) => change({ anonymous: event.currentTarget.checked })} />
        {t("case.anonymous")}
      </label>
      <div class="save">
        <button type="submit" class="primary" disabled={busy} title="Ctrl+Enter">{t(busy ? "case.saving" : "case.save")}<kbd>Ctrl+Enter</kbd></button>
        <p class="field-error" role="alert">{failure}</p>
      </div>
    </form>
  );
}

/** Go to the field that is wrong, also where it is folded away. */
function reach(id: string): void {
  const field = document.getElementById(id);
  field?.closest("details")?.setAttribute("open", "");
  field?.focus();
}

function body(draft: Draft, pop: Pop | null): CaseDraft {
  const answers = Object.fromEntries(Object.entries(draft.answers).filter(([, value]) => value.trim() !== ""));
  return {
    topic: draft.topic, description: draft.description, district: draft.district, address: draft.address, answers,
    ...(draft.unit ? { unit: draft.unit } : {}),
    ...(draft.media.trim() ? { media_urls: readMedia(draft.media).urls } : {}),
    ...(draft.point ? { point: draft.point } : {}),
    ...(draft.anonymous ? { anonymous: true } : {
      ...(pop ? { call: pop.call } : {}),
      ...(pop?.caller ? { caller: pop.caller } : {}),
    }),
  };
}

function Unit({ catalogue, draft, change }: { catalogue: Catalogue; draft: Draft; change: Change }): JSX.Element {
  const topic = catalogue.topics.find((one) => one.id === draft.topic);
  const proposal = propose(draft, topic, catalogue);
  const language = currentLanguage();
  const units = useMemo(() => catalogue.units.map((one) => ({ id: one.id, name: word(one.names, one.id) }))
    .sort((a, b) => a.name.localeCompare(b.name, language)), [catalogue, language]);
  return (
    <Field id="unit" label={t("case.unit")} error={undefined} hint={proposal ? t(proposal.reason) : ""}>
      <select id="unit" value={proposal?.unit ?? ""} disabled={topic === undefined} aria-describedby="unit-hint"
        onChange={(event) => change({ unit: event.currentTarget.value })}>
        {proposal === null ? <option value="">{t("case.unit_none")}</option> : null}
        {units.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}
      </select>
    </Field>
  );
}

function Asked({ question, value, error, change }: {
  question: Question; value: string; error: string | undefined; change: (value: string) => void;
}): JSX.Element {
  const id = `answers.${question.code}`;
  const common = { id, "aria-invalid": error !== undefined, ...(error ? { "aria-describedby": `${id}-error` } : {}) };
  const choices = question.datatype === "boolean" ? [["true", t("case.yes")], ["false", t("case.no")]]
    : question.values.map((one) => [one, one]);
  return (
    <Field id={id} label={word(question.texts, question.code)} error={error} hint={question.required ? "" : t("case.optional")}>
      {choices.length > 0
        ? <select {...common} value={value} onChange={(event) => change(event.currentTarget.value)}>
            <option value="">{t("case.choose")}</option>
            {choices.map(([key, label]) => <option key={key} value={key}>{label}</option>)}
          </select>
        : question.datatype === "text"
          ? <textarea {...common} rows={2} maxLength={200} value={value} onInput={(event) => change(event.currentTarget.value)} />
          : question.datatype === "number"
            ? <input {...common} type="number" value={value} onInput={(event) => change(event.currentTarget.value)} />
            : question.datatype === "datetime"
              ? <input {...common} type="datetime-local" value={value} onInput={(event) => change(event.currentTarget.value)} />
              : <input {...common} maxLength={200} value={value} autocomplete="off" onInput={(event) => change(event.currentTarget.value)} />}
    </Field>
  );
}

function Ending({ catalogue, draft, change, error }: {
  catalogue: Catalogue; draft: Draft; change: Change; error: string | undefined;
}): JSX.Element {
  return (
    <div class="ending">
      <h3>{t("wrap.heading")}</h3>
      <div class="pair">
        <Field id="disposition" label={t("wrap.disposition")} error={error}>
          <select id="disposition" value={draft.disposition} aria-invalid={error !== undefined}
            aria-describedby={error ? "disposition-error" : undefined}
            onChange={(event) => change({ disposition: event.currentTarget.value })}>
            <option value="">{t("case.choose")}</option>
            {branches(catalogue).map(([branch, leaves]) => branch === ""
              ? leaves.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)
              : <optgroup key={branch} label={branch}>{leaves.map((one) => <option key={one.id} value={one.id}>{one.name}</option>)}</optgroup>)}
          </select>
        </Field>
        <Field id="note" label={t("wrap.note")} error={undefined} hint={t("case.optional")}>
          <input id="note" value={draft.note} maxLength={200} autocomplete="off" aria-describedby="note-hint"
            onInput={(event) => change({ note: event.currentTarget.value })} />
        </Field>
      </div>
    </div>
  );
}

/** The tree of dispositions: each branch with its leaves, as their names have it ("branch: leaf"). */
function branches(catalogue: Catalogue): [string, { id: string; name: string }[]][] {
  const found = new Map<string, { id: string; name: string }[]>();
  for (const one of catalogue.dispositions) {
    const name = word(one.names, one.id);
    const cut = one.id.includes(".") ? name.indexOf(": ") : -1;
    const branch = cut < 0 ? "" : name.slice(0, cut);
    found.set(branch, [...(found.get(branch) ?? []), { id: one.id, name: cut < 0 ? name : name.slice(cut + 2) }]);
  }
  return [...found];
}
