// A page of sections, each with a file of its own: the frame, the navigation and the address, /<root>/<section>/<what is open in it>.
import { render, type JSX } from "preact";
import { useEffect, useRef, useState } from "preact/hooks";
import { Preferences } from "./shell";
import { t, type Key } from "./texts";
import type { PageSettings } from "./types";

interface AnySection {
  id: string;
  roles: string[];
  /** Not for whoever oversees only some queues or teams. */
  wholeLine?: boolean;
  View: (props: {
    user: PageSettings["user"]; zone: string; path: string[];
    /** Show another address of this page; of another section where one is named. */
    go: (path: string[], section?: string) => void;
  }) => JSX.Element;
}

export interface SectionPage<Section extends AnySection> {
  settings: PageSettings;
  /** The first part of the address, such as `/office`. */
  root: string;
  heading: Key;
  /** What the list of sections is called. */
  label: () => string;
  sections: Section[];
  word: (section: Section) => string;
  /** Where else one can go from here. */
  away: { href: string; word: Key }[];
}

const parts = (): string[] => location.pathname.split("/").slice(2).filter((part) => part !== "").map(decodeURIComponent);

export function show<Section extends AnySection>(page: SectionPage<Section>): void {
  const app = document.querySelector<HTMLElement>("#app")!;
  app.replaceChildren();
  render(<Page page={page} />, app);
}

function Page<Section extends AnySection>({ page }: { page: SectionPage<Section> }): JSX.Element {
  const { settings, root, sections, word } = page;
  const [, setTurn] = useState(0);
  const main = useRef<HTMLElement>(null);
  const draw = (): void => setTurn((turn) => turn + 1);
  const mine = sections.filter((one) => one.roles.includes(settings.user.role) && (one.wholeLine !== true || settings.user.whole_line));
  const [named = "", ...path] = parts();
  const open = mine.find((one) => one.id === named) ?? mine[0]!;
  const address = (section: string, to: string[]): string => [root, section, ...to.map(encodeURIComponent)].join("/");
  useEffect(() => {
    addEventListener("popstate", draw);
    return () => removeEventListener("popstate", draw);
  }, []);
  useEffect(() => { document.title = `${word(open)} · ${t("app.name")}`; });
  const go = (section: string, to: string[]): void => {
    history.pushState(null, "", address(section, to));
    main.current?.focus();
    scrollTo(0, 0);
    draw();
  };
  /** Open links between sections here, without loading the page anew. */
  const follow = (event: MouseEvent): void => {
    const link = event.target instanceof Element ? event.target.closest("a") : null;
    if (link === null || event.defaultPrevented || !isPlain(event) || link.origin !== location.origin) return;
    const [, first, section, ...to] = link.pathname.split("/");
    if (`/${first}` !== root || section === undefined) return;
    event.preventDefault();
    go(section, to.map(decodeURIComponent));
  };
  return (
    <div class="office">
      <a class="skip" href="#middle">{t("page.skip")}</a>
      <header class="top">
        <h1>{t(page.heading)}</h1>
        {page.away.map((one) => <a key={one.href} class="away" href={one.href}>{t(one.word)}</a>)}
        <Preferences name={settings.user.name} changed={draw} />
      </header>
      <nav aria-label={page.label()}>
        <ul>{mine.map((one) => (
          <li key={one.id}><a href={address(one.id, [])} aria-current={one === open ? "page" : undefined}
            onClick={(event) => { if (isPlain(event)) { event.preventDefault(); go(one.id, []); } }}>{word(one)}</a></li>))}</ul>
      </nav>
      <main id="middle" tabIndex={-1} ref={main} onClick={follow}>
        <open.View key={open.id} user={settings.user} zone={settings.time_zone ?? ""} path={named === open.id ? path : []}
          go={(to, section = open.id) => go(section, to)} />
      </main>
    </div>
  );
}

/** Whether a click asks for this page itself, not for a new tab. */
function isPlain(event: MouseEvent): boolean {
  return event.button === 0 && !event.ctrlKey && !event.metaKey && !event.shiftKey && !event.altKey;
}
