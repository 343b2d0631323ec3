// A field that finds a topic by any form of its words: a combobox with its list.
import type { JSX } from "preact";
import { useMemo, useRef, useState } from "preact/hooks";
import { entry, find } from "./search";
import { currentLanguage, t, word } from "./texts";
import type { Catalogue, Topic } from "./types";

const SHOWN = 8;

export function TopicBox({ catalogue, topic, error, choose }: {
  catalogue: Catalogue; topic: Topic | undefined; error: string | undefined; choose: (id: string) => void;
}): JSX.Element {
  const [typed, setTyped] = useState<string | null>(null);
  const [active, setActive] = useState(0);
  const list = useRef<HTMLUListElement>(null);
  const language = currentLanguage();
  const entries = useMemo(() => catalogue.topics.map((one) => entry(one, word(one.titles, one.id),
    [...Object.values(one.titles), ...one.synonyms])), [catalogue, language]);
  const results = typed === null ? [] : find(entries, typed, SHOWN);
  const open = typed !== null;
  const take = (one: Topic): void => { choose(one.id); setTyped(null); };
  const key = (event: KeyboardEvent): void => {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      if (!open) return setTyped("");
      const step = event.key === "ArrowDown" ? 1 : -1;
      setActive((active + step + results.length) % Math.max(1, results.length));
    } else if (event.key === "Enter" && open && !event.ctrlKey) {
      event.preventDefault();
      const one = results[active];
      if (one) take(one);
    } else if (event.key === "Escape" && open) {
      event.stopPropagation();
      setTyped(null);
    }
  };
  return (
    <div class="field combobox">
      <label for="topic">{t("case.topic")}</label>
      <input id="topic" role="combobox" autocomplete="off" aria-autocomplete="list" aria-expanded={open}
        aria-controls="topics" aria-invalid={error !== undefined} aria-describedby={error ? "topic-error" : undefined}
        aria-activedescendant={open && results[active] ? `topic-${results[active].id}` : undefined}
        placeholder={t("case.topic_hint")} value={typed ?? word(topic?.titles, "")}
        onInput={(event) => { setTyped(event.currentTarget.value); setActive(0); }}
        onFocus={(event) => event.currentTarget.select()} onBlur={() => setTyped(null)} onKeyDown={key} />
      <ul id="topics" role="listbox" aria-label={t("case.topic")} ref={list} hidden={!open || results.length === 0}>
        {results.map((one, i) => (
          <li key={one.id} id={`topic-${one.id}`} role="option" aria-selected={i === active}
            onMouseDown={(event) => { event.preventDefault(); take(one); }}>{word(one.titles, one.id)}</li>
        ))}
      </ul>
      {open && results.length === 0 ? <p class="list-empty" role="status">{t("case.topic_none")}</p> : null}
      {error ? <p class="field-error" id="topic-error">{error}</p> : null}
    </div>
  );
}
