// What is closed for a time: a banner for each closure with the time left, and closing in one click.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import type { Deeds } from "./deed";
import { clock, hour } from "./format";
import { changeClosure, close, openAgain, type ClosureBody, type ClosureRow } from "./line";
import type { Rights } from "./rights";
import { Warning } from "./shell";
import { Spoken } from "./spoken";
import { inEach, t, word } from "./texts";
import type { AgentRow, Names, QueueRow } from "./types";

const USUAL_S = 2 * 3600;
const LENGTHS_MIN = [15, 30, 60, 120, 240, 480, 1440];
type Queues = Record<string, QueueRow>;

function usual(queue: string | null, now: number): ClosureBody {
  return {
    reason: t("closure.usual_reason"), until_at: now + USUAL_S,
    texts: inEach(queue === null ? "closure.usual_line" : "closure.usual_queue"),
  };
}

/** Closes with what is usual, and offers to take it back. */
export function closing(deeds: Deeds, queue: string | null, name: string, now: number): void {
  let made: ClosureRow | null = null;
  void deeds.run({
    subject: `close ${queue ?? ""}`, said: `${t("closure.closed")} ${name}. ${t("closure.change_hint")}`,
    act: async () => { made = await close(queue, usual(queue, now)); },
    undo: () => (made === null ? Promise.resolve() : openAgain(made.id)),
  });
}

export function CloseButton({ queue, name, now, deeds }: { queue: string | null; name: string; now: number; deeds: Deeds }): JSX.Element {
  return (
    <button type="button" class="small close-queue" disabled={deeds.busy !== null} onClick={() => closing(deeds, queue, name, now)}
      aria-label={queue === null ? t("closure.close_line") : `${t("closure.close")}: ${name}`}>{t(queue === null ? "closure.close_line" : "closure.close")}</button>
  );
}

export function Closures({ rows, queues, agents, now, zone, deeds, rights }: {
  rows: ClosureRow[]; queues: Queues; agents: Record<string, AgentRow>; now: number; zone: string; deeds: Deeds; rights: Rights;
}): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [edited, setEdited] = useState<ClosureRow | null>(null);
  const edit = (one: ClosureRow): void => { setEdited(one); dialog.current?.showModal(); };
  const save = (one: ClosureRow, body: ClosureBody): void => {
    dialog.current?.close();
    void deeds.run({
      subject: one.id, said: `${t("closure.changed")} ${closedName(one.queue, queues)}`,
      act: () => changeClosure(one.id, body), undo: () => changeClosure(one.id, written(one)),
    });
  };
  const held = rows.filter((one) => one.until_at > now).sort((a, b) => a.closed_at - b.closed_at || a.id.localeCompare(b.id));
  return (
    <section aria-label={t("closure.heading")} class={`closures ${held.length === 0 ? "none" : ""}`}>
      {deeds.shown}
      <ul>{held.map((one) => <Banner key={one.id} one={one} queues={queues} agents={agents} now={now} zone={zone} deeds={deeds}
        edit={rights.setsUp(one.queue) ? () => edit(one) : null} />)}</ul>
      <dialog ref={dialog} class="line-dialog" aria-label={t("closure.change")} onClose={() => setEdited(null)}>
        {edited === null ? null : <Form one={edited} name={closedName(edited.queue, queues)} now={now} zone={zone}
          save={(body) => save(edited, body)} cancel={() => dialog.current?.close()} />}
      </dialog>
    </section>
  );
}

export function closedName(queue: string | null, queues: Queues): string {
  return queue === null ? t("closure.line") : word(queues[queue]?.names, queue);
}

function Banner({ one, queues, agents, now, zone, deeds, edit }: {
  one: ClosureRow; queues: Queues; agents: Record<string, AgentRow>; now: number; zone: string; deeds: Deeds; edit: (() => void) | null;
}): JSX.Element {
  const name = closedName(one.queue, queues);
  const reopen = (): void => {
    let again: Promise<unknown> | null = null;
    void deeds.run({
      subject: one.id, said: `${t("closure.opened")} ${name}`, act: () => openAgain(one.id),
      undo: () => (again ??= close(one.queue, written(one))),
    });
  };
  return (
    <li class="notice alarm closure">
      <span class="closure-what"><Warning /> <strong>{t("closure.is_closed")}: {name}</strong>{" "}
        {t("closure.until")} <span class="figure">{hour(one.until_at, zone)}</span> · {t("closure.left")} <span class="figure">{clock(one.until_at - now)}</span>
        <span class="sub">{one.reason} · {agents[one.closed_by]?.name ?? one.closed_by}{one.at_the_line ? "" : ` · ${t("line.not_yet")}`}</span></span>
      {edit === null ? null : <span class="closure-buttons">
        <button type="button" disabled={deeds.busy !== null} onClick={edit}
          aria-label={`${t("closure.change")}: ${name}`}>{t("closure.change")}</button>
        <button type="button" disabled={deeds.busy !== null} onClick={reopen} aria-label={`${t("closure.open")}: ${name}`}>{t("closure.open")}</button>
      </span>}
    </li>
  );
}

function Form({ one, name, now, zone, save, cancel }: {
  one: ClosureRow; name: string; now: number; zone: string; save: (body: ClosureBody) => void; cancel: () => void;
}): JSX.Element {
  const [reason, setReason] = useState(one.reason);
  const [minutes, setMinutes] = useState("");
  const [texts, setTexts] = useState<Names>(one.texts);
  const submit = (event: Event): void => {
    event.preventDefault();
    save({ reason: reason.trim(), until_at: minutes === "" ? one.until_at : now + Number(minutes) * 60, texts });
  };
  return (
    <form onSubmit={submit}>
      <h3>{name}</h3>
      <div class="pair">
        <label>{t("closure.ends")}
          <select value={minutes} onChange={(event) => setMinutes(event.currentTarget.value)}>
            <option value="">{t("closure.until")} {hour(one.until_at, zone)}</option>
            {LENGTHS_MIN.map((length) => <option key={length} value={String(length)}>{t("closure.in")} {span(length)}</option>)}
          </select></label>
        <label>{t("closure.reason")}
          <input value={reason} required maxLength={200} onInput={(event) => setReason(event.currentTarget.value)} /></label>
      </div>
      <Spoken id={`closure-${one.id}`} texts={texts} change={setTexts} />
      <p class="buttons"><button type="submit" class="primary">{t("board.save")}</button>
        <button type="button" onClick={cancel}>{t("board.cancel")}</button></p>
    </form>
  );
}

function written({ reason, until_at, texts }: ClosureRow): ClosureBody {
  return { reason, until_at, texts };
}

function span(minutes: number): string {
  return minutes < 60 ? `${minutes} min` : `${minutes / 60} h`;
}
