// A consultant's skills on the board: read at a glance, changed in a dialog, the change can be taken back.
import type { JSX } from "preact";
import { useRef, useState } from "preact/hooks";
import { setSkills } from "./api";
import type { Deeds } from "./deed";
import { t } from "./texts";
import type { AgentRow } from "./types";

const LEVEL_MAX = 100;

export function skillsText(one: AgentRow): string {
  return Object.entries(one.skills).map(([skill, level]) => `${skill} ${level}`).join(", ") || "–";
}

export function Skills({ one, known, deeds }: { one: AgentRow; known: string[]; deeds: Deeds }): JSX.Element {
  const dialog = useRef<HTMLDialogElement>(null);
  const [open, setOpen] = useState(false);
  const said = skillsText(one);
  const show = (): void => { setOpen(true); dialog.current?.showModal(); };
  const save = async (skills: Record<string, number>): Promise<void> => {
    const before = { ...one.skills };
    dialog.current?.close();
    await deeds.run({
      subject: one.id, said: `${one.name}: ${t("board.skills_saved")} ${Object.entries(skills).map(([skill, level]) => `${skill} ${level}`).join(", ") || "–"}`,
      act: () => setSkills(one.id, skills), undo: () => setSkills(one.id, before),
    });
  };
  return (
    <>
      <button type="button" class="link" disabled={deeds.busy !== null} onClick={show} title={t("board.skills_edit")}
        aria-label={`${t("board.skills_edit")}: ${one.name}, ${said}`}>{said}</button>
      <dialog ref={dialog} class="skills-dialog" aria-label={`${t("board.skills_edit")}: ${one.name}`} onClose={() => setOpen(false)}>
        {open ? <Form one={one} known={known} save={(skills) => { void save(skills); }} cancel={() => dialog.current?.close()} /> : null}
      </dialog>
    </>
  );
}

function Form({ one, known, save, cancel }: {
  one: AgentRow; known: string[]; save: (skills: Record<string, number>) => void; cancel: () => void;
}): JSX.Element {
  const [levels, setLevels] = useState<Record<string, string>>(
    Object.fromEntries(known.map((skill) => [skill, String(one.skills[skill] ?? "")])));
  const [added, setAdded] = useState("");
  const set = (skill: string, level: string): void => setLevels({ ...levels, [skill]: level });
  const submit = (event: Event): void => {
    event.preventDefault();
    const named = Object.entries(levels).filter(([, level]) => level !== "");
    save(Object.fromEntries(named.map(([skill, level]) => [skill, Number(level)])));
  };
  const add = (): void => {
    if (added !== "" && !(added in levels)) set(added, "50");
    setAdded("");
  };
  return (
    <form onSubmit={submit}>
      <h3>{one.name}</h3>
      <p class="hint">{t("board.skills_hint")}</p>
      <div class="levels">
        {Object.keys(levels).map((skill) => <label key={skill}>{skill}
          <input type="number" min="0" max={LEVEL_MAX} step="1" inputMode="numeric" value={levels[skill]}
            onInput={(event) => set(skill, event.currentTarget.value)} /></label>)}
      </div>
      <div class="skill-add"><label>{t("board.skills_new")}
        <input value={added} pattern="[a-z][a-z0-9_]*" maxLength={64} onInput={(event) => setAdded(event.currentTarget.value.trim().toLowerCase())} /></label>
        <button type="button" disabled={!/^[a-z][a-z0-9_]*$/.test(added)} onClick={add}>+</button></div>
      <p class="buttons"><button type="submit" class="primary">{t("board.save")}</button>
        <button type="button" onClick={cancel}>{t("board.cancel")}</button></p>
    </form>
  );
}
