// One account: what is set up about it, its password, and closing it.
import type { JSX, TargetedEvent } from "preact";
import { useEffect, useState } from "preact/hooks";
import { teamsOf } from "./agentlist";
import { ApiError } from "./api";
import type { Deeds } from "./deed";
import { changeAccount, makeAccount, setPassword, undoLast, type Account } from "./officeapi";
import { Back, Field } from "./officefield";
import { mistakeWord, refusalWord, roleWord } from "./officewords";
import { hasScope, NO_LIMIT, ScopeFields } from "./officescope";
import { currentLanguage, t } from "./texts";

const ROLES = ["agent", "team_lead", "supervisor", "analyst", "admin"];
const LANGUAGES = { pl: "language.pl", en: "language.en" } as const;
type Fields = Record<string, string>;

export function UserForm({ account, people, me, back, done, setOpen, deeds }: {
  account: Account; people: Account[]; me: string; back: () => void; done: (login: string) => Promise<void>;
  setOpen: (active: boolean) => Promise<boolean>; deeds: Deeds;
}): JSX.Element {
  const isNew = account.login === "";
  const [draft, setDraft] = useState(account);
  const [password, setWord] = useState("");
  const [errors, setErrors] = useState<Fields>({});
  const change = (part: Partial<Account>): void => setDraft({ ...draft, ...part });
  useEffect(() => setDraft(account), [JSON.stringify(account)]);
  const failed = (error: unknown): never => {
    setErrors(error instanceof ApiError ? error.fields : {});
    throw error;
  };
  const save = async (event: Event): Promise<void> => {
    event.preventDefault();
    setErrors({});
    const scope = hasScope(draft.role) ? draft.scope : NO_LIMIT;
    const wanted = { ...draft, name: draft.name.trim(), login: draft.login.trim(), team: draft.team.trim(), scope };
    const act = (): Promise<unknown> => (isNew ? makeAccount(wanted, password) : changeAccount(wanted)).catch(failed);
    const action = isNew ? "account.made" : "account.changed";
    const well = await deeds.run({
      subject: wanted.login, said: `${wanted.name}: ${t(isNew ? "users.made" : "users.saved")}`,
      act, undo: () => undoLast(me, action, wanted.login).then(() => done(wanted.login)) });
    if (well) await done(wanted.login);
  };
  return (
    <>
      <Back to="/office/users" go={back}>← {t("office.users")}</Back>
      <div class="day-head"><h2 id="users-heading" class="plain">{isNew ? t("users.add") : account.name}</h2>
        {isNew || account.login === me ? null : (
          <button type="button" class={account.active ? "danger" : ""} disabled={deeds.busy !== null}
            onClick={() => { void setOpen(!account.active); }}>
            {t(account.active ? "users.close" : "users.open_again")}</button>)}
      </div>
      {deeds.shown}
      {account.active ? null : <p class="notice warn">{t("users.closed_hint")}</p>}
      <form class="card-form" noValidate onSubmit={(event) => { void save(event); }}>
        <Entries draft={draft} change={change} errors={errors} isNew={isNew} people={people} />
        {hasScope(draft.role) ? <ScopeFields scope={draft.scope} change={(scope) => change({ scope })} people={people} errors={errors} /> : null}
        {isNew ? <Password value={password} change={setWord} error={errors["password"]} /> : null}
        <p class="buttons"><button type="submit" class="primary" disabled={deeds.busy !== null}>{t(isNew ? "users.make" : "board.save")}</button>
          <button type="button" onClick={back}>{t("board.cancel")}</button></p>
      </form>
      {isNew ? null : <NewPassword login={account.login} mine={account.login === me} deeds={deeds} />}
    </>
  );
}

function Entries({ draft, change, errors, isNew, people }: {
  draft: Account; change: (part: Partial<Account>) => void; errors: Fields; isNew: boolean; people: Account[];
}): JSX.Element {
  const typed = (name: "name" | "login" | "extension") => (event: TargetedEvent<HTMLInputElement>): void =>
    change({ [name]: name === "extension" ? event.currentTarget.value.trim() || null : event.currentTarget.value });
  return (
    <div class="pairs">
      <Field id="user-name" label={t("users.name")} error={errors["name"]}>{(joined) =>
        <input {...joined} value={draft.name} maxLength={120} required autocomplete="off" onInput={typed("name")} />}</Field>
      <Field id="user-login" label={t("users.login")} error={errors["login"]} hint={isNew ? "users.login_hint" : undefined}>{(joined) =>
        <input {...joined} value={draft.login} maxLength={64} required readOnly={!isNew} autocomplete="off" spellcheck={false} onInput={typed("login")} />}</Field>
      <Field id="user-role" label={t("users.role")} error={errors["role"]}>{(joined) =>
        <select {...joined} value={draft.role} onChange={(event) => change({ role: event.currentTarget.value })}>
          {ROLES.map((role) => <option key={role} value={role}>{roleWord(role)}</option>)}</select>}</Field>
      <Field id="user-extension" label={t("users.extension")} error={errors["extension"]} hint="users.extension_hint">{(joined) =>
        <input {...joined} value={draft.extension ?? ""} maxLength={8} inputMode="numeric" autocomplete="off" onInput={typed("extension")} />}</Field>
      <Field id="user-team" label={t("users.team")} error={errors["team"]} hint="users.team_hint">{(joined) => <>
        <input {...joined} value={draft.team} maxLength={40} list="user-teams" autocomplete="off" onInput={(event) => change({ team: event.currentTarget.value })} />
        <datalist id="user-teams">{teamsOf(people, currentLanguage()).map((one) => <option key={one} value={one} />)}</datalist></>}</Field>
      <Field id="user-wrap-up" label={t("users.wrap_up_long")} error={errors["wrap_up_s"]} hint="users.wrap_up_hint">{(joined) =>
        <input {...joined} type="number" min="0" max="3600" value={draft.wrap_up_s ?? ""}
          onInput={(event) => change({ wrap_up_s: event.currentTarget.value === "" ? null : Number(event.currentTarget.value) })} />}</Field>
      <Field id="user-language" label={t("users.language")} error={errors["language"]}>{(joined) =>
        <select {...joined} value={draft.language} onChange={(event) => change({ language: event.currentTarget.value })}>
          {Object.entries(LANGUAGES).map(([language, key]) => <option key={language} value={language}>{t(key)}</option>)}</select>}</Field>
    </div>
  );
}

function Password({ value, change, error }: { value: string; change: (password: string) => void; error?: string | undefined }): JSX.Element {
  return (
    <div class="password">
      <Field id="user-password" label={t("signin.password")} error={error} hint="users.password_hint">{(joined) =>
        <input {...joined} value={value} maxLength={256} autocomplete="off" spellcheck={false} onInput={(event) => change(event.currentTarget.value)} />}</Field>
      <button type="button" onClick={() => change(suggested())}>{t("users.suggest")}</button>
    </div>
  );
}

function NewPassword({ login, mine, deeds }: { login: string; mine: boolean; deeds: Deeds }): JSX.Element {
  const [value, setValue] = useState("");
  const [error, setError] = useState("");
  const set = async (event: Event): Promise<void> => {
    event.preventDefault();
    setError("");
    const act = (): Promise<void> => setPassword(login, value).catch((problem: unknown) => {
      setError(problem instanceof ApiError ? mistakeWord(problem.fields["password"] ?? problem.message) : refusalWord(problem));
      throw problem;
    });
    if (await deeds.run({ subject: login, said: t("users.password_set"), act }) && mine) location.assign("/signin");
  };
  return (
    <form class="card-form" onSubmit={(event) => { void set(event); }}>
      <h3>{t("users.password_new")}</h3>
      <p class="hint">{t(mine ? "users.password_own" : "users.password_ends")}</p>
      <Password value={value} change={setValue} error={error || undefined} />
      <p class="buttons"><button type="submit" disabled={deeds.busy !== null || value === ""}>{t("users.password_save")}</button></p>
    </form>
  );
}

const LETTERS = "abcdefghijkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ23456789";
const GROUPS = 4;
const GROUP = 4;

/** A password of 16 letters and digits that are not taken for each other, in groups, to be read out. */
function suggested(): string {
  const random = crypto.getRandomValues(new Uint32Array(GROUPS * GROUP));
  const letters = [...random].map((one) => LETTERS[one % LETTERS.length]);
  return Array.from({ length: GROUPS }, (_, group) => letters.slice(group * GROUP, (group + 1) * GROUP).join("")).join("-");
}
