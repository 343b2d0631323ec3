// The way from the desk to one's own quality cards. It says how many are new, but never while there is a call.
import type { JSX } from "preact";
import { useEffect, useState } from "preact/hooks";
import { ask } from "./api";
import { t } from "./texts";

const LOOK_EVERY_MS = 300_000;
const UNSEEN = ["submitted", "answered"];

export function OwnCards({ calm }: { calm: boolean }): JSX.Element {
  const [unread, setUnread] = useState(0);
  useEffect(() => {
    if (!calm) return undefined;
    const look = (): void => {
      if (document.hidden) return;
      ask<{ state: string }[]>("GET", "/api/v1/quality/own-cards")
        .then((rows) => setUnread(rows.filter((one) => UNSEEN.includes(one.state)).length), () => undefined);
    };
    look();
    const timer = setInterval(look, LOOK_EVERY_MS);
    // Whoever comes back from the window with the cards has read some.
    addEventListener("focus", look);
    return () => { clearInterval(timer); removeEventListener("focus", look); };
  }, [calm]);
  const said = t("quality.unread").replace("{}", String(unread));
  const name = unread > 0 && calm ? `${t("quality.own")}, ${said}` : t("quality.own");
  return (
    <a class="own-cards" href="/quality" target="_blank" rel="noopener" aria-label={name} title={name}>
      <svg class="shape" viewBox="0 0 16 16" aria-hidden="true"><path fill-rule="evenodd" d="M3 1h10v14H3zM4.6 2.6v10.8h6.8V2.6zM6 5h4v1.4H6zM6 8h4v1.4H6z" /></svg>
      {unread > 0 && calm ? <span class="own-count figure" aria-hidden="true">{unread}</span> : null}
    </a>
  );
}
