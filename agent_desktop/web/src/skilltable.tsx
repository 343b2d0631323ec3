// The cells of the matrix of skills: one of them is open for typing, arrows lead to the next.
import type { JSX, RefObject, TargetedEvent } from "preact";
import { useLayoutEffect, useMemo, useRef, useState } from "preact/hooks";
import type { Account, Skill } from "./officeapi";
import { LEVEL_MAX, levelOf, moved, sameLevels, withLevel, type Cell, type Levels } from "./skillgrid";
import { currentLanguage, t } from "./texts";

// Widths are fixed: a table that fits its content measures every cell again at each key.
const NAME_PX = 210;
const LEVEL_PX = 84;

type Keyed = TargetedEvent<HTMLInputElement, KeyboardEvent>;

export function SkillGrid({ rows, columns, drafts, busy, edit, save, forget }: {
  rows: Account[]; columns: Skill[]; drafts: Record<string, Levels>; busy: string | null;
  edit: (login: string, levels: Levels) => void; save: (one: Account, levels: Levels) => void; forget: (login: string) => void;
}): JSX.Element {
  const [at, setAt] = useState<Cell>({ row: 0, column: 0 });
  const [typed, setTyped] = useState<string | null>(null);
  const wantsFocus = useRef(false);
  const input = useRef<HTMLInputElement>(null);
  const cell = { row: Math.min(at.row, rows.length - 1), column: Math.min(at.column, columns.length - 1) };
  const levels = (one: Account): Levels => drafts[one.login] ?? one.skills;
  useLayoutEffect(() => {
    if (!wantsFocus.current) return;
    wantsFocus.current = false;
    input.current?.focus();
    input.current?.select();
  });
  const isWrong = typed !== null && levelOf(typed) === undefined;
  /** What the open row has with what is typed, null where that is no level. */
  const settle = (): Levels | null => {
    const [one, column] = [rows[cell.row], columns[cell.column]];
    if (!one || !column || isWrong) return null;
    if (typed === null) return levels(one);
    const settled = withLevel(levels(one), column.skill, levelOf(typed) ?? null);
    edit(one.login, settled);
    setTyped(null);
    return settled;
  };
  const leave = (): boolean => {
    const [one, settled] = [rows[cell.row], settle()];
    if (!one || settled === null) return false;
    save(one, settled);
    return true;
  };
  const go = (to: Cell, keeps: boolean): void => {
    if (keeps ? settle() === null : !leave()) return;
    wantsFocus.current = true;
    setAt(to);
  };
  const press = (event: Keyed, one: Account): void => {
    if (event.key === "Escape") {
      if (typed === null) forget(one.login);
      setTyped(null);
      return;
    }
    if (event.key.toLowerCase() === "s" && event.ctrlKey) {
      event.preventDefault();
      leave();
      return;
    }
    const sideways = ["ArrowLeft", "ArrowRight", "Home", "End"].includes(event.key);
    if (event.altKey || event.shiftKey || (sideways && typed !== null && !event.ctrlKey)) return;
    const to = moved(cell, event.key, event.ctrlKey, rows.length, columns.length);
    if (to === null) return;
    event.preventDefault();
    go(to, to.row === cell.row && event.key !== "Enter");
  };
  const away = (event: TargetedEvent<HTMLTableElement, FocusEvent>): void => {
    const to = event.relatedTarget;
    if (to instanceof Node && !event.currentTarget.contains(to)) leave();
  };
  const acts = useRef({ press, go, setTyped });
  acts.current = { press, go, setTyped };
  return (
    <div class="grid-frame">
      <table role="grid" class="grid" aria-label={t("office.skills")} onFocusOut={away} style={{ width: `${NAME_PX + columns.length * LEVEL_PX}px` }}>
        <thead><tr><th scope="col">{t("skills.agent")}</th>
          {columns.map((one) => <th key={one.skill} scope="col" title={usedBy(one)}>{one.skill}<span class="sub">{one.agents.length}</span></th>)}</tr></thead>
        <tbody>{rows.map((one, row) => (
          <Row key={one.login} one={one} row={row} columns={columns} levels={levels(one)} saving={busy === one.login} acts={acts} field={input}
            open={row === cell.row ? { column: cell.column, typed, isWrong } : null} />))}</tbody>
      </table>
      <div role="alert">{isWrong ? <p class="field-error">{t("skills.no_level")}</p> : null}</div>
    </div>
  );
}

interface Acts { press: (event: Keyed, one: Account) => void; go: (to: Cell, keeps: boolean) => void; setTyped: (text: string) => void }

/** One consultant. A row is drawn anew only when something in it differs: there may be 26,000 cells. */
function Row({ one, row, columns, levels, saving, open, acts, field }: {
  one: Account; row: number; columns: Skill[]; levels: Levels; saving: boolean; acts: { current: Acts }; field: RefObject<HTMLInputElement | null>;
  open: { column: number; typed: string | null; isWrong: boolean } | null;
}): JSX.Element {
  const changed = !sameLevels(levels, one.skills);
  const names = columns.map((column) => column.skill).join();
  return useMemo(() => (
    <tr aria-busy={saving} class={changed ? "changed" : ""}>
      <th scope="row">{one.name}{changed ? <span class="hint sub">{t(saving ? "skills.saving" : "skills.unsaved")}</span> : null}</th>
      {columns.map(({ skill }, column) => open?.column === column ? (
        <td key={skill} class="open"><input ref={field} inputMode="numeric" maxLength={3} value={open.typed ?? levels[skill] ?? ""}
          aria-label={`${one.name}, ${skill}`} aria-invalid={open.isWrong} onFocus={(event) => event.currentTarget.select()}
          onInput={(event) => acts.current.setTyped(event.currentTarget.value)} onKeyDown={(event) => acts.current.press(event, one)} /></td>
      ) : (
        <td key={skill} class="figure" onMouseDown={(event) => { event.preventDefault(); acts.current.go({ row, column }, open !== null); }}>{shade(levels[skill])}</td>
      ))}
    </tr>
  ), [one, row, names, levels, saving, changed, open?.column, open?.typed, open?.isWrong, currentLanguage()]);
}

function shade(level: number | undefined): JSX.Element | string {
  if (level === undefined) return "";
  return <span class={`level-${Math.min(4, Math.floor((level * 5) / (LEVEL_MAX + 1)))}`}>{level}</span>;
}

function usedBy(one: Skill): string {
  const parts = [one.queues.length > 0 ? `${t("skills.queues")}: ${one.queues.join(", ")}` : "",
    one.topics.length > 0 ? `${t("skills.topics")}: ${one.topics.length}` : ""];
  return parts.filter((part) => part !== "").join("\n");
}
