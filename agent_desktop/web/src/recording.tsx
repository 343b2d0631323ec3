// The recording of the talk on the desk: whether it is on, its pause by key or by the field that has the focus,
// and its end where the caller has withdrawn their consent.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { discardRecording, pauseRecording, resumeRecording } from "./api";
import { clock } from "./format";
import { leavesPersonal, type Hold } from "./recordingrules";
import { t, type Key } from "./texts";
import type { Pop } from "./types";

/** Fields whose text is about a person; while one has the focus, silence is recorded. */
const PERSONAL = "[data-personal]";
const LEFT_MS = 300;
const SURE_MS = 5_000;
const WORDS: Record<"on" | "paused" | "discarded" | "off", Key> = {
  on: "recording.on", paused: "recording.paused", discarded: "recording.discarded", off: "recording.off",
};

export interface Recorder {
  /** Pause, or go on. */
  turn: () => void;
  discard: () => void;
}

/** Pause while a personal field has the focus; what was paused by hand goes on by hand. */
export function useRecorder(pop: Pop | null, act: (work: Promise<unknown>) => void): Recorder {
  const state = useRef<{ pop: Pop | null; held: Hold }>({ pop: null, held: "none" });
  state.current.pop = pop;
  const talks = (): Pop | null => (state.current.pop?.state === "accepted" ? state.current.pop : null);
  useEffect(() => {
    if (pop?.recording !== "paused") state.current.held = "none";
  }, [pop?.recording, pop?.call]);
  useEffect(() => {
    let leaving: ReturnType<typeof setTimeout> | undefined;
    const enter = (event: FocusEvent): void => {
      if (!isPersonal(event.target)) return;
      clearTimeout(leaving);
      const talk = talks();
      if (talk?.recording !== "on") return;
      state.current.held = "field";
      pauseRecording(talk.call).catch(() => undefined);
    };
    const leave = (event: FocusEvent): void => {
      if (!isPersonal(event.target)) return;
      clearTimeout(leaving);
      leaving = setTimeout(() => {
        const talk = talks();
        if (talk === null || !leavesPersonal(state.current.held, isPersonal(document.activeElement))) return;
        state.current.held = "none";
        resumeRecording(talk.call).catch(() => undefined);
      }, LEFT_MS);
    };
    addEventListener("focusin", enter);
    addEventListener("focusout", leave);
    return () => {
      removeEventListener("focusin", enter);
      removeEventListener("focusout", leave);
    };
  }, []);
  return {
    turn: () => {
      const talk = talks();
      if (talk?.recording === "on") {
        state.current.held = "hand";
        act(pauseRecording(talk.call));
      } else if (talk?.recording === "paused") {
        state.current.held = "none";
        act(resumeRecording(talk.call));
      }
    },
    discard: () => { if (pop !== null) act(discardRecording(pop.call)); },
  };
}

/** Whether the talk is recorded, in word, colour and shape; what may be done about it. */
export function Recording({ pop, now, busy, recorder }: { pop: Pop; now: number; busy: boolean; recorder: Recorder }): JSX.Element {
  const state = pop.recording ?? "off";
  const running = state === "on" || state === "paused";
  const talks = pop.state === "accepted";
  const left = pop.recording_until === null ? 0 : Math.max(0, Math.ceil(pop.recording_until - now));
  return (
    <div class={`recording ${talks || !running ? state : "over"}`}>
      <p class="recording-state">
        <svg class="shape" viewBox="0 0 16 16" aria-hidden="true">{state === "paused"
          ? <path d="M4 3h3v10H4zm5 0h3v10H9z" />
          : state === "on" ? <circle cx="8" cy="8" r="5" /> : <path class="line" d="M8 3a5 5 0 1 0 0 10A5 5 0 0 0 8 3M4.5 11.5l7-7" />}</svg>
        <span role="status">{t(!talks && running ? "recording.kept" : WORDS[state])}</span>
        {talks && state === "paused" ? <span class="figure hint" title={t("recording.until")}>{clock(left)}</span> : null}
      </p>
      {running ? (
        <div class="recording-deeds">
          {talks ? <button type="button" class="small" disabled={busy} title="Shift+F4" onClick={recorder.turn}>
            {t(state === "on" ? "recording.pause" : "recording.resume")}<kbd>⇧F4</kbd></button> : null}
          <Discard key={pop.call} busy={busy} discard={recorder.discard} />
        </div>
      ) : null}
    </div>
  );
}

/** What is deleted cannot be brought back, so it takes two presses. */
function Discard({ busy, discard }: { busy: boolean; discard: () => void }): JSX.Element {
  const [asked, setAsked] = useState(false);
  useEffect(() => {
    if (!asked) return undefined;
    const timer = setTimeout(() => setAsked(false), SURE_MS);
    return () => clearTimeout(timer);
  }, [asked]);
  const press = (): void => {
    if (asked) discard();
    setAsked(!asked);
  };
  return (
    <button type="button" class={asked ? "small danger" : "small"} disabled={busy} title={t("recording.discard_hint")} onClick={press}>
      {t(asked ? "recording.discard_sure" : "recording.discard")}</button>
  );
}

function isPersonal(target: EventTarget | null): boolean {
  return target instanceof HTMLElement && target.matches(PERSONAL);
}
