// A supervisor's phone in the board: there only while they listen, and silent unless they are to be heard.
import { ApiError, listen, stopListening, turnListening } from "./api";
import { SipPhone } from "./sipphone";
import { chosenDevices, closeStream, Meter, openMicrophone, Speaker } from "./sound";
import type { ListenMode, PhoneSettings } from "./types";

export type ListenerState = "closed" | "connecting" | "ringing" | "hearing" | "blocked";

export interface ListenerEvents {
  changed: () => void;
  failed: (problem: unknown) => void;
}

const SILENT_MODES: ListenMode[] = ["listen"];

export class Listener {
  state: ListenerState = "closed";
  call = "";
  mode: ListenMode = "listen";
  readonly ears = new Meter();
  readonly #phone: SipPhone;
  readonly #speaker = new Speaker();
  #asked: { call: string; mode: ListenMode; reason: string } | null = null;
  #id = "";
  #silence: { context: AudioContext; stream: MediaStream } | null = null;
  #microphone: MediaStream | null = null;

  constructor(settings: PhoneSettings, private readonly on: ListenerEvents) {
    this.#phone = new SipPhone(settings.name, `${location.origin.replace(/^http/, "ws")}/api/v1/me/phone`, {
      line: (line) => {
        if (line === "ready") this.#ready();
        else if (line === "taken" || line === "closed") this.#over();
        else if (line === "refused") location.assign("/signin");
      },
      ring: () => { void this.#answer(); },
      heard: (sound) => { this.#speaker.play(sound, chosenDevices().speaker); this.ears.watch(sound); },
      talking: () => this.#be("hearing"),
      ended: () => { if (this.state === "hearing" || this.state === "ringing") this.#phone.close(); },
    });
  }

  start(call: string, mode: ListenMode, reason: string): void {
    if (this.state !== "closed" && this.state !== "blocked") return;
    this.call = call;
    this.mode = mode;
    this.#asked = { call, mode, reason };
    this.#be("connecting");
    this.#phone.open();
  }

  async turn(mode: ListenMode): Promise<void> {
    try {
      if (!SILENT_MODES.includes(mode)) this.#phone.useMicrophone(await this.#voice());
      await turnListening(this.#id, mode);
      if (SILENT_MODES.includes(mode)) this.#phone.useMicrophone(this.#nothing());
      this.mode = mode;
      this.on.changed();
    } catch (problem) {
      this.on.failed(problem);
    }
  }

  stop(): void {
    if (this.#id !== "") stopListening(this.#id).catch(() => undefined);
    this.#phone.close();
  }

  /** Takes note of a listening that the server says is over: one that never rang here ends by this alone. */
  ended(id: string): void {
    if (id === "" || id !== this.#id || this.state !== "ringing") return;
    this.#phone.close();
    this.on.failed(new ApiError(0, "listening_failed", "", {}));
  }

  #ready(): void {
    const asked = this.#asked;
    this.#asked = null;
    if (asked === null) return;
    this.#be("ringing");
    listen(asked.call, asked.mode, asked.reason).then(
      (started) => { this.#id = started.id; this.on.changed(); },
      (problem: unknown) => { this.#phone.close(); this.on.failed(problem); },
    );
  }

  async #answer(): Promise<void> {
    try {
      this.#phone.answer(SILENT_MODES.includes(this.mode) ? this.#nothing() : await this.#voice());
    } catch (problem) {
      this.stop();
      this.#be("blocked");
      this.on.failed(problem);
    }
  }

  async #voice(): Promise<MediaStream> {
    this.#microphone ??= await openMicrophone(chosenDevices().microphone);
    return this.#microphone;
  }

  /** A stream that says nothing: who only listens needs no microphone. */
  #nothing(): MediaStream {
    if (this.#silence === null) {
      // Without a source the graph stands still and sends nothing.
      const context = new AudioContext();
      void context.resume();
      const out = context.createMediaStreamDestination();
      const source = new ConstantSourceNode(context, { offset: 0 });
      source.connect(out);
      source.start();
      this.#silence = { context, stream: out.stream };
    }
    return this.#silence.stream;
  }

  #over(): void {
    this.#speaker.stop();
    this.ears.watch(null);
    closeStream(this.#microphone);
    this.#microphone = null;
    void this.#silence?.context.close();
    this.#silence = null;
    this.#id = "";
    this.#asked = null;
    if (this.state !== "blocked") this.#be("closed");
  }

  #be(state: ListenerState): void {
    this.state = state;
    this.on.changed();
  }
}
