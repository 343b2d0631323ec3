// Opening hours: each schedule as it is now, its week, its exceptions, and the public holidays that it keeps.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDeeds, type Deeds } from "./deed";
import { instant } from "./format";
import { changeSchedule, restoreSchedule, schedules, type ScheduleBody, type ScheduleException, type ScheduleRow } from "./line";
import type { Section } from "./officesection";
import { t, word } from "./texts";

const COMING_SHOWN = 6;
const NEW: ScheduleException = { title: "", first: "", last: "", hours: [], destination: "" };

function Hours(): JSX.Element {
  const [rows, setRows] = useState<ScheduleRow[] | null>(null);
  const [failed, setFailed] = useState(false);
  const deeds = useDeeds();
  const read = (): Promise<void> => schedules().then((found) => { setRows(found); setFailed(false); }, () => setFailed(true));
  useEffect(() => { void read(); }, []);
  return (
    <section aria-labelledby="hours-heading">
      <h2 id="hours-heading">{t("hours.title")}</h2>
      {deeds.shown}
      {failed ? <p class="notice alarm" role="alert">{t("error.action")}</p> : null}
      {rows === null ? <p class="hint">{failed ? "" : t("hours.loading")}</p>
        : rows.length === 0 ? <p class="hint">{t("hours.none")}</p> : <p class="hint">{t("hours.hint")}</p>}
      {(rows ?? []).map((one) => <Schedule key={`${one.id} ${JSON.stringify(written(one))}`} one={one} deeds={deeds} read={read} />)}
    </section>
  );
}

function Schedule({ one, deeds, read }: { one: ScheduleRow; deeds: Deeds; read: () => Promise<void> }): JSX.Element {
  const [body, setBody] = useState<ScheduleBody>(written(one));
  const name = word(one.names, one.id);
  const set = (values: Partial<ScheduleBody>): void => setBody((old) => ({ ...old, ...values }));
  const back = (): Promise<unknown> => (one.own ? restoreSchedule(one.id) : changeSchedule(one.id, written(one)));
  const save = (event: Event): void => {
    event.preventDefault();
    const wanted = { ...body, week: filled(body.week), holiday_hours: filled(body.holiday_hours),
      exceptions: body.exceptions.map((it) => ({ ...it, last: it.last || it.first, hours: filled(it.hours) })) };
    void deeds.run({
      subject: one.id, said: `${t("hours.saved")} ${name}`,
      act: () => changeSchedule(one.id, wanted).then(read), undo: () => back().then(read),
    });
  };
  const restore = (): void => {
    void deeds.run({
      subject: one.id, said: `${t("hours.restored")} ${name}`,
      act: () => restoreSchedule(one.id).then(read), undo: () => back().then(read),
    });
  };
  return (
    <form class="schedule" onSubmit={save} aria-label={name}>
      <div class="line-head"><h3>{name}</h3><span class="hint">{t(one.own ? "hours.from_city" : "hours.changed_here")}</span></div>
      <p><span class={one.open ? "open" : "shut"}>{t(one.open ? "hours.open" : "hours.closed")}</span>
        {one.changes_at === null ? "" : ` ${t("hours.until")} ${instant(one.changes_at, one.time_zone)}`}{why(one)}</p>
      <div class="week">
        <label>{t("hours.week")} <Windows value={body.week} change={(week) => set({ week })} rows={3} required /></label>
        <div><label>{t("hours.holidays")} <select value={body.holidays} onChange={(event) => set({ holidays: event.currentTarget.value })}>
          <option value="PL">{t("hours.poland")}</option><option value="">{t("hours.no_holidays")}</option></select></label>
          <label>{t("hours.zone")} <input value={body.time_zone} required onInput={(event) => set({ time_zone: event.currentTarget.value })} /></label></div>
        <label>{t("hours.holiday_hours")} <Windows value={body.holiday_hours} change={(holiday_hours) => set({ holiday_hours })} rows={3} />
          <span class="field-hint">{t("hours.closed_all_day")}</span></label>
      </div>
      <Exceptions rows={body.exceptions} destinations={one.destinations} change={(exceptions) => set({ exceptions })} />
      <p class="buttons"><button type="submit" class="primary" disabled={deeds.busy !== null}>{t("board.save")}</button>
        {one.own ? null : <button type="button" disabled={deeds.busy !== null} onClick={restore}>{t("hours.restore")}</button>}</p>
      {one.coming.length === 0 ? null : <details><summary>{t("hours.coming")}</summary>
        <ul class="coming">{one.coming.slice(0, COMING_SHOWN * 3).map((it) => <li key={it.day}><span class="figure">{it.day}</span> {it.name}</li>)}</ul></details>}
    </form>
  );
}

function Windows({ value, change, rows, required = false }: {
  value: string[]; change: (value: string[]) => void; rows: number; required?: boolean;
}): JSX.Element {
  return <textarea rows={rows} required={required} value={value.join("\n")} onInput={(event) => change(event.currentTarget.value.split("\n"))} />;
}

function Exceptions({ rows, destinations, change }: {
  rows: ScheduleException[]; destinations: string[]; change: (rows: ScheduleException[]) => void;
}): JSX.Element {
  const set = (place: number, values: Partial<ScheduleException>): void => change(rows.map((one, i) => (i === place ? { ...one, ...values } : one)));
  const label = (key: "hours.first" | "hours.last" | "hours.hours" | "hours.destination" | "flash.title", place: number): string => `${t(key)} ${place + 1}`;
  return (
    <>
      <h4>{t("hours.exceptions")}</h4>
      {rows.length === 0 ? <p class="hint">{t("hours.no_exceptions")}</p> : (
        <table aria-label={t("hours.exceptions")}>
          <thead><tr><th scope="col">{t("flash.title")}</th><th scope="col">{t("hours.first")}</th><th scope="col">{t("hours.last")}</th>
            <th scope="col">{t("hours.hours")} <span class="hint">({t("hours.closed_all_day")})</span></th><th scope="col">{t("hours.destination")}</th><th scope="col"><span class="unseen">{t("hours.remove")}</span></th></tr></thead>
          <tbody>{rows.map((one, i) => (
            <tr key={i}>
              <td><input value={one.title} maxLength={200} aria-label={label("flash.title", i)} onInput={(event) => set(i, { title: event.currentTarget.value })} /></td>
              <td><input type="date" required value={one.first} aria-label={label("hours.first", i)} onInput={(event) => set(i, { first: event.currentTarget.value })} /></td>
              <td><input type="date" value={one.last} min={one.first} aria-label={label("hours.last", i)} onInput={(event) => set(i, { last: event.currentTarget.value })} /></td>
              <td><input value={one.hours.join(", ")} placeholder="10:00-14:00" aria-label={label("hours.hours", i)} onInput={(event) => set(i, { hours: event.currentTarget.value.split(", ") })} /></td>
              <td><select value={one.destination} aria-label={label("hours.destination", i)} onChange={(event) => set(i, { destination: event.currentTarget.value })}>
                <option value="">{t("hours.usual_way")}</option>{destinations.map((way) => <option key={way} value={way}>{way}</option>)}</select></td>
              <td><button type="button" class="small" aria-label={`${t("hours.remove")}: ${one.title || i + 1}`} onClick={() => change(rows.filter((_, j) => j !== i))}>{t("hours.remove")}</button></td>
            </tr>))}</tbody></table>)}
      <button type="button" class="small" onClick={() => change([...rows, NEW])}>{t("hours.add")}</button>
    </>
  );
}

function why(one: ScheduleRow): string {
  if (one.because === "week") return "";
  return ` · ${t(one.because === "holiday" ? "hours.by_holiday" : "hours.by_exception")} ${one.title}`;
}

function filled(windows: string[]): string[] {
  return windows.map((one) => one.trim()).filter((one) => one !== "");
}

function written({ time_zone, week, holidays, holiday_hours, exceptions }: ScheduleRow): ScheduleBody {
  return { time_zone, week, holidays, holiday_hours, exceptions };
}

export const OPENING_HOURS: Section = { id: "hours", title: "hours.title", roles: ["supervisor", "admin"], wholeLine: true, View: Hours };
