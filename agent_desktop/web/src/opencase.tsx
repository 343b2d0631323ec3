// An open case of the caller: how it stands, that this call is about it, a note, and everything that happened to it.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { AddMedia, MediaLinks } from "./casemedia";
import { CasePhotos } from "./casephotos";
import { addLinks, addNote, caseFile, linkCase } from "./deskapi";
import type { CaseFile } from "./desktypes";
import { day, days, instant } from "./format";
import { refusal } from "./refusal";
import { Warning } from "./shell";
import { t, type Key } from "./texts";
import type { CaseRow, Pop } from "./types";

const DAY_S = 86_400;
const EVENTS: Record<string, Key> = {
  opened: "event.opened", delivered: "event.delivered", undeliverable: "event.undeliverable", requeued: "event.requeued",
  reporter_added: "event.reporter_added", note: "event.note", news_delivered: "event.news_delivered", news_refused: "event.news_refused", media: "event.media", photo_asked: "event.photo_asked",
  photo: "event.photo", photo_removed: "event.photo_removed", photo_restored: "event.photo_restored", photo_withdrawn: "event.photo_withdrawn",
};
/** What an event's detail says to a consultant; the others' is for machines. */
const TOLD = ["note", "reporter_added"];
const STATUS: Record<string, Key> = {
  open: "status.open", delivered: "status.delivered", undeliverable: "status.undeliverable", closed: "status.closed",
};

export function OpenCase({ one, title, pop, now, photoTurn }: {
  one: CaseRow; title: string; pop: Pop | null; now: number; photoTurn: number;
}): JSX.Element {
  const [file, setFile] = useState<CaseFile | null>(null);
  const [open, setOpen] = useState(false);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const turn = useRef(0);
  const inCall = pop ? { call: pop.call } : {};
  const linked = pop?.linked.includes(one.number) ?? false;
  const run = (work: Promise<CaseFile>): Promise<boolean> => {
    setBusy(true);
    setFailure("");
    // An answer that was overtaken shows an older file than the one that is there.
    const mine = ++turn.current;
    return work.then((found) => { if (mine === turn.current) setFile(found); return true; }, (problem: unknown) => {
      setFailure(refusal(problem));
      return false;
    }).finally(() => setBusy(false));
  };
  const toggle = (): void => {
    setOpen(!open);
    if (!open) void run(caseFile(one.number));
  };
  return (
    <li class="open-case">
      <button type="button" class="link case-line" aria-expanded={open} onClick={toggle}>
        <strong class="figure">{one.number}</strong>
        <span class="what">{title}{one.district ? ` · ${one.district}` : ""}</span>
        <Due one={one} now={now} />
      </button>
      {pop === null ? null : (
        <button type="button" class="small" aria-pressed={linked} disabled={busy || linked} onClick={() => { void run(linkCase(pop.call, one.number)); }}
          aria-label={`${t(linked ? "caller.about_set" : "caller.about")}: ${one.number}`}>{linked ? `✓ ${t("caller.about_set")}` : t("caller.about")}</button>
      )}
      {open ? <Details file={file} busy={busy} failure={failure} pop={pop} photoTurn={photoTurn}
        note={(text, key) => run(addNote(one.number, { text, ...inCall }, key))}
        links={(urls, key) => run(addLinks(one.number, { urls, ...inCall }, key))} /> : null}
      {!open && failure !== "" ? <p class="field-error" role="alert">{failure}</p> : null}
    </li>
  );
}

function Due({ one, now }: { one: CaseRow; now: number }): JSX.Element {
  if (one.promised_at === null) return <span class="when">{day(one.opened_at)}</span>;
  const late = Math.floor((now - one.promised_at) / DAY_S);
  if (late > 0) return <span class="when warn"><Warning />{days(late)} {t("caller.late")}</span>;
  return <span class="when">{t("caller.due")} {day(one.promised_at)}</span>;
}

function Details({ file, busy, failure, pop, photoTurn, note, links }: {
  file: CaseFile | null; busy: boolean; failure: string; pop: Pop | null; photoTurn: number; note: (text: string, key: string) => Promise<boolean>;
  links: (urls: string[], key: string) => Promise<boolean>;
}): JSX.Element {
  const [text, setText] = useState("");
  const [key, setKey] = useState(() => crypto.randomUUID?.() ?? `${Date.now()}`);
  const send = (event: Event): void => {
    event.preventDefault();
    if (text.trim() === "") return;
    void note(text, key).then((done) => {
      if (!done) return;
      setText("");
      setKey(crypto.randomUUID?.() ?? `${Date.now()}`);
    });
  };
  const id = `note-${file?.case.number ?? ""}`;
  const status = STATUS[file?.case.status ?? ""];
  return (
    <div class="case-file">
      {file === null ? <p class="hint">{t(failure === "" ? "caller.loading" : "caller.missing")}</p> : (
        <>
          <p>{file.case.description}</p>
          <p class="hint">{[status ? t(status) : "", file.case.address, `${t("near.reporters")} ${file.further_reporters + 1}`,
            `${t("caller.calls")} ${file.calls.length}`].filter((part) => part !== "").join(" · ")}</p>
          <MediaLinks urls={file.case.media_urls} />
          <CasePhotos number={file.case.number} pop={pop} turn={photoTurn} />
          <ul class="events">
            {file.events.map((one, i) => {
              const word = EVENTS[one.kind];
              return <li key={i}><span class="when figure">{instant(one.happened_at)}</span>
                <span>{word ? t(word) : one.kind}{TOLD.includes(one.kind) && one.detail ? `: ${one.detail}` : ""}</span></li>;
            })}
          </ul>
          <form class="note-form" onSubmit={send}>
            <label for={id}>{t("caller.note")}</label>
            <div class="row">
              <input id={id} maxLength={1000} value={text} autocomplete="off" onInput={(event) => setText(event.currentTarget.value)} />
              <button type="submit" disabled={busy}>{t("caller.note_add")}</button>
            </div>
          </form>
          <AddMedia id={`links-${file.case.number}`} busy={busy} add={links} />
        </>
      )}
      <p class="field-error" role="alert">{failure}</p>
    </div>
  );
}
