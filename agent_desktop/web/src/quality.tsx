// Quality cards: a consultant's own, those that leaders make, and what they add up to. Each section has a file of its own.
import { start } from "./page";
import { CALIBRATIONS } from "./qualitycalibrations";
import { CARDS, OWN } from "./qualitycards";
import { RESULTS } from "./qualityresults";
import { REVIEWS } from "./qualityreviews";
import { SHEET } from "./qualitysheet";
import { q } from "./qualitytexts";
import { show } from "./sectionpage";

const settings = start();

show({
  settings, root: "/quality", heading: "quality.title", label: () => q("sections"), word: (one) => q(one.title),
  sections: [REVIEWS, OWN, CARDS, CALIBRATIONS, RESULTS, SHEET],
  // A consultant's desk is their phone: it stays open in its own window.
  away: settings.user.role === "agent" ? [] : [{ href: "/board", word: "board.title" }],
});
