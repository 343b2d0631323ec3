// What was changed, by whom and when.
import type { JSX } from "preact";
import type { Section } from "./officesection";
import { t } from "./texts";

function Changes(): JSX.Element {
  return <section aria-labelledby="changes-heading"><h2 id="changes-heading">{t("office.changes")}</h2></section>;
}

export const CHANGES: Section = { id: "changes", title: "office.changes", roles: ["supervisor", "admin"], View: Changes };
