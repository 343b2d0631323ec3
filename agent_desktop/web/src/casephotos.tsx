// Photos of a case: asking the caller for them, the address to read aloud, what came and taking a wrong one away.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { askForPhotos, casePhotos, photoAt, setPhotoRemoved, withdrawPhotoRequest } from "./deskapi";
import type { CasePhotos as Found, MadeCode, PhotoRow } from "./desktypes";
import { instant } from "./format";
import { refusal } from "./refusal";
import { spelled, spokenHost } from "./spelling";
import { currentLanguage, t } from "./texts";
import type { Pop } from "./types";

const KEPT = "centrala-photo-code-";

/** `turn` grows whenever a photo may have come: then the photos are read again. */
export function CasePhotos({ number, pop, turn }: { number: string; pop: Pop | null; turn: number }): JSX.Element {
  const [found, setFound] = useState<Found | null>(null);
  const [code, setCode] = useState<MadeCode | null>(() => kept(number));
  const [removed, setRemoved] = useState<PhotoRow | null>(null);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const [said, setSaid] = useState("");
  // An answer that was overtaken shows fewer photos than there are.
  const latest = useRef(0);
  const known = useRef<number | null>(null);
  const show = (next: Found, mine: number): boolean => {
    if (mine !== latest.current) return false;
    known.current = next.photos.length;
    setFound(next);
    return true;
  };
  const run = (work: Promise<Found>): Promise<void> => {
    const mine = ++latest.current;
    setBusy(true);
    setFailure("");
    return work.then((next) => { show(next, mine); }, (problem: unknown) => setFailure(refusal(problem))).finally(() => setBusy(false));
  };
  useEffect(() => {
    const mine = ++latest.current;
    const before = known.current;
    casePhotos(number).then((next) => {
      if (show(next, mine) && before !== null && next.photos.length > before) setSaid(`${t("photos.came")} ${next.photos.length}`);
    }, (problem: unknown) => setFailure(refusal(problem)));
  }, [number, turn]);
  const request = found?.request ?? null;
  // A code of before that another one has replaced, or that is over, is not read out any more.
  const shown = code !== null && request !== null && request.made_at === code.request.made_at ? code : null;
  const ask = (): void => {
    setBusy(true);
    setFailure("");
    askForPhotos(number, pop ? { call: pop.call } : {}).then((made) => {
      sessionStorage.setItem(KEPT + number, JSON.stringify(made));
      latest.current += 1;
      setCode(made);
      setFound((old) => ({ number, photos: old?.photos ?? [], request: made.request }));
    }).catch((problem: unknown) => setFailure(refusal(problem))).finally(() => setBusy(false));
  };
  const remove = (one: PhotoRow, away: boolean): void => {
    void run(setPhotoRemoved(number, one.id, away).then((next) => { setRemoved(away ? one : null); return next; }));
  };
  return (
    <div class="photos">
      {shown !== null ? <ReadOut code={shown} busy={busy} withdraw={() => { void run(withdrawPhotoRequest(number)); }} /> : (
        <div class="photo-ask">
          <button type="button" class="small" disabled={busy} onClick={ask} aria-label={`${t("photos.ask")}: ${number}`}>{t("photos.ask")}</button>
          {request === null ? null : (
            <span class="hint">{t("photos.waits")} {instant(request.expires_at)}
              <button type="button" class="quiet" disabled={busy} onClick={() => { void run(withdrawPhotoRequest(number)); }}>{t("photos.withdraw")}</button></span>
          )}
        </div>
      )}
      <Thumbnails number={number} photos={found?.photos ?? []} busy={busy} remove={(one) => remove(one, true)} />
      <p class="done-text photo-gone" role="status">{removed === null ? "" : <>{t("photos.removed")}{" "}
        <button type="button" class="small" disabled={busy} onClick={() => remove(removed, false)}>{t("photos.undo")}</button></>}</p>
      <p class="field-error" role="alert">{failure}</p>
      <p class="unseen" aria-live="polite">{said}</p>
    </div>
  );
}

function ReadOut({ code, busy, withdraw }: { code: MadeCode; busy: boolean; withdraw: () => void }): JSX.Element {
  return (
    <section class="read-out" aria-label={t("photos.read_out")}>
      <p>{t("photos.say")}</p>
      <p class="read-host">{spokenHost(code.address, code.code)}<strong class="read-code">{code.code}</strong></p>
      <p class="read-words">{spelled(code.code, currentLanguage()).map((group, i) => (
        <span key={i}>{group.map((one) => one.word === "" ? one.sign : `${one.sign} ${t("photos.as_in")} ${one.word}`).join(", ")}</span>))}</p>
      {code.is_public ? null : <p class="notice warn">{t("photos.not_public")}</p>}
      <p class="hint">{t("photos.waits")} {instant(code.request.expires_at)}
        <button type="button" class="quiet" disabled={busy} onClick={withdraw}>{t("photos.withdraw")}</button></p>
    </section>
  );
}

function Thumbnails({ number, photos, busy, remove }: {
  number: string; photos: PhotoRow[]; busy: boolean; remove: (one: PhotoRow) => void;
}): JSX.Element | null {
  if (photos.length === 0) return null;
  return (
    <ul class="thumbnails" aria-label={t("photos.heading")}>
      {photos.map((one, i) => {
        const name = `${t("photos.photo")} ${i + 1}, ${instant(one.taken_at)}`;
        return (
          <li key={one.id}>
            <a href={photoAt(number, one.id)} target="_blank" rel="noopener noreferrer">
              <img src={photoAt(number, one.id, "thumbnail")} alt={`${name} – ${t("media.new_tab")}`} width={96} height={96} /></a>
            <button type="button" class="quiet" disabled={busy} onClick={() => remove(one)}
              aria-label={`${t("photos.remove")}: ${name}`}>{t("photos.remove")}</button>
          </li>
        );
      })}
    </ul>
  );
}

/** The code that was made on this page before it was reloaded; the server tells it only once. */
function kept(number: string): MadeCode | null {
  try {
    return JSON.parse(sessionStorage.getItem(KEPT + number) ?? "null") as MadeCode | null;
  } catch {
    return null;
  }
}
