// What a section of the quality pages is, and what they all ask the server for.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ask } from "./api";
import type { Word } from "./qualitytexts";
import { queueNames, refusedWord, type QueueNames } from "./qualitywords";
import type { SectionProps } from "./officesection";
import { t } from "./texts";
import type { QueueRow } from "./types";

export const LEADERS = ["team_lead", "supervisor", "admin"];

export interface QualityProps extends Omit<SectionProps, "go"> {
  go: (path: string[], section?: string) => void;
}

export interface QualitySection {
  id: string;
  title: Word;
  roles: string[];
  View: (props: QualityProps) => JSX.Element;
}

export interface Loaded<Row> {
  found: Row | null;
  failure: string;
  read: () => Promise<void>;
  put: (found: Row) => void;
}

/** What `ask` finds, asked anew when one of `on` changes. */
export function useLoaded<Row>(load: () => Promise<Row>, on: unknown[]): Loaded<Row> {
  const [found, put] = useState<Row | null>(null);
  const [failure, setFailure] = useState("");
  const asked = useRef(0);
  const read = (): Promise<void> => {
    // An answer that comes after a later question is of no use any more.
    const turn = ++asked.current;
    return load().then((row) => { if (turn === asked.current) { put(row); setFailure(""); } },
      (error: unknown) => { if (turn === asked.current) setFailure(refusedWord(error)); });
  };
  useEffect(() => { void read(); }, on);
  return { found, failure, read, put };
}

export function useQueues(): QueueNames {
  const [names, setNames] = useState<QueueNames>({});
  useEffect(() => { ask<QueueRow[]>("GET", "/api/v1/queues").then((rows) => setNames(queueNames(rows)), () => undefined); }, []);
  return names;
}

/** What stands in the place of what is not there yet, or not to be had. */
export function Waiting({ failure }: { failure: string }): JSX.Element {
  return failure === "" ? <p class="hint panel-hint">{t("page.loading")}</p> : <p class="notice alarm" role="alert">{failure}</p>;
}
