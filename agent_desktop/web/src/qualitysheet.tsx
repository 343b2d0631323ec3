// The score sheet in force and the rule of the draw, for everybody who scores or is scored by them.
import type { JSX } from "preact";
import { share } from "./format";
import { rules } from "./qualityapi";
import { LEADERS, useLoaded, Waiting, type QualityProps, type QualitySection } from "./qualitysection";
import { q } from "./qualitytexts";
import { word } from "./texts";

function ScoreSheet(_props: QualityProps): JSX.Element {
  const { found, failure } = useLoaded(rules, []);
  return (
    <section aria-labelledby="sheet-heading">
      <h2 id="sheet-heading">{q("sheet")}</h2>
      {found === null ? <Waiting failure={failure} /> : <>
        <p class="hint lead-hint">{q("sheet_lead")}</p>
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="sheet-heading">
          <table>
            <thead><tr><th scope="col">{q("question")}</th><th scope="col">{q("scale")}</th></tr></thead>
            {found.sheet.sections.map((section) => (
              <tbody key={section.id}>
                <tr><th scope="rowgroup" colSpan={2} class="section-row">{word(section.words, section.id)}</th></tr>
                {section.questions.map((one) => (
                  <tr key={one.id}>
                    <th scope="row">{word(one.words, one.id)}{one.critical ? <span class="tag critical">{q("critical")}</span> : null}
                      {word(one.hint, "") === "" ? null : <span class="sub hint">{word(one.hint, "")}</span>}</th>
                    <td>{one.scale === "yes_no" ? q("scale_yes_no") : one.scale}<span class="sub hint">{q("weight", one.weight)}{one.na ? ` · ${q("na")}` : ""}</span></td>
                  </tr>))}
              </tbody>))}
          </table>
        </div>
        <h3 class="below">{q("rule")}</h3>
        <dl class="talk part">
          <div><dt>{q("rule_week")}</dt><dd class="figure">{found.talks_per_week}</dd></div>
          <div><dt>{q("rule_day")}</dt><dd class="figure">{found.talks_per_day_max}</dd></div>
          <div><dt>{q("rule_length")}</dt><dd class="figure">{found.talk_s_min} s</dd></div>
          <div><dt>{q("rule_callbacks")}</dt><dd class="figure">{share(found.callback_share)}</dd></div>
          <div><dt>{q("rule_keep")}</dt><dd class="figure">{found.keep_months}</dd></div>
        </dl>
      </>}
    </section>
  );
}

export const SHEET: QualitySection = { id: "sheet", title: "sheet", roles: [...LEADERS, "analyst", "agent"], View: ScoreSheet };
