// Messages that callers left and nobody has dealt with yet: on the board, and on the desk of whose queue it is.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ApiError, completeVoicemail, voicemail, voicemails } from "./api";
import { clock, grouped, instant } from "./format";
import { t, word } from "./texts";
import type { QueueRow, VoicemailRow } from "./types";

const ASK_EVERY_MS = 15_000;

export function Voicemails({ queues, quiet = false }: { queues: Record<string, QueueRow>; quiet?: boolean }): JSX.Element | null {
  const [rows, setRows] = useState<VoicemailRow[] | null>(null);
  const [failed, setFailed] = useState(false);
  const read = (): void => {
    voicemails().then((found) => { setRows(found); setFailed(false); }, () => setFailed(true));
  };
  useEffect(() => {
    read();
    const timer = setInterval(read, ASK_EVERY_MS);
    return () => clearInterval(timer);
  }, []);
  const finish = (id: string): void => {
    completeVoicemail(id).then(read, (error: unknown) => {
      if (error instanceof ApiError && error.status === 404) read(); else setFailed(true);
    });
  };
  if (quiet && !failed && (rows === null || rows.length === 0)) return null;
  return (
    <section class="voicemails" aria-labelledby="voicemails-heading">
      <h2 id="voicemails-heading">{t("voicemail.heading")}{rows?.length ? ` (${rows.length})` : ""}</h2>
      {failed ? <p class="notice alarm" role="alert">{t("voicemail.failed")}</p> : null}
      {rows !== null && rows.length === 0 ? <p class="hint">{t("voicemail.none")}</p> : null}
      <ul class="messages">{(rows ?? []).map((one) => <Message key={one.id} one={one} queues={queues} finish={() => finish(one.id)} />)}</ul>
    </section>
  );
}

function Message({ one, queues, finish }: { one: VoicemailRow; queues: Record<string, QueueRow>; finish: () => void }): JSX.Element {
  const [whole, setWhole] = useState(one.caller);
  const number = whole === "" ? t("caller.withheld") : grouped(whole);
  const show = (): void => { voicemail(one.id).then((found) => setWhole(found.caller), () => undefined); };
  const queue = one.queue === null ? "–" : word(queues[one.queue]?.names, one.queue);
  return (
    <li>
      <p><strong class="figure">{number}</strong> · {queue} · <span class="figure">{instant(one.left_at)}</span> · <span class="figure">{clock(one.duration_s)}</span></p>
      {whole.includes("*") ? <button type="button" class="quiet" onClick={show}>{t("voicemail.number")}</button> : null}
      <audio controls preload="none" src={`/api/v1/voicemails/${encodeURIComponent(one.id)}/audio`} aria-label={`${t("voicemail.play")} ${number}`} />
      <button type="button" onClick={finish} aria-label={`${t("voicemail.done")}: ${number}`}>{t("voicemail.done")}</button>
    </li>
  );
}
