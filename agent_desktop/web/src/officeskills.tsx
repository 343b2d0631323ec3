// The matrix of skills: consultants down, skills across, a level in each cell, edited as in a spreadsheet.
// A row is saved when its last cell is left for another row, or by Ctrl+S; routing goes by it from its next decision on.
import type { JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { useDeeds } from "./deed";
import { accounts, setLevels, skills, undoLast, type Account, type Skill } from "./officeapi";
import type { Section, SectionProps } from "./officesection";
import { refusalWord } from "./officewords";
import { SkillGrid } from "./skilltable";
import { columnsOf, rowsOf, sameLevels, type Levels, type Sought } from "./skillgrid";
import { currentLanguage, t } from "./texts";

const SHOWN = 100;
const NAME = /^[a-z][a-z0-9_]{0,63}$/;

function Skills({ user }: SectionProps): JSX.Element {
  const [people, setPeople] = useState<Account[] | null>(null);
  const [known, setKnown] = useState<Skill[]>([]);
  const [drafts, setDrafts] = useState<Record<string, Levels>>({});
  const [added, setAdded] = useState<string[]>([]);
  const [sought, setSought] = useState<Sought>({ agent: "", skill: "", queue: "" });
  const [all, setAll] = useState(false);
  const [failure, setFailure] = useState("");
  const saving = useRef(new Set<string>());
  const deeds = useDeeds(refusalWord);
  const read = async (): Promise<void> => {
    try {
      const [found, named] = await Promise.all([accounts(), skills()]);
      setPeople(found);
      setKnown(named);
      setFailure("");
    } catch (error) {
      setFailure(refusalWord(error));
    }
  };
  useEffect(() => { void read(); }, []);
  const forget = (login: string): void => setDrafts(({ [login]: _done, ...rest }) => rest);
  const save = async (one: Account, wanted: Levels): Promise<void> => {
    if (sameLevels(wanted, one.skills) || saving.current.has(one.login)) return;
    saving.current.add(one.login);
    const well = await deeds.run({
      subject: one.login, said: `${one.name}: ${t("skills.saved")}`,
      act: () => setLevels(one.login, wanted, one.skills), undo: () => undoLast(user.login, "agent.skills_set", one.login).then(read) });
    await read();
    saving.current.delete(one.login);
    if (well) forget(one.login);
  };
  const columns = columnsOf(known, added, sought);
  const rows = rowsOf(people ?? [], sought, currentLanguage());
  const shown = all ? rows : rows.slice(0, SHOWN);
  const queues = [...new Set(known.flatMap((one) => one.queues))].sort();
  return (
    <section aria-labelledby="skills-heading">
      <h2 id="skills-heading">{t("office.skills")}</h2>
      <p class="hint lead-hint">{t("skills.hint")}</p>
      <Filters sought={sought} change={setSought} queues={queues} add={(name) => { setAdded([...added, name]); setSought({ ...sought, skill: "", queue: "" }); }} />
      {deeds.shown}
      {failure === "" ? null : <p class="notice alarm" role="alert">{failure}</p>}
      {people === null ? <p class="hint panel-hint">{t("page.loading")}</p>
        : shown.length === 0 || columns.length === 0 ? <p class="hint panel-hint">{t(rows.length === 0 ? "skills.nobody" : "skills.no_skills")}</p>
        : <SkillGrid rows={shown} columns={columns} drafts={drafts} busy={deeds.busy} forget={forget}
            edit={(login, levels) => setDrafts((before) => ({ ...before, [login]: levels }))} save={(one, levels) => { void save(one, levels); }} />}
      {rows.length > shown.length ? <button type="button" onClick={() => setAll(true)}>{t("board.show_all")} ({rows.length})</button> : null}
    </section>
  );
}

function Filters({ sought, change, queues, add }: {
  sought: Sought; change: (sought: Sought) => void; queues: string[]; add: (name: string) => void;
}): JSX.Element {
  const [name, setName] = useState("");
  const input = (field: "agent" | "skill", label: string): JSX.Element => (
    <label>{label}<input type="search" value={sought[field]} onInput={(event) => change({ ...sought, [field]: event.currentTarget.value })} /></label>
  );
  const submit = (event: Event): void => {
    event.preventDefault();
    if (NAME.test(name)) { add(name); setName(""); }
  };
  return (
    <form class="filter-row" onSubmit={submit}>
      {input("agent", t("skills.agent"))}
      {input("skill", t("skills.skill"))}
      <label>{t("skills.queue")}<select value={sought.queue} onChange={(event) => change({ ...sought, queue: event.currentTarget.value })}>
        <option value="">{t("board.any")}</option>{queues.map((queue) => <option key={queue} value={queue}>{queue}</option>)}</select></label>
      <label>{t("board.skills_new")}<input value={name} maxLength={64} autocomplete="off" spellcheck={false}
        onInput={(event) => setName(event.currentTarget.value.trim().toLowerCase())} /></label>
      <button type="submit" disabled={!NAME.test(name)}>{t("skills.add")}</button>
    </form>
  );
}

export const SKILLS: Section = { id: "skills", title: "office.skills", roles: ["team_lead", "supervisor", "admin"], View: Skills };
