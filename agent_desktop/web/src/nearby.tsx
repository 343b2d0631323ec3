// Open cases nearby that may be about the same thing, and adding this caller to one of them.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { addReporter, linkCase, nearbyCases } from "./deskapi";
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
  /** The caller reported it already: then the call is about it, and nobody is counted again. */
  const isOwn = (one: Nearby): boolean => pop?.history?.open_cases.some((known) => known.number === one.case.number) ?? false;
  const join = (one: Nearby): void => {
    setBusy(true);
    setFailure("");
    if (isOwn(one) && pop) {
      linkCase(pop.call, one.case.number).catch((problem: unknown) => setFailure(refusal(problem))).finally(() => setBusy(false));
      return;
    }
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
            <Choice number={one.case.number} own={isOwn(one)} linked={pop?.linked.includes(one.case.number) ?? false} busy={busy} go={() => join(one)} />
          </li>
        ))}
      </ul>
      <p class="field-error" role="alert">{failure}</p>
    </section>
  );
}

function Choice({ number, own, linked, busy, go }: { number: string; own: boolean; linked: boolean; busy: boolean; go: () => void }): JSX.Element {
  const word = t(own ? (linked ? "caller.about_set" : "caller.about") : "near.add");
  return <button type="button" class="small" disabled={busy || (own && linked)} onClick={go} aria-label={`${word} (${t("near.short")}): ${number}`}>{word}</button>;
}
