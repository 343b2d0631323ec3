// One field of a queue's form, by what kind it is.
import type { JSX } from "preact";
import type { Json, Table } from "./officeapi";
import { Field } from "./officefield";
import { ABSENT, typedNumber, valueAt, withValue, type Choice, type Flag, type Plain, type QueueField, type States } from "./queuefields";
import { STATE_WORD } from "./shell";
import { t } from "./texts";

export type Errors = Record<string, string>;
export interface Form { settings: Table; defaults: Record<string, string>; errors: Errors; change: (settings: Table) => void }

export function Inputs({ fields, form }: { fields: QueueField[]; form: Form }): JSX.Element {
  return <div class="pairs">{fields.map((field) => <Input key={field.key} field={field} form={form} />)}</div>;
}

function Input({ field, form }: { field: QueueField; form: Form }): JSX.Element {
  const value = valueAt(form.settings, field.key);
  const set = (wanted: Json | undefined): void => form.change(withValue(form.settings, field.key, wanted));
  if (field.kind === "flag") return <FlagInput field={field} value={value} set={set} />;
  if (field.kind === "states") return <StatesInput field={field} value={value} set={set} error={errorAt(form.errors, field.key)} />;
  return (
    <Field id={`queue-${field.key}`} label={labelOf(field)} code={field.key} hint={field.hint} error={errorAt(form.errors, field.key)}>{(joined) =>
      field.kind === "choice" ? (
        <select {...joined} value={String(value ?? field.usual)} onChange={(event) => set(event.currentTarget.value)}>
          {Object.entries(field.choices).map(([name, key]) => <option key={name} value={name}>{t(key)}</option>)}</select>
      ) : (
        <input {...joined} value={value === undefined || value === null ? "" : String(value)} placeholder={usual(form, field.key)}
          inputMode={field.kind === "text" ? "text" : "decimal"} autocomplete="off"
          onChange={(event) => set(field.kind === "text" ? event.currentTarget.value : typedNumber(event.currentTarget.value))} />
      )}</Field>
  );
}

/** What holds where nothing is typed. */
function usual(form: Form, key: string): string {
  const value = form.defaults[key];
  return value === undefined ? t("office.none") : `${value} (${t("office.default")})`;
}

function labelOf(field: Plain | Choice): string {
  return field.kind === "seconds" ? `${t(field.label)} (s)` : t(field.label);
}

function FlagInput({ field, value, set }: { field: Flag; value: Json | undefined; set: (wanted: boolean) => void }): JSX.Element {
  return (
    <label class="choice"><input type="checkbox" checked={typeof value === "boolean" ? value : field.usual}
      onChange={(event) => set(event.currentTarget.checked)} />{t(field.label)}</label>
  );
}

function StatesInput({ field, value, set, error }: {
  field: States; value: Json | undefined; set: (wanted: Json | undefined) => void; error: string | undefined;
}): JSX.Element {
  const chosen = Array.isArray(value) ? value.map(String) : [];
  const toggle = (state: string, on: boolean): void => {
    const wanted = ABSENT.filter((one) => (one === state ? on : chosen.includes(one)));
    set(wanted.length === 0 ? undefined : wanted);
  };
  return (
    <fieldset class="states">
      <legend>{t(field.label)} <code class="hint">{field.key}</code></legend>
      {ABSENT.map((state) => (
        <label key={state} class="choice"><input type="checkbox" checked={chosen.includes(state)}
          onChange={(event) => toggle(state, event.currentTarget.checked)} />{t(STATE_WORD[state])}</label>))}
      {field.hint ? <p class="field-hint">{t(field.hint)}</p> : null}
      {error ? <p class="field-error">{error}</p> : null}
    </fieldset>
  );
}

/** What is wrong at a path, or somewhere under it. */
export function errorAt(errors: Errors, path: string): string | undefined {
  return errors[path] ?? Object.entries(errors).find(([place]) => place.startsWith(`${path}.`))?.[1];
}
