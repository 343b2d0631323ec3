// Open cases nearby that may be about the same thing, and adding this caller to one of them.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { addReporter, nearbyCases } from "./deskapi";
import type { Nearby } from "./desktypes";
import type { Draft } from "./draft";
import { day } from "./format";
import { refusal } from "./refusal";
import { t } from "./texts";
import type { CaseRow, Pop } from "./types";

const PAUSE_MS = 400;
const ADDRESS_MIN = 4;

export interface Joined extends CaseRow { further_reporters?: number }

export function NearbyCases({ draft, pop, joined }: { draft: Draft; pop: Pop | null; joined: (one: Joined) => void }): JSX.Element | null {
  const [found, setFound] = useState<Nearby[]>([]);
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const { topic, point, district, address } = draft;
  useEffect(() => {
    if (topic === "" || (point === null && address.trim().length < ADDRESS_MIN)) return setFound([]);
    let wanted = true;
    const timer = setTimeout(() => {
      nearbyCases({ topic, point, district, address }).then((cases) => { if (wanted) setFound(cases); }, () => { if (wanted) setFound([]); });
    }, PAUSE_MS);
    return () => { wanted = false; clearTimeout(timer); };
  }, [topic, point?.latitude, point?.longitude, district, address]);
  if (found.length === 0) return null;
  const join = (one: Nearby): void => {
    setBusy(true);
    setFailure("");
    const who = { ...(pop ? { call: pop.call } : {}), ...(draft.anonymous ? { anonymous: true } : {}) };
    addReporter(one.case.number, who, `${draft.key}-${one.case.number}`)
      .then((file) => joined({ ...file.case, further_reporters: file.further_reporters }))
      .catch((problem: unknown) => setFailure(refusal(problem)))
      .finally(() => setBusy(false));
  };
  return (
    <section class="nearby" aria-labelledby="nearby-heading">
      <h3 id="nearby-heading"><span role="status">{t("near.heading")} ({found.length})</span></h3>
      <ul class="rows">
        {found.map((one) => (
          <li key={one.case.number}>
            <strong class="figure">{one.case.number}</strong>
            <span class="what">{[one.case.address || one.case.district, one.case.description].filter((part) => part !== "").join(" · ")}
              <small class="hint">{[one.distance_m === null ? t("near.same_address") : `${one.distance_m} m`, day(one.case.opened_at),
                `${t("near.reporters")} ${one.further_reporters + 1}`].join(" · ")}</small></span>
            <button type="button" disabled={busy} onClick={() => join(one)}
              aria-label={`${t("near.add")}: ${one.case.number}`}>{t("near.add")}</button>
          </li>
        ))}
      </ul>
      <p class="field-error" role="alert">{failure}</p>
    </section>
  );
}
