// A version of a card as it was submitted.
import type { JSX } from "preact";
import { instant } from "./format";
import type { Card, Version } from "./qualityapi";
import { q } from "./qualitytexts";
import { answerWord, percentWord } from "./qualitywords";
import { Warning } from "./shell";
import { word } from "./texts";

export function Filled({ card, version, zone }: { card: Card; version: Version; zone: string }): JSX.Element {
  return (
    <article class="part filled" aria-label={q("version", version.number)}>
      <div class="filled-head">
        <p class="large figure">{percentWord(version.percent)}</p>
        <p><strong>{version.author_name}</strong><span class="sub hint">{q("version", version.number)}{version.submitted_at === null ? "" : ` · ${instant(version.submitted_at, zone)}`}</span></p>
        {version.failed ? <p class="alarm"><Warning />{q("failed")} ({q("earned", percentWord(version.earned))})</p> : null}
      </div>
      {version.reason === "" ? null : <p class="notice">{q("corrected_because", version.reason)}</p>}
      <table>
        <thead class="unseen"><tr><th scope="col">{q("question")}</th><th scope="col">{q("score")}</th></tr></thead>
        {card.sheet.sections.map((section) => (
          <tbody key={section.id}>
            <tr><th scope="rowgroup" colSpan={2} class="section-row">{word(section.words, section.id)}</th></tr>
            {section.questions.map((one) => (
              <tr key={one.id}>
                <th scope="row">{word(one.words, one.id)}{one.critical ? <span class="tag critical">{q("critical")}</span> : null}
                  {version.answers[one.id]?.comment ? <span class="sub said">{version.answers[one.id]?.comment}</span> : null}</th>
                <td class={`amount ${version.misses.includes(one.id) ? "alarm" : ""}`}>{version.misses.includes(one.id) ? <Warning /> : null}{answerWord(one, version.answers[one.id])}</td>
              </tr>))}
          </tbody>))}
      </table>
      {version.note === "" ? null : <><h3 class="below">{q("overall")}</h3><p class="said">{version.note}</p></>}
    </article>
  );
}
