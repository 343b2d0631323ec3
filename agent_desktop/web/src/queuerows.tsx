// The parts of a queue that are lists: steps of relaxation, the ladder of overflow, keys, comfort messages, hours.
import type { ComponentChildren, JSX } from "preact";
import type { Json, Table } from "./officeapi";
import { Field } from "./officefield";
import { mistakeWord } from "./officewords";
import { CAUSES, isTable, LEAVES, linesOf, typedNumber, valueAt, withValue } from "./queuefields";
import { errorAt, type Form } from "./queueinputs";
import { t, type Key } from "./texts";

type Row = Table;
export interface Ways { queues: [string, string][]; prompts: string[] }

/** A list of rows: each can be taken out, and one more be put at the end. */
function Rows({ title, code, rows, blank, change, error, draw }: {
  title: Key; code: string; rows: Row[]; blank: Row; change: (rows: Row[]) => void; error: string | undefined;
  draw: (row: Row, set: (row: Row) => void, place: number) => ComponentChildren;
}): JSX.Element {
  const replace = (place: number, row: Row): void => change(rows.map((one, here) => (here === place ? row : one)));
  return (
    <fieldset class="rows-field">
      <legend>{t(title)} <code class="hint">{code}</code></legend>
      {rows.length === 0 ? <p class="hint">{t("queue.no_rows")}</p> : null}
      {rows.map((row, place) => (
        <div class="row-field" key={place}>
          {draw(row, (changed) => replace(place, changed), place)}
          <button type="button" class="small" aria-label={`${t("queue.remove")}: ${t(title)} ${place + 1}`} title={t("queue.remove")}
            onClick={() => change(rows.filter((_, here) => here !== place))}>×</button>
        </div>))}
      {error ? <p class="field-error">{mistakeWord(error)}</p> : null}
      <button type="button" class="small" onClick={() => change([...rows, blank])}>+ {t("queue.add_row")}</button>
    </fieldset>
  );
}

export function Relaxations({ form }: { form: Form }): JSX.Element {
  const rows = listAt(form.settings, "relax");
  const last = rows.at(-1)?.["after_s"];
  return (
    <Rows title="queue.relax" code="relax" rows={rows} error={undefined} change={(changed) => form.change(withList(form.settings, "relax", changed))}
      blank={{ after_s: typeof last === "number" ? last + 60 : 60, requirement: "" }}
      draw={(row, set, place) => (
        <>
          <Cell id={`relax-${place}-after`} label={`${t("queue.after")} (s)`} value={row["after_s"]} error={form.errors[`relax.${place}.after_s`]}
            set={(text) => set(withValue(row, "after_s", typedNumber(text)))} />
          <Cell id={`relax-${place}-requirement`} label={t("queue.requirement")} value={row["requirement"]} wide
            error={form.errors[`relax.${place}.requirement`]} set={(text) => set({ ...row, requirement: text })} />
        </>)} />
  );
}

const AFTER = "after";

export function Ladder({ form, ways }: { form: Form; ways: Ways }): JSX.Element {
  const rows = listAt(form.settings, "overflow");
  const own = form.errors["overflow"];
  return (
    <Rows title="queue.overflow" code="overflow" rows={rows} error={own} change={(changed) => form.change(withList(form.settings, "overflow", changed))}
      blank={{ after_s: 180, leave: "message" }}
      draw={(row, set, place) => {
        const cause = typeof row["on"] === "string" ? row["on"] : AFTER;
        const { on: _on, after_s: after, ...target } = row;
        const when = (wanted: string): void => set(wanted === AFTER ? { after_s: after ?? 180, ...target } : { on: wanted, ...target });
        return (
          <>
            <label>{t("queue.when")}<select value={cause} onChange={(event) => when(event.currentTarget.value)}>
              <option value={AFTER}>{t("queue.after")}</option>
              {Object.entries(CAUSES).map(([name, key]) => <option key={name} value={name}>{t(key)}</option>)}</select></label>
            {cause === AFTER ? <Cell id={`overflow-${place}-after`} label={`${t("queue.after")} (s)`} value={after}
              error={form.errors[`overflow.${place}.after_s`]} set={(text) => set(withValue(row, "after_s", typedNumber(text)))} /> : null}
            <Target row={row} set={set} ways={ways} error={errorAt(form.errors, `overflow.${place}`)} />
          </>);
      }} />
  );
}

export function Keys({ form, ways }: { form: Form; ways: Ways }): JSX.Element {
  const table = valueAt(form.settings, "keys");
  const rows = Object.entries(isTable(table) ? table : {}).map(([key, choice]): Row => ({ key, ...(isTable(choice) ? choice : {}) }));
  const change = (changed: Row[]): void => {
    const keys = Object.fromEntries(changed.map(({ key, ...choice }) => [String(key ?? ""), choice]));
    form.change(withValue(form.settings, "keys", changed.length === 0 ? undefined : keys));
  };
  return (
    <Rows title="queue.keys" code="keys" rows={rows} change={change} error={undefined} blank={{ key: unused(rows), leave: "menu" }}
      draw={(row, set, place) => (
        <>
          <Cell id={`key-${place}`} label={t("queue.key")} value={row["key"]} error={form.errors[`keys.${String(row["key"])}`]}
            set={(text) => set({ ...row, key: text.trim() })} />
          <Target row={row} set={set} ways={ways} consent error={form.errors[`keys.${String(row["key"])}.queue`]} />
        </>)} />
  );
}

export function Comfort({ form, ways }: { form: Form; ways: Ways }): JSX.Element {
  const prompts = valueAt(form.settings, "comfort.prompts");
  const rows = (Array.isArray(prompts) ? prompts : []).map((prompt): Row => ({ prompt }));
  const change = (changed: Row[]): void => form.change(withValue(form.settings, "comfort.prompts", changed.map((one) => one["prompt"] ?? "")));
  const first = ways.prompts.find((one) => one.startsWith("comfort")) ?? ways.prompts[0] ?? "";
  return (
    <Rows title="comfort.prompts" code="comfort.prompts" rows={rows} change={change} error={errorAt(form.errors, "comfort.prompts")} blank={{ prompt: first }}
      draw={(row, set, place) => (
        <label>{t("comfort.prompt")} {place + 1}<select value={String(row["prompt"])} onChange={(event) => set({ prompt: event.currentTarget.value })}>
          {[...new Set([String(row["prompt"]), ...ways.prompts])].map((one) => <option key={one} value={one}>{one}</option>)}</select></label>)} />
  );
}

export function Hours({ form }: { form: Form }): JSX.Element {
  const value = valueAt(form.settings, "callback.hours");
  const text = Array.isArray(value) ? value.map(String).join("\n") : "";
  const set = (lines: string[]): void => form.change(withValue(form.settings, "callback.hours", lines.length === 0 ? undefined : lines));
  return (
    <Field id="queue-callback.hours" label={t("callback.hours")} code="callback.hours" hint="callback.hours_hint" error={errorAt(form.errors, "callback.hours")}>{(joined) =>
      <textarea {...joined} rows={2} value={text} spellcheck={false} onChange={(event) => set(linesOf(event.currentTarget.value))} />}</Field>
  );
}

function Cell({ id, label, value, error, set, wide = false }: {
  id: string; label: string; value: Json | undefined; error: string | undefined; set: (text: string) => void; wide?: boolean;
}): JSX.Element {
  return (
    <div class={wide ? "cell wide-cell" : "cell"}>
      <Field id={`queue-${id}`} label={label} error={error}>{(joined) =>
        <input {...joined} value={value === undefined || value === null ? "" : String(value)} autocomplete="off" spellcheck={false}
          onChange={(event) => set(event.currentTarget.value)} />}</Field>
    </div>
  );
}

/** A key that agrees to a recording: who presses it waits on. */
const CONSENT = "consent:";

/** Where a caller goes: another queue, or out of all. */
function Target({ row, set, ways, error, consent = false }: {
  row: Row; set: (row: Row) => void; ways: Ways; error: string | undefined; consent?: boolean;
}): JSX.Element {
  const { queue, leave, consent: agrees, ...rest } = row;
  const chosen = agrees === true ? CONSENT : typeof queue === "string" ? `queue:${queue}` : `leave:${String(leave)}`;
  const choose = (wanted: string): void => {
    const [kind = "", name = ""] = wanted.split(":");
    set(wanted === CONSENT ? { ...rest, consent: true } : { ...rest, [kind]: name });
  };
  return (
    <label>{t("queue.to")}<select value={chosen} aria-invalid={error ? "true" : undefined} onChange={(event) => choose(event.currentTarget.value)}>
      <optgroup label={t("queue.to_queue")}>{ways.queues.map(([id, name]) => <option key={id} value={`queue:${id}`}>{name}</option>)}</optgroup>
      <optgroup label={t("queue.to_out")}>{Object.entries(LEAVES).map(([name, key]) => <option key={name} value={`leave:${name}`}>{t(key)}</option>)}</optgroup>
      {consent ? <option value={CONSENT}>{t("queue.consent")}</option> : null}
    </select>{error ? <span class="field-error">{mistakeWord(error)}</span> : null}</label>
  );
}

function listAt(settings: Table, key: string): Row[] {
  const value = settings[key];
  return Array.isArray(value) ? value.filter(isTable) : [];
}

function withList(settings: Table, key: string, rows: Row[]): Table {
  return withValue(settings, key, rows.length === 0 ? undefined : rows);
}

function unused(rows: Row[]): string {
  return [..."1234567890*#"].find((key) => rows.every((row) => row["key"] !== key)) ?? "";
}
