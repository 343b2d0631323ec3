// The office: what administrators and supervisors set up. Each section has a file of its own (officesections.ts);
// this one holds the frame, the navigation and the address: /office/<section>/<what is open in it>.
import { render, type JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import type { Section } from "./officesection";
import { SECTIONS } from "./officesections";
import { start } from "./page";
import { Preferences } from "./shell";
import { t } from "./texts";

const settings = start();
const ROOT = "/office";

const address = (section: string, path: string[]): string => [ROOT, section, ...path.map(encodeURIComponent)].join("/");
const parts = (): string[] => location.pathname.split("/").slice(2).filter((part) => part !== "").map(decodeURIComponent);

function Office(): JSX.Element {
  const [, setTurn] = useState(0);
  const main = useRef<HTMLElement>(null);
  const draw = (): void => setTurn((turn) => turn + 1);
  const mine = SECTIONS.filter((one) => one.roles.includes(settings.user.role) && (one.wholeLine !== true || settings.user.whole_line));
  const [named = "", ...path] = parts();
  const open = mine.find((one) => one.id === named) ?? mine[0]!;
  useEffect(() => {
    addEventListener("popstate", draw);
    return () => removeEventListener("popstate", draw);
  }, []);
  useEffect(() => { document.title = `${t(open.title)} · ${t("app.name")}`; });
  const go = (section: Section, to: string[]): void => {
    history.pushState(null, "", address(section.id, to));
    main.current?.focus();
    scrollTo(0, 0);
    draw();
  };
  return (
    <div class="office">
      <a class="skip" href="#middle">{t("page.skip")}</a>
      <header class="top">
        <h1>{t("office.title")}</h1>
        <a class="away" href="/board">{t("board.title")}</a>
        <Preferences name={settings.user.name} changed={draw} />
      </header>
      <nav aria-label={t("office.sections")}>
        <ul>{mine.map((one) => (
          <li key={one.id}><a href={address(one.id, [])} aria-current={one === open ? "page" : undefined}
            onClick={(event) => { if (isPlain(event)) { event.preventDefault(); go(one, []); } }}>{t(one.title)}</a></li>))}</ul>
      </nav>
      <main id="middle" tabIndex={-1} ref={main}>
        <open.View key={open.id} user={settings.user} zone={settings.time_zone ?? ""} path={named === open.id ? path : []}
          go={(to) => go(open, to)} />
      </main>
    </div>
  );
}

/** Whether a click asks for this page itself, not for a new tab. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}

const app = document.querySelector<HTMLElement>("#app")!;
app.replaceChildren();
render(<Office />, app);
