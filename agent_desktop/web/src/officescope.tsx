// What a team lead, supervisor or analyst oversees: teams, queues, districts, each from what there is.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { teamsOf } from "./agentlist";
import { districts, queueNames, type Account, type Scope } from "./officeapi";
import { mistakeWord } from "./officewords";
import { currentLanguage, t, word, type Key } from "./texts";

export const NO_LIMIT: Scope = { teams: [], queues: [], districts: [] };
const SCOPED = ["team_lead", "supervisor", "analyst"];

export const hasScope = (role: string): boolean => SCOPED.includes(role);

type Choice = [id: string, text: string];
const KINDS: [keyof Scope, Key, Key][] = [
  ["teams", "users.scope_teams", "users.scope_teams_hint"],
  ["queues", "users.scope_queues", "users.scope_queues_hint"],
  ["districts", "users.scope_districts", "users.scope_districts_hint"],
];

export function ScopeFields({ scope, change, people, errors }: {
  scope: Scope; change: (scope: Scope) => void; people: Account[]; errors: Record<string, string>;
}): JSX.Element {
  const [known, setKnown] = useState<{ queues: Choice[]; districts: Choice[] }>({ queues: [], districts: [] });
  useEffect(() => {
    queueNames().then((found) => setKnown((old) => ({ ...old, queues: found.map((one) => [one.id, word(one.names, one.id)]) })), () => undefined);
    districts().then((found) => setKnown((old) => ({ ...old, districts: found.map((one) => [one, one]) })), () => undefined);
  }, []);
  const teams = teamsOf(people, currentLanguage()).map((one): Choice => [one, one]);
  const choices: Record<keyof Scope, Choice[]> = { teams, ...known };
  const turn = (kind: keyof Scope, id: string, on: boolean): void =>
    change({ ...scope, [kind]: on ? [...scope[kind], id] : scope[kind].filter((one) => one !== id) });
  return (
    <div class="scope">
      <h3>{t("users.scope")}</h3>
      {KINDS.map(([kind, title, hint]) => (
        <fieldset key={kind} aria-describedby={`scope-${kind}-hint`}>
          <legend>{t(title)}</legend>
          <p id={`scope-${kind}-hint`} class="field-hint">{t(hint)}</p>
          <div class="scope-choices">{withChosen(choices[kind], scope[kind]).map(([id, text]) => (
            <label key={id} class="choice"><input type="checkbox" checked={scope[kind].includes(id)}
              onChange={(event) => turn(kind, id, event.currentTarget.checked)} />{text}</label>))}</div>
          {errors[`scope.${kind}`] ? <p class="field-error" role="alert">{mistakeWord(errors[`scope.${kind}`] ?? "")}</p> : null}
        </fieldset>))}
    </div>
  );
}

/** What there is, and what is chosen though it is no more. */
function withChosen(choices: Choice[], chosen: string[]): Choice[] {
  const known = new Set(choices.map(([id]) => id));
  return [...choices, ...chosen.filter((id) => !known.has(id)).map((id): Choice => [id, id])];
}
