// Flash messages on the board: what callers are told, until when, how often they heard it; making and changing.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { ApiError } from "./api";
import { useDeeds, type Deeds } from "./deed";
import { instant } from "./format";
import {
  changeFlash, inTime, makeFlash, menus, putRecording, recordingOf, removeRecording, switchFlash,
  type FlashBody, type FlashPlace, type FlashRow,
} from "./line";
import type { Rights } from "./rights";
import { Spoken } from "./spoken";
import { t, word, type Key } from "./texts";
import type { QueueRow } from "./types";
import { fromField, toField } from "./zoned";

const USUAL_S = 4 * 3600;
const PLACES: Record<FlashPlace, Key> = { line: "flash.at_line", menu: "flash.at_menu", queue: "flash.at_queue" };
type Queues = Record<string, QueueRow>;

export function Flashes({ rows, queues, now, zone, rights }: {
  rows: FlashRow[]; queues: Queues; now: number; zone: string; rights: Rights;
}): JSX.Element {
  const deeds = useDeeds();
  const dialog = useRef<HTMLDialogElement>(null);
  const [edited, setEdited] = useState<FlashRow | "new" | null>(null);
  const places = placesOf(rights, queues);
  const edit = (what: FlashRow | "new"): void => { setEdited(what); dialog.current?.showModal(); };
  return (
    <section aria-labelledby="flashes-heading">
      <div class="line-head"><h2 id="flashes-heading">{t("flash.heading")}</h2>
        {places.length === 0 ? null : <button type="button" class="small" onClick={() => edit("new")}>{t("flash.new")}</button>}</div>
      {deeds.shown}
      {rows.length === 0 ? <p class="hint panel-hint">{t("flash.none")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="flashes-heading">
          <table class="flashes">
            <thead><tr><th scope="col">{t("flash.title")}</th><th scope="col">{t("flash.place")}</th><th scope="col">{t("flash.from")}</th>
              <th scope="col">{t("flash.to")}</th><th scope="col">{t("flash.state")}</th><th scope="col" class="amount">{t("flash.heard")}</th>
              <th scope="col">{t("flash.do")}</th></tr></thead>
            <tbody>{inTime(rows, now).map((one) => <Row key={one.id} one={one} queues={queues} now={now} zone={zone} deeds={deeds}
              edit={rights.setsUp(one.place === "queue" ? one.place_name : null) ? () => edit(one) : null} />)}</tbody>
          </table>
        </div>
      )}
      <dialog ref={dialog} class="line-dialog" aria-label={t(edited === "new" ? "flash.new" : "flash.edit")} onClose={() => setEdited(null)}>
        {edited === null ? null : <Form one={edited === "new" ? null : edited} places={places} queues={queues} now={now} zone={zone} deeds={deeds} close={() => dialog.current?.close()} />}
      </dialog>
    </section>
  );
}

function Row({ one, queues, now, zone, deeds, edit }: {
  one: FlashRow; queues: Queues; now: number; zone: string; deeds: Deeds; edit: (() => void) | null;
}): JSX.Element {
  const over = one.ends_at <= now;
  const turn = (): void => {
    const set = (on: boolean) => (): Promise<unknown> => switchFlash(one.id, on);
    void deeds.run({ subject: one.id, said: `${t(one.on ? "flash.turned_off" : "flash.turned_on")} ${one.title}`, act: set(!one.on), undo: set(one.on) });
  };
  const state: Key = over ? "flash.is_over" : !one.on ? "flash.is_off" : one.starts_at > now ? "flash.is_planned" : "flash.is_told";
  return (
    <tr aria-busy={deeds.busy === one.id} class={over ? "over" : ""}>
      <th scope="row">{one.title}<span class="hint sub flash-text">{word(one.texts, "")}</span></th>
      <td>{placeWord(one.place, one.place_name, queues)}</td>
      <td class="figure">{instant(one.starts_at, zone)}</td><td class="figure">{instant(one.ends_at, zone)}</td>
      <td><span class={one.told ? "told" : "hint"}>{t(state)}</span>{one.at_the_line || over ? null : <span class="hint sub">{t("line.not_yet")}</span>}
        {one.recorded.length > 0 ? <span class="hint sub">{t("flash.recorded")} {one.recorded.join(", ").toUpperCase()}</span> : null}</td>
      <td class="amount figure">{one.heard}</td>
      <td class="flash-buttons">{edit === null ? null : <>
        <button type="button" class="small" role="switch" aria-checked={one.on} disabled={over || deeds.busy !== null} onClick={turn}
          aria-label={`${t("flash.on")}: ${one.title}`}>{t(one.on ? "flash.turn_off" : "flash.turn_on")}</button>
        <button type="button" class="small" onClick={edit} aria-label={`${t("flash.edit")}: ${one.title}`}>{t("flash.edit")}</button></>}</td>
    </tr>
  );
}

/** Where this person may tell callers something. */
function placesOf(rights: Rights, queues: Queues): FlashPlace[] {
  if (rights.line) return Object.keys(PLACES) as FlashPlace[];
  return Object.keys(queues).some((queue) => rights.setsUp(queue)) ? ["queue"] : [];
}

export function placeWord(place: FlashPlace, name: string, queues: Queues): string {
  const where = t(PLACES[place]);
  return place === "line" ? where : `${where} ${place === "queue" ? word(queues[name]?.names, name) : name}`;
}

function Form({ one, places, queues, now, zone, deeds, close }: {
  one: FlashRow | null; places: FlashPlace[]; queues: Queues; now: number; zone: string; deeds: Deeds; close: () => void;
}): JSX.Element {
  const [known, setKnown] = useState<string[]>([]);
  const [body, setBody] = useState<FlashBody>(one ?? {
    title: "", place: places[0] ?? "line", place_name: "", texts: { pl: "", en: "" }, starts_at: now, ends_at: now + USUAL_S, on: true,
  });
  const [files, setFiles] = useState<Record<string, File | "remove">>({});
  const [failure, setFailure] = useState("");
  const [busy, setBusy] = useState(false);
  useEffect(() => { menus().then((found) => setKnown(found.menus), () => undefined); }, []);
  const set = (values: Partial<FlashBody>): void => setBody((old) => ({ ...old, ...values }));
  const names = body.place === "menu" ? known : Object.keys(queues);
  const submit = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailure("");
    const wanted = written(body);
    try {
      const made = one === null ? await makeFlash(wanted) : await changeFlash(one.id, wanted);
      for (const [language, file] of Object.entries(files)) {
        await (file === "remove" ? removeRecording(made.id, language) : putRecording(made.id, language, file));
      }
      close();
      await deeds.run({
        subject: made.id, said: `${t("flash.saved")} ${made.title}`, act: () => Promise.resolve(),
        undo: () => (one === null ? switchFlash(made.id, false) : changeFlash(one.id, written(one))),
      });
    } catch (error) {
      setFailure(error instanceof ApiError && error.message ? error.message : t("error.action"));
    }
    setBusy(false);
  };
  return (
    <form onSubmit={(event) => { void submit(event); }}>
      <h3>{t(one === null ? "flash.new" : "flash.edit")}</h3>
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      <label>{t("flash.title")} <input value={body.title} required maxLength={120} onInput={(event) => set({ title: event.currentTarget.value })} /></label>
      <div class="pair even">
        <label>{t("flash.place")} <select value={body.place} onChange={(event) => set({ place: event.currentTarget.value as FlashPlace, place_name: "" })}>
          {places.map((place) => <option key={place} value={place}>{t(PLACES[place])}</option>)}</select></label>
        {body.place === "line" ? <span /> : <label>{t(PLACES[body.place])} <select value={body.place_name} required
          onChange={(event) => set({ place_name: event.currentTarget.value })}><option value="">–</option>
          {names.map((name) => <option key={name} value={name}>{body.place === "queue" ? word(queues[name]?.names, name) : name}</option>)}</select></label>}
        <label>{t("flash.from")} <input type="datetime-local" required value={toField(body.starts_at, zone)}
          onInput={(event) => { const at = fromField(event.currentTarget.value, zone); if (!Number.isNaN(at)) set({ starts_at: at }); }} /></label>
        <label>{t("flash.to")} <input type="datetime-local" required value={toField(body.ends_at, zone)}
          onInput={(event) => { const at = fromField(event.currentTarget.value, zone); if (!Number.isNaN(at)) set({ ends_at: at }); }} /></label>
      </div>
      <Spoken id={`flash-${one?.id ?? "new"}`} texts={body.texts} change={(texts) => set({ texts })} />
      <Recordings one={one} files={files} change={setFiles} />
      <p class="buttons"><button type="submit" class="primary" disabled={busy}>{t("board.save")}</button>
        <button type="button" onClick={close}>{t("board.cancel")}</button></p>
    </form>
  );
}

function Recordings({ one, files, change }: {
  one: FlashRow | null; files: Record<string, File | "remove">; change: (files: Record<string, File | "remove">) => void;
}): JSX.Element {
  return (
    <details class="recordings"><summary>{t("flash.recordings")}</summary>
      <p class="hint">{t("flash.recordings_hint")}</p>
      {(["pl", "en"] as const).map((language) => (
        <div key={language} class="recording"><label>{t(language === "pl" ? "language.pl" : "language.en")}
          <input type="file" accept="audio/wav,.wav" onChange={(event) => { const file = event.currentTarget.files?.[0]; if (file) change({ ...files, [language]: file }); }} /></label>
          {one?.recorded.includes(language) && files[language] !== "remove" ? <>
            <audio controls preload="none" src={recordingOf(one.id, language)} aria-label={`${t("flash.recorded")} ${language.toUpperCase()}`} />
            <button type="button" class="small" onClick={() => change({ ...files, [language]: "remove" })}>{t("flash.remove_recording")}</button></> : null}
        </div>))}
    </details>
  );
}

function written({ title, place, place_name, texts, starts_at, ends_at, on }: FlashBody): FlashBody {
  return { title: title.trim(), place, place_name, texts, starts_at, ends_at, on };
}
