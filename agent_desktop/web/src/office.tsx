// The office: what administrators and supervisors set up. Each section has a file of its own (officesections.ts).
import { SECTIONS } from "./officesections";
import { start } from "./page";
import { show } from "./sectionpage";
import { t } from "./texts";

show({
  settings: start(), root: "/office", heading: "office.title", label: () => t("office.sections"), sections: SECTIONS, word: (one) => t(one.title),
  away: [{ href: "/board", word: "board.title" }, { href: "/quality", word: "quality.title" }],
});
