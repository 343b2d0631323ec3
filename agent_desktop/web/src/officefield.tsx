// A field of a form of the office: its label, its hint, and what is wrong with it, joined for screen readers.
import type { ComponentChildren, JSX } from "preact";
import { mistakeWord } from "./officewords";
import { t, type Key } from "./texts";

export interface Joined { id: string; "aria-invalid"?: "true"; "aria-describedby"?: string }

export function Field({ id, label, hint, code, error, children }: {
  id: string; label: string; hint?: Key | undefined; code?: string; error?: string | undefined;
  children: (joined: Joined) => ComponentChildren;
}): JSX.Element {
  const [hinted, wrong] = [`${id}-hint`, `${id}-error`];
  const described = [hint ? hinted : "", error ? wrong : ""].filter((one) => one !== "").join(" ");
  const joined: Joined = { id };
  if (error) joined["aria-invalid"] = "true";
  if (described !== "") joined["aria-describedby"] = described;
  return (
    <div class="field">
      <div class="field-head"><label for={id}>{label}</label>{code ? <code class="hint">{code}</code> : null}</div>
      {children(joined)}
      {hint ? <p id={hinted} class="field-hint">{t(hint)}</p> : null}
      {error ? <p id={wrong} class="field-error">{mistakeWord(error)}</p> : null}
    </div>
  );
}

/** A way back to the list that a form was opened from. */
export function Back({ to, go, children }: { to: string; go: () => void; children: ComponentChildren }): JSX.Element {
  return <a class="back" href={to} onClick={(event) => { event.preventDefault(); go(); }}>{children}</a>;
}
