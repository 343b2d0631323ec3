// Where it is: an address with its street found by typing, the district proposed from it, a point on the map.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import { Map } from "./citymap";
import { locate } from "./deskapi";
import type { CityMap, Point, Street } from "./desktypes";
import type { Draft } from "./draft";
import { Field } from "./field";
import { pointOf, streetOf } from "./maprules";
import { entry, find } from "./search";
import { t } from "./texts";

const SHOWN = 6;

export function Place({ city, districts, draft, change, error }: {
  city: CityMap | null; districts: string[]; draft: Draft; change: (values: Partial<Draft>) => void;
  error: (field: string) => string | undefined;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const [said, setSaid] = useState("");
  const street = streetOf(draft.address, city?.streets ?? []);
  const write = (address: string, chosen?: Street): void => {
    const known = chosen ?? streetOf(address, city?.streets ?? []);
    const proposed = known?.districts.length === 1 ? known.districts[0]! : "";
    const mayPropose = draft.districtBy === "" || draft.districtBy === "street";
    change({ address, ...(mayPropose && proposed ? { district: proposed, districtBy: "street" as const } : {}) });
  };
  const put = (at: Point): void => {
    setSaid(t("map.placing"));
    locate(at).then((found) => {
      change({ point: at, ...(found.district ? { district: found.district, districtBy: "point" as const } : {}) });
      setSaid(`${t("map.placed")} ${found.district || t("map.outside")}`);
    }, () => setSaid(t("map.refused")));
  };
  return (
    <>
      <div class="pair whereabouts">
        <StreetBox streets={city?.streets ?? []} address={draft.address} error={error("address")} write={write} />
        <Field id="district" label={t("case.district")} error={error("district")} hint={reason(draft, street)}>
          <select id="district" value={draft.district} aria-invalid={error("district") !== undefined}
            aria-describedby={`district-hint${error("district") ? " district-error" : ""}`}
            onChange={(event) => change({ district: event.currentTarget.value, districtBy: "hand" })}>
            <option value="">{t("case.district_none")}</option>
            {districts.map((one) => <option key={one} value={one}>{one}</option>)}
          </select>
        </Field>
      </div>
      <div class="point">
        <button type="button" aria-expanded={open} onClick={() => setOpen(!open)}>{t(open ? "map.close" : "map.open")}</button>
        <input aria-label={t("map.coordinates")} placeholder="52.2297, 21.0122" autocomplete="off"
          value={draft.point ? `${draft.point.latitude}, ${draft.point.longitude}` : ""}
          onKeyDown={(event) => { if (event.key === "Enter" && !event.ctrlKey) { event.preventDefault(); event.currentTarget.blur(); } }}
          onChange={(event) => { const at = pointOf(event.currentTarget.value); if (at) put(at); else change({ point: null }); }} />
        {draft.point === null ? null
          : <button type="button" class="quiet" onClick={() => { change({ point: null }); setSaid(""); }}>{t("map.remove")}</button>}
        <span class="hint" role="status">{said}</span>
      </div>
      {open && city !== null ? <Map city={city} point={draft.point} district={draft.district} centre={street ?? null} place={put} /> : null}
    </>
  );
}

function reason(draft: Draft, street: Street | undefined): string {
  if (draft.district !== "" && draft.districtBy === "street") return t("case.district_by_street");
  if (draft.district !== "" && draft.districtBy === "point") return t("case.district_by_point");
  return street !== undefined && street.districts.length > 1 ? street.districts.join(" / ") : "";
}

function StreetBox({ streets, address, error, write }: {
  streets: Street[]; address: string; error: string | undefined; write: (address: string, chosen?: Street) => void;
}): JSX.Element {
  const [open, setOpen] = useState(false);
  const [active, setActive] = useState(-1);
  const entries = useMemo(() => streets.map((one) => entry(one, one.name, one.districts)), [streets]);
  const results = open && address.trim().length > 1 && streetOf(address, streets) === undefined ? find(entries, address, SHOWN) : [];
  const shown = results.length > 0;
  const take = (one: Street): void => { write(`${one.name} `, one); setOpen(false); };
  const key = (event: KeyboardEvent): void => {
    if (!shown || event.ctrlKey) return;
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      setActive((active + (event.key === "ArrowDown" ? 1 : -1) + results.length) % results.length);
    } else if (event.key === "Enter") {
      const one = results[active];
      if (one) take(one);
    } else if (event.key === "Escape") {
      setOpen(false);
      event.stopPropagation();
    } else return;
    event.preventDefault();
  };
  return (
    <div class="field combobox">
      <label for="address">{t("case.address")}</label>
      <input id="address" data-personal role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded={shown} aria-controls="streets"
        aria-invalid={error !== undefined} aria-describedby={error ? "address-error" : undefined} maxLength={200}
        aria-activedescendant={shown && results[active] ? `street-${active}` : undefined} placeholder={t("case.address_hint")} value={address}
        onInput={(event) => { write(event.currentTarget.value); setOpen(true); setActive(-1); }} onBlur={() => setOpen(false)} onKeyDown={key} />
      <ul id="streets" role="listbox" aria-label={t("case.address")} hidden={!shown}>
        {results.map((one, i) => (
          <li key={one.name} id={`street-${i}`} role="option" aria-selected={i === active}
            onMouseDown={(event) => { event.preventDefault(); take(one); }}>{one.name} <small>{one.districts.join(", ")}</small></li>
        ))}
      </ul>
      {error ? <p class="field-error" id="address-error">{error}</p> : null}
    </div>
  );
}
