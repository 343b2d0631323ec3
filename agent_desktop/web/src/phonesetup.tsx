// Choosing the phone and its devices, and hearing oneself before the shift begins.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { askToNotify, canNotify, mayAsk, mayNotify } from "./attention";
import { Levels } from "./phone";
import { Ringer, type Devices } from "./sound";
import type { Station } from "./station";
import { t, type Key } from "./texts";

interface Kinds { audioinput: MediaDeviceInfo[]; audiooutput: MediaDeviceInfo[]; videoinput: MediaDeviceInfo[] }

const ringer = new Ringer();

export function PhoneSetup({ refer, station }: { refer: { current: HTMLDialogElement | null }; station: Station }): JSX.Element {
  const [known, setKnown] = useState<Kinds>({ audioinput: [], audiooutput: [], videoinput: [] });
  const [, setTurn] = useState(0);
  useEffect(() => {
    const read = (): void => {
      void navigator.mediaDevices?.enumerateDevices().then((all) => {
        const kinds: Kinds = { audioinput: [], audiooutput: [], videoinput: [] };
        for (const one of all) if (one.deviceId !== "" && one.deviceId !== "default") kinds[one.kind].push(one);
        setKnown(kinds);
      });
    };
    read();
    navigator.mediaDevices?.addEventListener("devicechange", read);
    return () => navigator.mediaDevices?.removeEventListener("devicechange", read);
  }, [station.state, station.at]);
  const devices = station.devices;
  const choose = (values: Partial<Devices>): void => { void station.choose({ ...devices, ...values }); };
  const testing = station.at === "testing";
  return (
    <dialog ref={refer} class="setup" aria-labelledby="setup-heading" onClose={() => { if (station.at === "testing") void station.test(); }}>
      <h2 id="setup-heading">{t("phone.set_up")}</h2>
      <fieldset>
        <legend>{t("phone.which")}</legend>
        <label class="choice"><input type="radio" name="which" checked={station.state !== "off"} disabled={station.at !== "nothing"} onChange={() => station.use(true)} />{t("phone.which_page")}</label>
        <label class="choice"><input type="radio" name="which" checked={station.state === "off"} disabled={station.at !== "nothing"} onChange={() => station.use(false)} />{t("phone.which_desk")}</label>
      </fieldset>
      <Device id="microphone" label="phone.microphone" known={known.audioinput} chosen={devices.microphone} choose={(microphone) => choose({ microphone })} />
      <Device id="speaker" label="phone.speaker" known={known.audiooutput} chosen={devices.speaker} choose={(speaker) => choose({ speaker })} />
      <Device id="ringer" label="phone.ringer" known={known.audiooutput} chosen={devices.ringer} choose={(ring) => { choose({ ringer: ring }); ringer.start(ring, true); }} />
      {canNotify() ? <p class="notify">{t(mayNotify() ? "phone.notices_on" : mayAsk() ? "phone.notices_ask" : "phone.notices_off")}
        {mayAsk() ? <button type="button" onClick={() => { void askToNotify().then(() => setTurn((turn) => turn + 1)); }}>{t("phone.notices_allow")}</button> : null}</p> : null}
      {testing ? <><p class="hint" role="status">{t("phone.testing_hint")}</p><Levels station={station} /></> : null}
      <form method="dialog" class="setup-foot">
        <button type="button" disabled={!station.isHere || (station.at !== "nothing" && !testing)} onClick={() => { void station.test(); }}>{t(testing ? "phone.test_end" : "phone.test")}</button>
        <button type="submit" class="primary">{t("error.dismiss")}</button>
      </form>
    </dialog>
  );
}

function Device({ id, label, known, chosen, choose }: {
  id: string; label: Key; known: MediaDeviceInfo[]; chosen: string; choose: (device: string) => void;
}): JSX.Element {
  return (
    <div class="field">
      <label for={id}>{t(label)}</label>
      <select id={id} value={known.some((one) => one.deviceId === chosen) ? chosen : ""} onChange={(event) => choose(event.currentTarget.value)}>
        <option value="">{t("phone.device_default")}</option>
        {known.map((one) => <option key={one.deviceId} value={one.deviceId}>{one.label || one.deviceId.slice(0, 8)}</option>)}
      </select>
    </div>
  );
}
