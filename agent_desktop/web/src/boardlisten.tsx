// Listening to a talk from the board: with a reason, in one of three ways, until either side ends it.
import type { JSX } from "preact";
import { useEffect, useMemo, useRef, useState } from "preact/hooks";
import { clock } from "./format";
import type { Listener } from "./listener";
import { Level } from "./phone";
import { refusal } from "./refusal";
import { t, type Key } from "./texts";
import type { AgentRow, CallRow, ListenMode, PhoneSettings } from "./types";

const MODES: [ListenMode, Key, Key][] = [
  ["listen", "listen.listen", "listen.listen_hint"],
  ["whisper", "listen.whisper", "listen.whisper_hint"],
  ["barge", "listen.barge", "listen.barge_hint"],
];
const REASON_MIN = 3;

export interface Listening {
  /** Opens the question how and why; absent where the supervisor has no phone. */
  ask: ((call: CallRow, reason?: string) => void) | null;
  busy: boolean;
  shown: JSX.Element;
}

export function useListening(phone: PhoneSettings | null, agents: Record<string, AgentRow>, calls: Record<string, CallRow>, over: string, now: number): Listening {
  const [, setTurn] = useState(0);
  const [failure, setFailure] = useState("");
  const [asked, setAsked] = useState<{ call: CallRow; reason: string } | null>(null);
  const listener = useRef<Listener | null>(null);
  const began = useRef(0);
  const dialog = useRef<HTMLDialogElement>(null);
  const events = useMemo(() => ({
    changed: () => setTurn((turn) => turn + 1),
    failed: (problem: unknown) => setFailure(problem instanceof DOMException ? t("phone.blocked") : refusal(problem)),
  }), []);
  const current = listener.current;
  const active = current !== null && current.state !== "closed" && current.state !== "blocked";
  useEffect(() => { if (asked !== null) dialog.current?.showModal(); }, [asked]);
  useEffect(() => current?.ended(over));
  useEffect(() => { if (current?.state === "hearing") began.current = now; }, [current?.state]);
  const begin = (call: CallRow, mode: ListenMode, reason: string): void => {
    if (phone === null) return;
    setAsked(null);
    setFailure("");
    // JsSIP is most of the weight of a phone: it comes with the first listening.
    void import("./listener").then(({ Listener }) => {
      listener.current ??= new Listener(phone, events);
      listener.current.start(call.id, mode, reason);
    });
  };
  const agent = current === null ? undefined : agents[calls[current.call]?.agent ?? ""];
  return {
    ask: phone === null || !("mediaDevices" in navigator) ? null : (call, reason = "") => { setFailure(""); setAsked({ call, reason }); },
    busy: active,
    shown: (
      <>
        <div role="alert">{failure === "" ? null : <p class="notice alarm">{failure}
          <button type="button" class="quiet" onClick={() => setFailure("")}>{t("error.dismiss")}</button></p>}</div>
        {active ? <Bar listener={current} name={agent?.name ?? t("listen.somebody")} heard={current.state === "hearing" ? now - began.current : null} /> : null}
        {asked === null ? null : <Ask refer={dialog} call={asked.call} usual={asked.reason} name={agents[asked.call.agent ?? ""]?.name ?? ""} close={() => setAsked(null)} begin={begin} />}
      </>
    ),
  };
}

function Bar({ listener, name, heard }: { listener: Listener; name: string; heard: number | null }): JSX.Element {
  return (
    <section class="listening" aria-label={t("listen.title")}>
      <p role="status"><strong>{t("listen.title")}: {name}</strong> <span class="figure">{heard === null ? t("phone.connecting") : clock(heard)}</span></p>
      <div class="listening-modes" role="group" aria-label={t("listen.how")}>
        {MODES.map(([mode, label]) => (
          <button key={mode} type="button" aria-pressed={listener.mode === mode} disabled={heard === null}
            onClick={() => { void listener.turn(mode); }}>{t(label)}</button>
        ))}
      </div>
      <Level meter={listener.ears} label={t("listen.level")} muted={false} />
      <a href={`/quality/reviews/${encodeURIComponent(listener.call)}`} target="_blank" rel="noopener">{t("quality.from_listening")}</a>
      <button type="button" class="danger" onClick={() => listener.stop()}>{t("listen.stop")}</button>
    </section>
  );
}

function Ask({ refer, call, usual, name, close, begin }: {
  refer: { current: HTMLDialogElement | null }; call: CallRow; usual: string; name: string; close: () => void;
  begin: (call: CallRow, mode: ListenMode, reason: string) => void;
}): JSX.Element {
  const [mode, setMode] = useState<ListenMode>("listen");
  const [reason, setReason] = useState(usual);
  const [missing, setMissing] = useState(false);
  const submit = (event: Event): void => {
    event.preventDefault();
    if (reason.trim().length < REASON_MIN) {
      setMissing(true);
      document.getElementById("listen-reason")?.focus();
      return;
    }
    refer.current?.close();
    begin(call, mode, reason.trim());
  };
  return (
    <dialog ref={refer} class="setup" aria-labelledby="listen-heading" onClose={close}>
      <form onSubmit={submit} novalidate>
        <h2 id="listen-heading">{t("listen.ask")}: {name}</h2>
        <fieldset class="listen-modes">
          <legend>{t("listen.how")}</legend>
          {MODES.map(([one, label, hint]) => (
            <label key={one}><input type="radio" name="listen-mode" checked={mode === one} onChange={() => setMode(one)} />
              <span><strong>{t(label)}</strong> <span class="hint">{t(hint)}</span></span></label>
          ))}
        </fieldset>
        <div class="field">
          <label for="listen-reason">{t("listen.reason")}</label>
          <input id="listen-reason" value={reason} maxLength={200} autocomplete="off" aria-invalid={missing} aria-describedby="listen-missing"
            onInput={(event) => { setReason(event.currentTarget.value); setMissing(false); }} />
          <p id="listen-missing" class="field-error" role="alert">{missing ? t("listen.reason_missing") : ""}</p>
        </div>
        <p class="hint">{t("listen.audited")}</p>
        <div class="setup-foot"><button type="button" onClick={() => refer.current?.close()}>{t("error.dismiss")}</button>
          <button type="submit" class="primary">{t("listen.start")}</button></div>
      </form>
    </dialog>
  );
}
