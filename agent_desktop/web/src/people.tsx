// Who is on the line: one of several on the number, somebody found by name, address or case, or somebody new.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { identify, linkCase, searchCallers } from "./deskapi";
import type { Found } from "./desktypes";
import { Field } from "./field";
import { refusal } from "./refusal";
import { t } from "./texts";
import type { Pop } from "./types";

export function WhoCalls({ pop }: { pop: Pop }): JSX.Element {
  const [busy, setBusy] = useState(false);
  const [failure, setFailure] = useState("");
  const finder = useRef<HTMLDialogElement>(null);
  const people = pop.history?.people ?? [];
  const act = (work: Promise<unknown>): Promise<boolean> => {
    setBusy(true);
    setFailure("");
    return work.then(() => true, (problem: unknown) => {
      setFailure(refusal(problem));
      return false;
    }).finally(() => setBusy(false));
  };
  const choose = people.length > 1;
  return (
    <div class="who-calls">
      {choose ? <span class="label" id="who-label">{t(pop.person === 0 ? "who.which" : "who.is")}</span> : null}
      <div class="choices" {...(choose ? { role: "group", "aria-labelledby": "who-label" } : {})}>
        {choose ? people.map((one) => (
          <button type="button" key={one.id} class="small" aria-pressed={one.id === pop.person} disabled={busy}
            onClick={() => { void act(identify(pop.call, { person: one.id })); }}>{one.id === pop.person ? "✓ " : ""}{one.name}</button>
        )) : null}
        <button type="button" class="small" onClick={() => finder.current?.showModal()}>
          {t(people.length === 0 && pop.person === 0 ? "who.find" : "who.other")}</button>
      </div>
      <p class="field-error" role="alert">{failure}</p>
      <Finder refer={finder} pop={pop} busy={busy} failure={failure} act={act} />
    </div>
  );
}

function Finder({ refer, pop, busy, failure, act }: {
  refer: { current: HTMLDialogElement | null }; pop: Pop; busy: boolean; failure: string; act: (work: Promise<unknown>) => Promise<boolean>;
}): JSX.Element {
  const [typed, setTyped] = useState("");
  const [found, setFound] = useState<Found | null>(null);
  const close = (): void => { refer.current?.close(); setFound(null); setTyped(""); };
  const take = (work: Promise<unknown>): void => { void act(work).then((done) => { if (done) close(); }); };
  const search = (event: Event): void => {
    event.preventDefault();
    if (typed.trim().length > 1) void act(searchCallers(typed.trim()).then(setFound));
  };
  return (
    <dialog ref={refer} class="finder" aria-labelledby="finder-heading">
      <h2 id="finder-heading">{t("who.find")}</h2>
      <form onSubmit={search}>
        <Field id="who-search" label={t("who.search")} error={undefined}>
          <div class="row">
            <input id="who-search" data-personal type="search" autocomplete="off" value={typed} onInput={(event) => setTyped(event.currentTarget.value)} />
            <button type="submit" class="primary" disabled={busy}>{t("who.go")}</button>
          </div>
        </Field>
      </form>
      <div role="status">
        {found === null ? null : found.people.length + found.cases.length === 0 ? <p class="hint">{t("who.nobody")}</p> : (
          <ul class="rows">
            {found.people.map((one) => (
              <li key={`p${one.id}`}>
                <span class="what">{one.name}<small class="hint">{[one.number, ...one.addresses, ...one.tags].filter((part) => part !== "").join(" · ")}</small></span>
                <button type="button" class="small" disabled={busy} onClick={() => take(identify(pop.call, { person: one.id }))}
                  aria-label={`${t("who.this")}: ${one.name}`}>{t("who.this")}</button>
              </li>
            ))}
            {found.cases.map((one) => (
              <li key={one.number}>
                <span class="what"><strong class="figure">{one.number}</strong> {one.title}<small class="hint">{[one.address, one.district].filter((part) => part !== "").join(" · ")}</small></span>
                <button type="button" class="small" disabled={busy} onClick={() => take(linkCase(pop.call, one.number))}
                  aria-label={`${t("caller.about")}: ${one.number}`}>{t("caller.about")}</button>
              </li>
            ))}
          </ul>
        )}
      </div>
      <Newcomer busy={busy} add={(name, address) => take(identify(pop.call, { name, contacts: address ? { address } : {} }))} />
      <p class="field-error" role="alert">{failure}</p>
      <div class="setup-foot"><span /><button type="button" onClick={close}>{t("error.dismiss")}</button></div>
    </dialog>
  );
}

function Newcomer({ busy, add }: { busy: boolean; add: (name: string, address: string) => void }): JSX.Element {
  const [name, setName] = useState("");
  const [address, setAddress] = useState("");
  const submit = (event: Event): void => {
    event.preventDefault();
    if (name.trim() === "") return;
    add(name.trim(), address.trim());
    setName("");
    setAddress("");
  };
  return (
    <details class="newcomer">
      <summary>{t("who.new")}</summary>
      <form onSubmit={submit}>
        <Field id="new-name" label={t("who.name")} error={undefined}>
          <input id="new-name" data-personal maxLength={120} autocomplete="off" value={name} onInput={(event) => setName(event.currentTarget.value)} />
        </Field>
        <Field id="new-address" label={t("who.address")} error={undefined} hint={t("case.optional")}>
          <input id="new-address" data-personal maxLength={200} autocomplete="off" aria-describedby="new-address-hint" value={address}
            onInput={(event) => setAddress(event.currentTarget.value)} />
        </Field>
        <button type="submit" disabled={busy}>{t("who.note")}</button>
      </form>
    </details>
  );
}
