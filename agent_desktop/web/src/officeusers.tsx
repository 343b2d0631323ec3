// The accounts: found in a list, made and changed in a form, closed and opened again.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { useDeeds, type Deeds } from "./deed";
import { accounts, changeAccount, undoLast, type Account } from "./officeapi";
import type { Section, SectionProps } from "./officesection";
import { NO_LIMIT } from "./officescope";
import { UserForm } from "./officeuserform";
import { refusalWord, roleWord } from "./officewords";
import { currentLanguage, t } from "./texts";

const NEW = "new";
const SHOWN = 200;
const BLANK: Account = { login: "", name: "", role: "agent", extension: null, skills: {}, language: "pl", wrap_up_s: null, active: true, team: "", scope: NO_LIMIT };

function Users({ path, go, user }: SectionProps): JSX.Element {
  const [rows, setRows] = useState<Account[] | null>(null);
  const [failure, setFailure] = useState("");
  const deeds = useDeeds(refusalWord);
  const read = (): Promise<void> => accounts().then((found) => { setRows(found); setFailure(""); }, (error: unknown) => setFailure(refusalWord(error)));
  useEffect(() => { void read(); }, []);
  const [open] = path;
  const shown = open === NEW ? BLANK : rows?.find((one) => one.login === open);
  return (
    <section aria-labelledby="users-heading">
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      {rows === null ? <><h2 id="users-heading">{t("office.users")}</h2><p class="hint panel-hint">{t("page.loading")}</p></>
        : open === undefined ? <List rows={rows} go={go} deeds={deeds} />
        : shown === undefined ? <><h2 id="users-heading">{t("office.users")}</h2><p class="hint panel-hint">{t("users.unknown")}</p></>
        : <UserForm key={shown.login} account={shown} people={rows} me={user.login} back={() => go([])} deeds={deeds}
            done={(login) => read().then(() => { if (open === NEW) go([login]); })}
            setOpen={(active) => deeds.run({
              subject: shown.login, said: `${shown.name}: ${t(active ? "users.opened" : "users.closed")}`,
              act: () => changeAccount({ ...shown, active }).then(read), undo: () => undoLast(user.login, "account.changed", shown.login).then(read) })} />}
    </section>
  );
}

function List({ rows, go, deeds }: { rows: Account[]; go: (path: string[]) => void; deeds: Deeds }): JSX.Element {
  const [sought, setSought] = useState("");
  const [closed, setClosed] = useState(false);
  const [all, setAll] = useState(false);
  const found = matching(rows, sought, closed);
  const shown = all ? found : found.slice(0, SHOWN);
  return (
    <>
      <div class="day-head">
        <h2 id="users-heading">{t("office.users")}</h2>
        <a class="button primary" href={`/office/users/${NEW}`} onClick={(event) => { event.preventDefault(); go([NEW]); }}>{t("users.add")}</a>
      </div>
      <form class="filter-row" onSubmit={(event) => event.preventDefault()}>
        <label>{t("users.search")}<input type="search" value={sought} onInput={(event) => setSought(event.currentTarget.value)} /></label>
        <label class="choice"><input type="checkbox" checked={closed} onChange={(event) => setClosed(event.currentTarget.checked)} />{t("users.show_closed")}</label>
      </form>
      {deeds.shown}
      {shown.length === 0 ? <p class="hint panel-hint">{t("users.none")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="users-heading">
          <table>
            <thead><tr><th scope="col">{t("users.name")}</th><th scope="col">{t("users.login")}</th><th scope="col">{t("users.role")}</th><th scope="col">{t("users.team")}</th>
              <th scope="col" class="amount">{t("users.extension")}</th><th scope="col" class="amount">{t("users.wrap_up")}</th>
              <th scope="col" class="amount">{t("users.skills")}</th><th scope="col">{t("users.state")}</th></tr></thead>
            <tbody>{shown.map((one) => (
              <tr key={one.login} class={one.active ? "" : "closed"}>
                <th scope="row"><a href={`/office/users/${encodeURIComponent(one.login)}`}
                  onClick={(event) => { event.preventDefault(); go([one.login]); }}>{one.name}</a></th>
                <td>{one.login}</td>
                <td>{roleWord(one.role)}{limits(one) === "" ? null : <span class="hint sub">{limits(one)}</span>}</td><td>{one.team || "–"}</td>
                <td class="amount figure">{one.extension ?? "–"}</td>
                <td class="amount figure">{one.wrap_up_s === null ? "–" : `${one.wrap_up_s} s`}</td>
                <td class="amount figure">{Object.keys(one.skills).length}</td>
                <td>{t(one.active ? "users.is_open" : "users.is_closed")}</td>
              </tr>))}</tbody>
          </table>
        </div>
      )}
      {found.length > shown.length ? <button type="button" onClick={() => setAll(true)}>{t("board.show_all")} ({found.length})</button> : null}
    </>
  );
}

/** What an account is limited to, in one line; "" where it sees the whole centre. */
function limits({ scope }: Account): string {
  return [...scope.teams, ...scope.queues, ...scope.districts].join(", ");
}

function matching(rows: Account[], sought: string, closed: boolean): Account[] {
  const wanted = sought.trim().toLocaleLowerCase(currentLanguage());
  return rows.filter((one) => (closed || one.active)
    && `${one.name} ${one.login} ${one.extension ?? ""} ${one.team}`.toLocaleLowerCase(currentLanguage()).includes(wanted));
}

export const USERS: Section = { id: "users", title: "office.users", roles: ["admin"], View: Users };
