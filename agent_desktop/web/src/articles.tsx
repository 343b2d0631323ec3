// Scripts and articles: the script for the topic first and open, the rest to be opened.
import type { JSX } from "preact";
import type { Article } from "./desktypes";
import { day } from "./format";
import { currentLanguage, t } from "./texts";

/** What fits a topic, or the queue while there is no topic: scripts before articles, then by title. */
export function fitting(articles: Article[], topic: string, queue: string): Article[] {
  const language = currentLanguage();
  const fits = articles.filter((one) => topic !== "" ? one.topics.includes(topic) : one.queues.includes(queue) && one.kind === "script");
  return fits.sort((a, b) => a.kind === b.kind ? titleOf(a).localeCompare(titleOf(b), language) : a.kind === "script" ? -1 : 1);
}

/** What is wanted whatever the matter is: of no topic and no queue. */
export function always(articles: Article[]): Article[] {
  return articles.filter((one) => one.queues.length === 0 && (one.topics.length === 0 || one.topics.includes("case_complaint")));
}

export function titleOf(one: Article): string {
  return (one.texts[currentLanguage()] ?? one.texts["pl"])?.title ?? one.id;
}

export function Articles({ articles, first, heading }: { articles: Article[]; first: boolean; heading: string }): JSX.Element | null {
  if (articles.length === 0) return null;
  return (
    <div class="articles">
      <h3>{heading}</h3>
      {articles.map((one, i) => <Text key={one.id} one={one} open={first && i === 0} />)}
    </div>
  );
}

export function Text({ one, open }: { one: Article; open: boolean }): JSX.Element {
  const text = one.texts[currentLanguage()] ?? one.texts["pl"];
  return (
    <details class="article" open={open}>
      <summary>{titleOf(one)}{one.kind === "script" ? <span class="tag">{t("know.script")}</span> : null}</summary>
      {/* The server made this from Markdown with HTML off: it holds nothing that anybody wrote as HTML. */}
      <div class="prose" tabIndex={0} role="region" aria-label={titleOf(one)} dangerouslySetInnerHTML={{ __html: text?.html ?? "" }} />
      <p class="hint checked">{t("know.checked")} {day(Date.parse(`${one.checked}T12:00:00Z`) / 1000)}</p>
    </details>
  );
}
