// The event stream: connects, notices gaps, comes back by itself with growing pauses.
import { moveOn, NOTHING, type Live, type Message } from "./live";

const PAUSE_FIRST_MS = 500;
const PAUSE_MAX_MS = 10_000;
const SILENCE_MAX_MS = 8_000;
const CLOSE_SIGNED_OUT = 4401;

export interface Connection {
  live: Live;
  connected: boolean;
  /** When the last message came, by this machine's clock, in milliseconds. */
  heardAt: number;
  /** What to add to this machine's clock to get the server's, in seconds. */
  ahead: number;
}

/** What a page tells the server: that it shows offers, and that it has shown one. */
export type Report = { type: "paints" } | { type: "painted"; offer: string };

/** Where a stream is, what tells whether it still is, and where to go when it is not. */
export interface Place { events: string; alive: string; leave: () => void }

const DESK: Place = { events: "/api/v1/events", alive: "/api/v1/me", leave: () => location.assign("/signin") };

/** Follows the stream; what it returns sends a report if the stream is open. `greets` is sent on each opening. */
export function follow(changed: (connection: Connection) => void, greets?: Report, place: Place = DESK): (report: Report) => void {
  let state: Connection = { live: NOTHING, connected: false, heardAt: Date.now(), ahead: 0 };
  let pause = PAUSE_FIRST_MS;
  let socket: WebSocket | null = null;

  const set = (values: Partial<Connection>): void => {
    state = { ...state, ...values };
    changed(state);
  };

  const connect = (): void => {
    const address = `${location.protocol === "https:" ? "wss" : "ws"}://${location.host}${place.events}`;
    const opened = new WebSocket(address);
    socket = opened;
    let asked = false;
    if (greets) opened.onopen = () => opened.send(JSON.stringify(greets));
    opened.onmessage = (event: MessageEvent<string>) => {
      const message = JSON.parse(event.data) as Message;
      const next = moveOn(state.live, message);
      if (next === null) {
        if (!asked) opened.send(JSON.stringify({ type: "snapshot" }));
        asked = true;
        return;
      }
      asked = false;
      pause = PAUSE_FIRST_MS;
      const now = Date.now();
      set({ live: next, connected: true, heardAt: now, ahead: next.at > 0 ? next.at - now / 1000 : 0 });
    };
    opened.onclose = (event) => {
      if (socket !== opened) return;
      socket = null;
      set({ connected: false });
      if (event.code === CLOSE_SIGNED_OUT) place.leave();
      else retry();
    };
  };

  const retry = (): void => {
    const wait = pause * (0.5 + Math.random() / 2);
    pause = Math.min(pause * 2, PAUSE_MAX_MS);
    setTimeout(() => { void again(); }, wait);
  };

  /** A refused handshake looks like a lost network; asking who I am tells them apart. */
  const again = async (): Promise<void> => {
    try {
      const answer = await fetch(place.alive, { cache: "no-store" });
      if (answer.status === 401 || answer.status === 404) return place.leave();
    } catch {
      return retry();
    }
    connect();
  };

  setInterval(() => {
    if (socket !== null && Date.now() - state.heardAt > SILENCE_MAX_MS) {
      const silent = socket;
      socket = null;
      silent.close();
      set({ connected: false, heardAt: state.heardAt });
      connect();
    }
  }, 2_000);
  addEventListener("online", () => { pause = PAUSE_FIRST_MS; });
  connect();
  return (report) => {
    if (socket?.readyState === WebSocket.OPEN) socket.send(JSON.stringify(report));
  };
}
