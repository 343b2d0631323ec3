// A field with its label, a hint beside it and its error below it.
import type { ComponentChildren, JSX } from "preact";

export function Field({ id, label, error, hint, children }: {
  id: string; label: string; error: string | undefined; hint?: string; children: ComponentChildren;
}): JSX.Element {
  return (
    <div class="field">
      <div class="field-head">
        <label for={id}>{label}</label>
        {hint === undefined ? null : <span class="field-hint" id={`${id}-hint`}>{hint}</span>}
      </div>
      {children}
      {error ? <p class="field-error" id={`${id}-error`}>{error}</p> : null}
    </div>
  );
}
