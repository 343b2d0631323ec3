// The board's figures of today by queue, with both service levels named by their formulas.
import type { JSX } from "preact";
import { total } from "./boardtotal";
import { clock, share } from "./format";
import { t, word } from "./texts";
import type { QueueRow, Today as Figures } from "./types";

export function Today({ rows }: { rows: QueueRow[] }): JSX.Element {
  const known = rows.flatMap((one) => (one.today ? [one.today] : []));
  return (
    <section aria-labelledby="today-heading">
      <h2 id="today-heading">{t("board.today")}</h2>
      {known.length === 0 ? <p class="hint">{t("board.no_figures")}</p> : (
        <div class="wide-table" tabIndex={0} role="group" aria-labelledby="today-heading">
          <table>
            <thead><tr>
              <th scope="col">{t("board.queue")}</th>
              <th scope="col" class="amount">{t("board.offered")}</th>
              <th scope="col" class="amount">{t("board.answered")}</th>
              <th scope="col" class="amount">{t("board.abandoned")}</th>
              <th scope="col" class="amount">{t("board.level")}<span class="formula">{t("board.formula_offered")}</span></th>
              <th scope="col" class="amount">{t("board.level")}<span class="formula">{t("board.formula_kept")}</span></th>
              <th scope="col" class="amount"><abbr title={t("board.asa_long")}>ASA</abbr><span class="formula">{t("board.asa")}</span></th>
              <th scope="col" class="amount"><abbr title={t("board.aht_long")}>AHT</abbr><span class="formula">{t("board.aht")}</span></th>
            </tr></thead>
            <tbody>
              {rows.map((one) => <Row key={one.id} name={word(one.names, one.id)} target={one.service_level_s} figures={one.today} />)}
              {rows.length > 1 ? <Row name={t("board.all_queues")} figures={total(known)} all /> : null}
            </tbody>
          </table>
        </div>
      )}
    </section>
  );
}

function Row({ name, target, figures, all }: { name: string; target?: number; figures: Figures | null; all?: boolean }): JSX.Element {
  const cell = (text: string | number | undefined): JSX.Element => <td class="amount figure">{text ?? "–"}</td>;
  return (
    <tr class={all ? "total" : ""}>
      <th scope="row">{name}{target === undefined ? null : <span class="hint"> {t("board.target")} {target} s</span>}</th>
      {cell(figures?.offered)}{cell(figures?.answered)}{cell(figures?.abandoned)}
      {cell(share(figures?.answered_share))}{cell(share(figures?.kept_share))}
      {cell(seconds(figures?.asa_s))}{cell(seconds(figures?.aht_s))}
    </tr>
  );
}

function seconds(value: number | null | undefined): string {
  return value === null || value === undefined ? "–" : clock(value);
}
