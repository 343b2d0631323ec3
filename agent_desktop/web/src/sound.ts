// Sound: devices as they were chosen, the ring, the level of a stream.
const KEPT = "centrala-devices";
const PULSE_MS = 2_000;
const TONES_HZ = [660, 880] as const;

/** Which device is for what; "" is the system's own choice. */
export interface Devices { microphone: string; speaker: string; ringer: string }

type Routed = HTMLAudioElement & { setSinkId?: (id: string) => Promise<void> };

export function chosenDevices(): Devices {
  const nothing: Devices = { microphone: "", speaker: "", ringer: "" };
  try {
    return { ...nothing, ...(JSON.parse(localStorage.getItem(KEPT) ?? "{}") as Partial<Devices>) };
  } catch {
    return nothing;
  }
}

export function chooseDevices(devices: Devices): void {
  localStorage.setItem(KEPT, JSON.stringify(devices));
}

/** Open the chosen microphone, another one where that is gone; the browser's error where there is none. */
export async function openMicrophone(id: string): Promise<MediaStream> {
  const audio = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };
  try {
    return await navigator.mediaDevices.getUserMedia({ audio: id === "" ? audio : { ...audio, deviceId: { exact: id } } });
  } catch (problem) {
    if (id === "" || !(problem instanceof DOMException) || problem.name === "NotAllowedError") throw problem;
    return await navigator.mediaDevices.getUserMedia({ audio });
  }
}

export function closeStream(stream: MediaStream | null): void {
  stream?.getTracks().forEach((track) => track.stop());
}

/** Plays a stream at a device; one that is gone is replaced by the system's own. */
export class Speaker {
  readonly #element: Routed = new Audio();

  play(stream: MediaStream, device: string): void {
    this.#element.srcObject = stream;
    this.#element.autoplay = true;
    this.route(device);
    void this.#element.play().catch(() => undefined);
  }

  route(device: string): void {
    void this.#element.setSinkId?.(device).catch(() => this.#element.setSinkId?.(""));
  }

  stop(): void {
    this.#element.pause();
    this.#element.srcObject = null;
  }
}

/** Two short tones every other second, at the ringer. */
export class Ringer {
  #context: AudioContext | null = null;
  readonly #speaker = new Speaker();
  #timer = 0;

  start(device: string, once = false): void {
    if (this.#timer !== 0) return;
    const context = (this.#context ??= new AudioContext());
    void context.resume();
    const out = context.createMediaStreamDestination();
    this.#speaker.play(out.stream, device);
    const pulse = (): void => TONES_HZ.forEach((tone, i) => beep(context, out, tone, i * 0.25));
    pulse();
    this.#timer = once ? 1 : window.setInterval(pulse, PULSE_MS);
    if (once) window.setTimeout(() => this.stop(), PULSE_MS / 2);
  }

  stop(): void {
    if (this.#timer > 1) clearInterval(this.#timer);
    this.#timer = 0;
    this.#speaker.stop();
  }
}

function beep(context: AudioContext, out: AudioNode, tone: number, after: number): void {
  const gain = new GainNode(context, { gain: 0 });
  const source = new OscillatorNode(context, { frequency: tone });
  const at = context.currentTime + after;
  gain.gain.setValueAtTime(0, at);
  gain.gain.linearRampToValueAtTime(0.25, at + 0.02);
  gain.gain.setValueAtTime(0.25, at + 0.2);
  gain.gain.linearRampToValueAtTime(0, at + 0.23);
  source.connect(gain).connect(out);
  source.start(at);
  source.stop(at + 0.25);
}

/** Measures how loud a stream is, 0 to 1. */
export class Meter {
  #context: AudioContext | null = null;
  #analyser: AnalyserNode | null = null;
  #source: MediaStreamAudioSourceNode | null = null;

  watch(stream: MediaStream | null): void {
    this.#source?.disconnect();
    this.#source = null;
    if (stream === null) return;
    const context = (this.#context ??= new AudioContext());
    void context.resume();
    this.#analyser ??= new AnalyserNode(context, { fftSize: 512 });
    this.#source = context.createMediaStreamSource(stream);
    this.#source.connect(this.#analyser);
  }

  level(): number {
    if (this.#source === null || this.#analyser === null) return 0;
    const samples = new Float32Array(this.#analyser.fftSize);
    this.#analyser.getFloatTimeDomainData(samples);
    const power = samples.reduce((sum, one) => sum + one * one, 0) / samples.length;
    // From -50 dB (silence in a room) to -10 dB (a loud voice).
    const decibel = 10 * Math.log10(power + 1e-9);
    return Math.min(1, Math.max(0, (decibel + 50) / 40));
  }
}
