// What administrators and supervisors changed: who, when, what, from what to what; found, exported, taken back.
import type { JSX, TargetedEvent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDeeds } from "./deed";
import { stamp } from "./format";
import { changes, changesFile, undoChange, type Change, type Wanted } from "./officeapi";
import { ACTIONS, actionWord, fieldWord, refusalWord, valueWord } from "./officewords";
import type { Section, SectionProps } from "./officesection";
import { dayBounds } from "./officetime";
import { t, type Key } from "./texts";

const PAGE = 50;
const NO_FILTER = { actor: "", action: "", subject: "", from: "", to: "" };
type Filter = typeof NO_FILTER;

function Changes({ zone }: SectionProps): JSX.Element {
  const [filter, setFilter] = useState<Filter>(NO_FILTER);
  const [rows, setRows] = useState<Change[] | null>(null);
  const [more, setMore] = useState(false);
  const [failure, setFailure] = useState("");
  const deeds = useDeeds(refusalWord);
  const read = async (below = ""): Promise<void> => {
    try {
      const found = await changes({ ...wanted(filter, zone), below, limit: String(PAGE) });
      setRows((before) => (below === "" ? found : [...(before ?? []), ...found]));
      setMore(found.length === PAGE);
      setFailure("");
    } catch (error) {
      setFailure(refusalWord(error));
    }
  };
  useEffect(() => { void read(); }, [filter]);
  const undo = (one: Change): void => {
    void deeds.run({ subject: String(one.id), said: `${t("office.undone")} ${actionWord(one.action)}: ${one.subject}`,
      act: () => undoChange(one.id).then(() => read()) });
  };
  const last = rows?.at(-1);
  return (
    <section aria-labelledby="changes-heading">
      <div class="day-head">
        <h2 id="changes-heading">{t("office.changes")}</h2>
        <a class="button" href={changesFile(wanted(filter, zone))} download>{t("changes.export")}</a>
      </div>
      <Filters filter={filter} change={setFilter} />
      {deeds.shown}
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      {rows === null ? <p class="hint panel-hint">{t("page.loading")}</p> : rows.length === 0 ? <p class="hint panel-hint">{t("changes.none")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="changes-heading">
          <table class="changes">
            <thead><tr><th scope="col">{t("changes.when")}</th><th scope="col">{t("changes.who")}</th><th scope="col">{t("changes.what")}</th>
              <th scope="col">{t("changes.fields")}</th><th scope="col">{t("changes.undo_head")}</th></tr></thead>
            <tbody>{rows.map((one) => (
              <tr key={one.id} aria-busy={deeds.busy === String(one.id)}>
                <td class="figure">{stamp(one.at, zone)}<span class="hint sub">{`#${one.id}`}</span></td>
                <td>{one.actor}</td>
                <th scope="row">{actionWord(one.action)}<span class="sub">{one.subject}</span></th>
                <td>{one.fields.length === 0 ? <span class="hint">{one.detail || "–"}</span> : <Fields one={one} />}</td>
                <td>{one.undoable
                  ? <button type="button" class="small" disabled={deeds.busy !== null} aria-label={`${t("board.undo")}: #${one.id} ${one.subject}`}
                    onClick={() => undo(one)}>{t("board.undo")}</button>
                  : <span class="hint">{one.undone_by === null ? "" : `${t("changes.undone_by")} #${one.undone_by}`}</span>}
                {one.undoes === null ? null : <span class="hint sub">{`${t("changes.undoes")} #${one.undoes}`}</span>}</td>
              </tr>))}</tbody>
          </table>
        </div>
      )}
      {more && last ? <button type="button" onClick={() => { void read(String(last.id)); }}>{t("changes.more")}</button> : null}
    </section>
  );
}

function Fields({ one }: { one: Change }): JSX.Element {
  return (
    <dl class="fields">{one.fields.map(({ field, before, after }) => (
      <div key={field}><dt>{fieldWord(field)}</dt>
        <dd><del>{valueWord(field, before)}</del> <span aria-hidden="true">→</span> <ins>{valueWord(field, after)}</ins></dd></div>))}</dl>
  );
}

function Filters({ filter, change }: { filter: Filter; change: (filter: Filter) => void }): JSX.Element {
  const typed = (name: keyof Filter) => (event: TargetedEvent<HTMLInputElement>): void => change({ ...filter, [name]: event.currentTarget.value.trim() });
  const text = (name: "actor" | "subject", key: Key): JSX.Element =>
    <label>{t(key)}<input type="text" value={filter[name]} maxLength={64} onChange={typed(name)} /></label>;
  const date = (name: "from" | "to", key: Key): JSX.Element =>
    <label>{t(key)}<input type="date" value={filter[name]} onChange={typed(name)} /></label>;
  return (
    <form class="filter-row" onSubmit={(event) => event.preventDefault()}>
      {text("actor", "changes.who")}
      <label>{t("changes.what")}<select value={filter.action} onChange={(event) => change({ ...filter, action: event.currentTarget.value })}>
        <option value="">{t("board.any")}</option>
        {Object.entries(ACTIONS).map(([action, key]) => <option key={action} value={action}>{t(key)}</option>)}</select></label>
      {text("subject", "changes.subject")}
      {date("from", "changes.from")}
      {date("to", "changes.to")}
      <button type="button" disabled={filter === NO_FILTER} onClick={() => change(NO_FILTER)}>{t("changes.clear")}</button>
    </form>
  );
}

function wanted({ from, to, ...rest }: Filter, zone: string): Partial<Wanted> {
  return { ...rest, since: from === "" ? "" : String(dayBounds(from, zone).begins), until: to === "" ? "" : String(dayBounds(to, zone).ends) };
}

export const CHANGES: Section = { id: "changes", title: "office.changes", roles: ["team_lead", "supervisor", "admin"], View: Changes };
