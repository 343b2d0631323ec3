// The phone in the page over JsSIP. Only this file knows JsSIP.
import JsSIP from "jssip";
import type { RTCSession } from "jssip/lib/RTCSession";
import type { UA } from "jssip/lib/UA";
import { LineSocket } from "./linesocket";
import type { LineState, Phone, PhoneEvents } from "./telephone";

const CLOSE_SIGNED_OUT = 4401;
const CLOSE_TAKEN_OVER = 4409;
const REGISTER_EVERY_S = 120;
const REGISTER_RETRY_MS = 2_000;
/** Candidates of the own network come at once; nothing further off is waited for longer than this. */
const CANDIDATES_WITHIN_MS = 300;
const OFFER_HEADER = "X-Centrala-Offer";
const TALK_HEADER = "X-Centrala-Talk";
const BUSY = 486;

interface NewSession {
  originator: string; session: RTCSession; request: { getHeader: (name: string) => string | undefined };
}

export class SipPhone implements Phone {
  #agent: UA | null = null;
  #socket: LineSocket | null = null;
  #session: RTCSession | null = null;
  #retry = 0;

  constructor(private readonly name: string, private readonly address: string, private readonly on: PhoneEvents) {}

  open(): void {
    if (this.#agent !== null) return;
    const socket = new LineSocket(this.address, (code) => this.#closed(agent, code));
    this.#socket = socket;
    const agent = new JsSIP.UA({
      sockets: socket as never,
      authorization_user: this.name,
      uri: `sip:${this.name}@${location.hostname}`,
      // The server answers for the session's own phone; what is given here leads nowhere.
      password: "session",
      register_expires: REGISTER_EVERY_S,
      connection_recovery_min_interval: 1,
      connection_recovery_max_interval: 4,
      session_timers: false,
      user_agent: "Centrala",
    });
    this.#agent = agent;
    const say = (state: LineState): void => { if (agent === this.#agent) this.#line(state); };
    agent.on("registered", () => say("ready"));
    agent.on("unregistered", () => say("connecting"));
    agent.on("registrationFailed", () => {
      say("connecting");
      clearTimeout(this.#retry);
      this.#retry = window.setTimeout(() => { if (agent === this.#agent && agent.isConnected()) agent.register(); }, REGISTER_RETRY_MS);
    });
    agent.on("newRTCSession", (event: unknown) => this.#begun(event as NewSession));
    this.#line("connecting");
    agent.start();
  }

  close(): void {
    this.#end("closed");
  }

  answer(microphone: MediaStream): void {
    this.#session?.answer({ mediaStream: microphone, pcConfig: { iceServers: [] } });
  }

  test(microphone: MediaStream): void {
    this.#agent?.call("echo", { mediaStream: microphone, pcConfig: { iceServers: [] } });
  }

  drop(): void {
    const session = this.#session;
    this.#session = null;
    if (session === null) return;
    if (!session.isEnded()) session.terminate();
    this.on.ended();
  }

  mute(muted: boolean): void {
    for (const sender of this.#session?.connection?.getSenders() ?? []) {
      if (sender.track !== null) sender.track.enabled = !muted;
    }
  }

  press(digit: string): void {
    this.#session?.sendDTMF(digit, { transportType: JsSIP.C.DTMF_TRANSPORT.RFC2833 as never, duration: 160 });
  }

  useMicrophone(microphone: MediaStream): void {
    const track = microphone.getAudioTracks()[0] ?? null;
    const sender = this.#session?.connection?.getSenders().find((one) => one.track?.kind === "audio");
    void sender?.replaceTrack(track);
  }

  #begun({ originator, session, request }: NewSession): void {
    const offer = originator === "remote" ? request.getHeader(OFFER_HEADER) : undefined;
    const talk = originator === "remote" ? request.getHeader(TALK_HEADER) : undefined;
    const former = this.#session;
    if (originator === "remote" && former !== null && talk === undefined) {
      session.terminate({ status_code: BUSY });
      return;
    }
    this.#session = session;
    if (former !== null && !former.isEnded()) former.terminate();
    session.on("peerconnection", ({ peerconnection }: { peerconnection: RTCPeerConnection }) => this.#hear(session, peerconnection));
    session.on("icecandidate", ({ ready }: { ready: () => void }) => window.setTimeout(ready, CANDIDATES_WITHIN_MS));
    session.on("confirmed", () => { if (session === this.#session) this.on.talking(); });
    for (const over of ["ended", "failed"] as const) session.on(over, () => this.#over(session));
    if (session.connection as RTCPeerConnection | undefined) this.#hear(session, session.connection);
    if (originator === "remote") this.on.ring({ offer: offer ?? talk ?? "", rejoins: talk !== undefined });
  }

  #hear(session: RTCSession, connection: RTCPeerConnection): void {
    connection.addEventListener("track", (event) => {
      if (session === this.#session) this.on.heard(event.streams[0] ?? new MediaStream([event.track]));
    });
  }

  #over(session: RTCSession): void {
    if (session !== this.#session) return;
    this.#session = null;
    this.on.ended();
  }

  #closed(agent: UA, code: number): void {
    if (agent !== this.#agent) return;
    if (code === CLOSE_TAKEN_OVER) this.#end("taken");
    else if (code === CLOSE_SIGNED_OUT) this.#end("refused");
    else this.#line("connecting");
  }

  #end(state: LineState): void {
    const agent = this.#agent;
    this.#agent = null;
    clearTimeout(this.#retry);
    // The line goes first, so that nobody is told goodbye: the talk may go on at another page.
    this.#socket?.disconnect();
    this.#socket = null;
    this.drop();
    agent?.stop();
    this.#line(state);
  }

  #line(state: LineState): void {
    this.on.line(state);
  }
}
