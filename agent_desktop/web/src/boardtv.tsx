// Boards on the wall: making an address, and revoking one.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { makeTvBoard, revokeTvBoard, tvBoards } from "./api";
import { useDeeds } from "./deed";
import { day } from "./format";
import { t } from "./texts";
import type { TvBoard } from "./types";

export function TvBoards(): JSX.Element {
  const [rows, setRows] = useState<TvBoard[]>([]);
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const [busy, setBusy] = useState(false);
  const [failed, setFailed] = useState(false);
  const deeds = useDeeds();
  const read = (): Promise<void> => tvBoards().then(setRows, () => setFailed(true));
  useEffect(() => { void read(); }, []);
  const make = async (event: Event): Promise<void> => {
    event.preventDefault();
    setBusy(true);
    setFailed(false);
    await makeTvBoard(name.trim()).then((made) => { setAddress(location.origin + made.path); setName(""); }, () => setFailed(true));
    setBusy(false);
    await read();
  };
  const revoke = (one: TvBoard): void => {
    const set = (revoked: boolean) => (): Promise<void> => revokeTvBoard(one.id, revoked).then(read);
    void deeds.run({ subject: one.id, said: `${t("tv.revoked")} ${one.name}`, act: set(true), undo: set(false) });
  };
  const used = rows.filter((one) => one.revoked_at === null);
  return (
    <section aria-labelledby="tv-heading">
      <h2 id="tv-heading">{t("tv.heading")}</h2>
      {deeds.shown}
      {failed ? <p class="notice alarm" role="alert">{t("error.action")}</p> : null}
      <div class="panel-hint tv-boards">
        <form onSubmit={(event) => { void make(event); }}>
          <label>{t("tv.name")} <input value={name} required maxLength={120} onInput={(event) => setName(event.currentTarget.value)} /></label>
          <button type="submit" disabled={busy || name.trim() === ""}>{t("tv.make")}</button>
        </form>
        <p class="hint">{t("tv.hint")}</p>
        <div role="status">{address === "" ? null : <p class="tv-address"><label>{t("tv.address")} <input readOnly value={address}
          onFocus={(event) => event.currentTarget.select()} /></label> <a href={address} target="_blank" rel="noreferrer">{t("tv.open")}</a></p>}</div>
        {used.length === 0 ? <p class="hint">{t("tv.none")}</p> : (
          <table>
            <thead><tr><th scope="col">{t("tv.name")}</th><th scope="col">{t("tv.made_by")}</th><th scope="col">{t("tv.made")}</th><th scope="col">{t("tv.revoke")}</th></tr></thead>
            <tbody>{used.map((one) => (
              <tr key={one.id}><th scope="row">{one.name}</th><td>{one.created_by}</td><td>{day(one.created_at)}</td>
                <td><button type="button" class="small" disabled={deeds.busy !== null} aria-label={`${t("tv.revoke")}: ${one.name}`}
                  onClick={() => revoke(one)}>{t("tv.revoke")}</button></td></tr>))}</tbody>
          </table>
        )}
      </div>
    </section>
  );
}
