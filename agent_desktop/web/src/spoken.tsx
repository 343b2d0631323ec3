// What callers hear, written in both languages.
import type { JSX } from "preact";
import { t } from "./texts";
import type { Names } from "./types";

const CHARACTERS_MAX = 600;

export function Spoken({ id, texts, change, rows = 3, required = true }: {
  id: string; texts: Names; change: (texts: Names) => void; rows?: number; required?: boolean;
}): JSX.Element {
  return (
    <fieldset class="spoken">
      <legend>{t("line.callers_hear")}</legend>
      {(["pl", "en"] as const).map((language) => (
        <label key={language} for={`${id}-${language}`}>{t(language === "pl" ? "language.pl" : "language.en")}
          <textarea id={`${id}-${language}`} lang={language} rows={rows} maxLength={CHARACTERS_MAX} required={required && language === "pl"} value={texts[language] ?? ""}
            onInput={(event) => change({ ...texts, [language]: event.currentTarget.value })} /></label>))}
    </fieldset>
  );
}
