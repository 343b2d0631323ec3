// Notifications of the operating system, for a page that is behind others: what rings must not be missed.
// They say what is asked of the person and no caller's number or name: they stand on a locked screen too.

export const canNotify = (): boolean => "Notification" in globalThis && isSecureContext;
export const mayNotify = (): boolean => canNotify() && Notification.permission === "granted";
export const mayAsk = (): boolean => canNotify() && Notification.permission === "default";

/** Asks once; browsers want this to follow from a press. */
export async function askToNotify(): Promise<void> {
  if (mayAsk()) await Notification.requestPermission().catch(() => "denied");
}

/** Whether the person has this page before them. */
export const isLookedAt = (): boolean => !document.hidden && document.hasFocus();

/** What the title says while something rings behind other pages: it changes with every second. */
export const flashing = (now: number, calling: string, title: string): string =>
  isLookedAt() || Math.floor(now) % 2 === 0 ? calling : title;

/** One notification at a time; it goes when what it tells of is over, or the page is looked at. */
export class Attention {
  #shown: Notification | null = null;
  #about = "";

  /** Show what is the matter, once for each `about`; "" takes it away. */
  tell(about: string, title: string, body: string): void {
    if (about === "" || isLookedAt()) this.#close();
    if (about === this.#about) return;
    this.#about = about;
    if (about === "" || isLookedAt() || !mayNotify()) return;
    this.#close();
    const shown = new Notification(title, { body, tag: about, requireInteraction: true, silent: true });
    shown.onclick = () => { focus(); shown.close(); };
    this.#shown = shown;
  }

  #close(): void {
    this.#shown?.close();
    this.#shown = null;
  }
}
