// Ordering a callback: whom, in which queue, now or later.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { orderCallback } from "./deskapi";
import { Field } from "./field";
import { refusal } from "./refusal";
import { t, word } from "./texts";
import type { Pop, QueueRow } from "./types";

export function CallbackForm({ refer, pop, queues, topic }: {
  refer: { current: HTMLDialogElement | null }; pop: Pop | null; queues: QueueRow[]; topic: string;
}): JSX.Element {
  const [number, setNumber] = useState("");
  const [queue, setQueue] = useState("");
  const [at, setAt] = useState("");
  const [key, setKey] = useState("");
  const [said, setSaid] = useState("");
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => {
    setNumber(pop?.caller ?? "");
    setQueue(pop?.queue ?? "");
    setAt("");
    setSaid("");
    setFailure("");
    setKey(crypto.randomUUID?.() ?? `${Date.now()}`);
  }, [pop?.call]);
  const submit = (event: Event): void => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    setSaid("");
    const later = at === "" ? {} : { not_before_at: new Date(at).getTime() / 1000 };
    const body = { number: whole(number), queue: queue || queues[0]?.id || "", topic, language: pop?.language || "pl", ...later };
    orderCallback(body, key).then(() => {
      setSaid(t("callback.ordered"));
      setKey(crypto.randomUUID?.() ?? `${Date.now()}`);
    }, (problem: unknown) => setFailure(refusal(problem)))
      .finally(() => setBusy(false));
  };
  return (
    <dialog ref={refer} class="setup" aria-labelledby="callback-heading">
      <h2 id="callback-heading">{t("callback.heading")}</h2>
      <p class="hint">{t("callback.hint")}</p>
      <form onSubmit={submit}>
        <Field id="callback-number" label={t("callback.number")} error={failure || undefined}>
          <input id="callback-number" type="tel" required autocomplete="off" value={number} aria-invalid={failure !== ""}
            aria-describedby={failure ? "callback-number-error" : undefined} onInput={(event) => setNumber(event.currentTarget.value)} />
        </Field>
        <Field id="callback-queue" label={t("callback.queue")} error={undefined}>
          <select id="callback-queue" value={queue || queues[0]?.id} onChange={(event) => setQueue(event.currentTarget.value)}>
            {queues.map((one) => <option key={one.id} value={one.id}>{word(one.names, one.id)}</option>)}
          </select>
        </Field>
        <Field id="callback-at" label={t("callback.at")} error={undefined} hint={t("callback.at_hint")}>
          <input id="callback-at" type="datetime-local" value={at} aria-describedby="callback-at-hint" onInput={(event) => setAt(event.currentTarget.value)} />
        </Field>
        <p role="status" class="done-text">{said}</p>
        <div class="setup-foot">
          <button type="button" onClick={() => refer.current?.close()}>{t("error.dismiss")}</button>
          <button type="submit" class="primary" disabled={busy || queues.length === 0}>{t("callback.order")}</button>
        </div>
      </form>
    </dialog>
  );
}

/** A number as the server takes it: nine digits are Polish. */
function whole(typed: string): string {
  const plain = typed.replaceAll(/[\s()-]/g, "");
  return /^\d{9}$/.test(plain) ? `+48${plain}` : plain;
}
