// Links to photos: the quiet field of a case that is written, and what a case has.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { hostOf, readMedia } from "./mediarules";
import { t } from "./texts";

const TEXT_MAX = 3_000;

export function MediaField({ text, error, change }: { text: string; error: string | undefined; change: (text: string) => void }): JSX.Element {
  const read = readMedia(text);
  const count = read.error === null ? read.urls.length : 0;
  return (
    <details class="media-field" open={error !== undefined || undefined}>
      <summary>{t("media.heading")}{count > 0 ? ` (${count})` : ""}</summary>
      <div class="field">
        <label class="unseen" for="media_urls">{t("media.heading")}</label>
        <textarea id="media_urls" rows={2} maxLength={TEXT_MAX} value={text} autocomplete="off" spellcheck={false} inputMode="url"
          aria-invalid={error !== undefined} aria-describedby={error ? "media_urls-error" : "media_urls-hint"}
          onInput={(event) => change(event.currentTarget.value)} />
        {error ? <p class="field-error" id="media_urls-error">{error}</p> : <p class="hint" id="media_urls-hint">{t("media.hint")}</p>}
      </div>
    </details>
  );
}

/** Where photos are, by their hosts: a consultant sees where a link leads before they follow it. */
export function MediaLinks({ urls }: { urls: string[] }): JSX.Element | null {
  if (urls.length === 0) return null;
  return (
    <ul class="media-links" aria-label={t("media.heading")}>
      {urls.map((url) => {
        const host = hostOf(url);
        return <li key={url}>{host === null ? <span>{url}</span>
          : <a href={url} target="_blank" rel="noopener noreferrer" title={url}>{host}<span class="unseen"> – {t("media.new_tab")}</span></a>}</li>;
      })}
    </ul>
  );
}

/** Adding links to a case that is filed; what was typed stays until the server has taken it. */
export function AddMedia({ id, busy, add }: { id: string; busy: boolean; add: (urls: string[], key: string) => Promise<boolean> }): JSX.Element {
  const [text, setText] = useState("");
  const [shown, setShown] = useState(false);
  const [key, setKey] = useState(newKey);
  const { urls, error } = readMedia(text);
  const wrong = shown && error !== null ? t(error) : "";
  const send = (event: Event): void => {
    event.preventDefault();
    setShown(true);
    if (error !== null) return document.getElementById(id)?.focus();
    if (urls.length === 0) return;
    void add(urls, key).then((done) => {
      if (!done) return;
      setText("");
      setShown(false);
      setKey(newKey());
    });
  };
  return (
    <form class="note-form" noValidate onSubmit={send}>
      <label for={id}>{t("media.add_label")}</label>
      <div class="row">
        <input id={id} type="url" maxLength={TEXT_MAX} value={text} autocomplete="off" aria-invalid={wrong !== ""}
          aria-describedby={`${id}-error`} onInput={(event) => setText(event.currentTarget.value)} />
        <button type="submit" disabled={busy} aria-label={t("media.add")}>{t("caller.note_add")}</button>
      </div>
      <p class="field-error" id={`${id}-error`} role="alert">{wrong}</p>
    </form>
  );
}

function newKey(): string {
  return crypto.randomUUID?.() ?? `${Date.now()}`;
}
