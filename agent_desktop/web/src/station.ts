// The consultant's place at this page: one active tab, its microphone, its phone, what rings and when.
import { ApiError, rejoin } from "./api";
import { isOver, mayRing, mustRejoin, type AtPhone } from "./phonerules";
import { SipPhone } from "./sipphone";
import { chosenDevices, chooseDevices, closeStream, Meter, openMicrophone, Ringer, Speaker, type Devices } from "./sound";
import type { LineState, Phone, Ring } from "./telephone";
import type { PhoneSettings, Pop } from "./types";

/** `none`: no phone here; `off`: a desk phone was chosen; `viewer`: another tab or computer has the phone. */
export type StationState = "none" | "off" | "viewer" | "blocked" | "no_microphone" | "connecting" | "ready";

const LOCK = "centrala-phone";
const KEPT_OFF = "centrala-desk-phone";
const KEPT_MUTE = "centrala-muted";
const TURN_MS = 250;
const REJOIN_EVERY_MS = 2_000;
const AUTO_ANSWER_MS = 600;

export class Station {
  state: StationState = "none";
  at: AtPhone = "nothing";
  muted = false;
  rejoining = false;
  readonly ears = new Meter();
  readonly voice = new Meter();
  #phone: Phone | null = null;
  #microphone: MediaStream | null = null;
  #line: LineState = "closed";
  #active = false;
  #pop: Pop | null = null;
  #painted = "";
  #ring: (Ring & { since: number }) | null = null;
  #since = 0;
  #endedAt = -Infinity;
  #askedAt = -Infinity;
  #elsewhere = "";
  readonly #ringer = new Ringer();
  readonly #speaker = new Speaker();

  constructor(private readonly settings: PhoneSettings | null, private readonly changed: () => void) {}

  start(): void {
    if (this.settings === null || !("locks" in navigator) || !("mediaDevices" in navigator)) return;
    this.#phone = new SipPhone(this.settings.name, `${location.origin.replace(/^http/, "ws")}/api/v1/me/phone`, {
      line: (line) => this.#lined(line),
      ring: (ring) => { void this.#rings(ring); },
      heard: (sound) => { this.#speaker.play(sound, this.devices.speaker); this.ears.watch(sound); },
      talking: () => this.#draw(),
      ended: () => this.#ended(),
    });
    navigator.mediaDevices.addEventListener("devicechange", () => { void this.#devicesChanged(); });
    void navigator.permissions.query({ name: "microphone" as PermissionName })
      .then((permission) => { permission.onchange = () => { void this.retry(); }; }, () => undefined);
    setInterval(() => this.#turn(), TURN_MS);
    if (localStorage.getItem(KEPT_OFF) === null) this.#claim(false);
    else this.#be("off");
  }

  get devices(): Devices {
    return chosenDevices();
  }

  get isHere(): boolean {
    return this.state === "ready";
  }

  /** What the server says of the call. */
  show(pop: Pop | null): void {
    if (pop?.call !== this.#pop?.call) this.#elsewhere = "";
    this.#pop = pop;
    this.#turn();
  }

  /** The caller of an offer was really drawn: now it may ring. */
  painted(offer: string): void {
    this.#painted = offer;
    this.#turn();
  }

  async answer(): Promise<void> {
    const ring = this.#ring;
    if (ring === null) return;
    this.#ringer.stop();
    const microphone = await this.#open();
    if (microphone === null || this.#ring !== ring) return;
    this.#ring = null;
    this.#be(this.state, "talking");
    this.#muteBy(ring.rejoins && localStorage.getItem(KEPT_MUTE) === this.#pop?.call);
    this.#phone?.answer(microphone);
  }

  mute(muted: boolean): void {
    if (this.at !== "talking") return;
    if (this.#pop !== null && muted) localStorage.setItem(KEPT_MUTE, this.#pop.call);
    else localStorage.removeItem(KEPT_MUTE);
    this.#muteBy(muted);
  }

  press(digit: string): void {
    this.#phone?.press(digit);
  }

  /** Hear oneself by way of the exchange, or stop hearing. */
  async test(): Promise<void> {
    if (this.at === "testing") return this.#phone?.drop();
    if (this.at !== "nothing" || !this.isHere) return;
    const microphone = await this.#open();
    if (microphone === null) return;
    this.#be(this.state, "testing");
    this.#phone?.test(microphone);
  }

  takeOver(): void {
    if (this.#active) this.#phone?.open();
    else this.#claim(true);
  }

  /** Use the phone in the page, or the one on the desk. */
  use(inPage: boolean): void {
    if (inPage) {
      localStorage.removeItem(KEPT_OFF);
      this.takeOver();
    } else {
      localStorage.setItem(KEPT_OFF, "1");
      this.#phone?.close();
      this.#be("off");
    }
  }

  async choose(devices: Devices): Promise<void> {
    const other = devices.microphone !== this.devices.microphone;
    chooseDevices(devices);
    this.#speaker.route(devices.speaker);
    if (other && this.#microphone !== null) await this.#openAnother();
    this.#draw();
  }

  /** Try again to get at a microphone. */
  async retry(): Promise<void> {
    if (!this.#active || this.state === "off" || this.at !== "nothing") return;
    if (await this.#open() === null) {
      this.#phone?.close();
      return;
    }
    this.#release();
    if (this.#line === "closed") this.#phone?.open();
  }

  #claim(steal: boolean): void {
    if (!steal) this.#be("viewer");
    navigator.locks.request(LOCK, { steal }, () => {
      this.#active = true;
      void this.retry();
      return new Promise<never>(() => undefined);
    }).catch(() => {
      this.#active = false;
      this.#phone?.close();
      this.#claim(false);
    });
    if (steal) this.#be("connecting");
  }

  #lined(line: LineState): void {
    this.#line = line;
    if (line === "ready" || line === "connecting") this.#be(line);
    else if (line === "taken") this.#be("viewer");
    else if (line === "refused") location.assign("/signin");
  }

  async #rings(ring: Ring): Promise<void> {
    this.#ring = { ...ring, since: performance.now() };
    this.#be(this.state, "ringing");
    if (ring.rejoins) await this.answer();
    else await this.#open();
  }

  #ended(): void {
    this.#ringer.stop();
    this.#speaker.stop();
    this.ears.watch(null);
    this.#release();
    if (this.at === "talking") this.#endedAt = performance.now();
    this.#ring = null;
    this.rejoining = false;
    this.#be(this.state, "nothing");
  }

  /** Everything that follows from time having passed, or from news. */
  #turn(): void {
    const now = performance.now();
    const ring = this.#ring;
    if (ring !== null && !ring.rejoins && mayRing(ring.offer, this.#painted, now - ring.since)) this.#ringAloud(ring);
    if (this.#line === "ready" && mustRejoin(this.#pop, this.at, now - this.#endedAt)) this.#rejoin(now);
    if (isOver(this.#pop, this.at, now - this.#since)) this.#phone?.drop();
  }

  #ringAloud(ring: Ring): void {
    if (this.settings?.auto_answer) {
      if (this.#painted !== ring.offer) return;
      this.#painted = "";
      this.#ringer.start(this.devices.ringer, true);
      window.setTimeout(() => { void this.answer(); }, AUTO_ANSWER_MS);
    } else {
      this.#ringer.start(this.devices.ringer);
    }
  }

  #rejoin(now: number): void {
    const call = this.#pop?.call ?? "";
    if (now - this.#askedAt < REJOIN_EVERY_MS || call === this.#elsewhere) return;
    this.#askedAt = now;
    this.rejoining = true;
    this.#draw();
    rejoin(call).catch((problem: unknown) => {
      // The talk is at the phone on the desk, or over: nothing to bring back.
      if (problem instanceof ApiError && problem.status >= 400 && problem.status < 500) this.#elsewhere = call;
      this.rejoining = false;
      this.#draw();
    });
  }

  #muteBy(muted: boolean): void {
    this.muted = muted;
    this.#microphone?.getAudioTracks().forEach((track) => { track.enabled = !muted; });
    this.#phone?.mute(muted);
    this.#draw();
  }

  async #open(): Promise<MediaStream | null> {
    if (this.#microphone !== null) return this.#microphone;
    try {
      const microphone = await openMicrophone(this.devices.microphone);
      this.#microphone = microphone;
      microphone.getAudioTracks()[0]?.addEventListener("ended", () => { void this.#openAnother(); });
      this.voice.watch(microphone);
      return microphone;
    } catch (problem) {
      const denied = problem instanceof DOMException && problem.name === "NotAllowedError";
      this.#be(denied ? "blocked" : "no_microphone");
      return null;
    }
  }

  async #openAnother(): Promise<void> {
    closeStream(this.#microphone);
    this.#microphone = null;
    const microphone = await this.#open();
    if (microphone === null) return;
    microphone.getAudioTracks().forEach((track) => { track.enabled = !this.muted; });
    this.#phone?.useMicrophone(microphone);
  }

  async #devicesChanged(): Promise<void> {
    const known = await navigator.mediaDevices.enumerateDevices();
    const hasMicrophone = known.some((one) => one.kind === "audioinput");
    if (!hasMicrophone && this.at === "nothing" && this.isHere) {
      this.#phone?.close();
      this.#be("no_microphone");
    } else if (hasMicrophone && (this.state === "no_microphone" || this.state === "blocked")) {
      await this.retry();
    }
    this.#draw();
  }

  #release(): void {
    closeStream(this.#microphone);
    this.#microphone = null;
    this.voice.watch(null);
  }

  #be(state: StationState, at: AtPhone = this.at): void {
    if (at !== this.at) this.#since = performance.now();
    if (at === "talking") this.rejoining = false;
    this.state = state;
    this.at = at;
    this.#draw();
  }

  #draw(): void {
    this.changed();
  }
}
