// What a supervisor does: busy while it is on its way, said when done with a way back, said when refused.
import type { JSX } from "preact";
import { useState } from "preact/hooks";
import { ApiError } from "./api";
import { t } from "./texts";

export interface Deed {
  /** Whose controls wait for an answer. */
  subject: string;
  said: string;
  act: () => Promise<unknown>;
  /** How it is taken back, if it can be. */
  undo?: () => Promise<unknown>;
}

export interface Deeds {
  busy: string | null;
  /** Resolves to whether it was done. */
  run: (deed: Deed) => Promise<boolean>;
  /** What was done last, or what went wrong, to be shown in its section. */
  shown: JSX.Element;
}

interface Standing { busy: string | null; done: Deed | null; text: string; failure: string }

/** `words` says why something was refused. */
export function useDeeds(words: (error: unknown) => string = said): Deeds {
  const [standing, set] = useState<Standing>({ busy: null, done: null, text: "", failure: "" });

  const attempt = async (subject: string, act: () => Promise<unknown>, after: Partial<Standing>): Promise<boolean> => {
    set((before) => ({ ...before, busy: subject, failure: "" }));
    try {
      await act();
    } catch (error) {
      set((before) => ({ ...before, busy: null, failure: words(error) }));
      return false;
    }
    set({ busy: null, done: null, text: "", failure: "", ...after });
    return true;
  };

  const run = (deed: Deed): Promise<boolean> => attempt(deed.subject, deed.act, { done: deed, text: deed.said });
  const undo = (subject: string, act: () => Promise<unknown>): void => { void attempt(subject, act, { text: t("board.undone") }); };
  const { done, busy, text, failure } = standing;
  return {
    busy, run,
    shown: (
      <>
        <div role="alert" class="deed">{failure === "" ? null : <p class="notice alarm">{failure}
          <button type="button" class="quiet" onClick={() => set({ ...standing, failure: "" })}>{t("error.dismiss")}</button></p>}</div>
        <div role="status" class="deed">{text === "" ? null : <p class="notice done"><span>{text}</span>
          {done?.undo ? <button type="button" class="quiet" disabled={busy !== null} onClick={() => undo(done.subject, done.undo!)}>{t("board.undo")}</button> : null}</p>}</div>
      </>
    ),
  };
}

function said(error: unknown): string {
  if (error instanceof ApiError && error.code === "not_waiting") return t("board.gone");
  if (error instanceof ApiError && error.status > 0 && error.message) return `${t("board.refused")} ${error.message}`;
  return t("error.action");
}
