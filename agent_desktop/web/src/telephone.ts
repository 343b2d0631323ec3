// What the desk asks of a phone in the page, whatever speaks SIP behind it. `sipphone.ts` is the one there is.

/** Where the phone's line stands: `taken` by a page elsewhere, `refused` when the session is over. */
export type LineState = "closed" | "connecting" | "ready" | "taken" | "refused";

/** A call that comes in; `rejoins`: it brings back the sound of a talk that goes on. */
export interface Ring { offer: string; rejoins: boolean }

export interface PhoneEvents {
  line: (state: LineState) => void;
  ring: (ring: Ring) => void;
  /** The other side is to be heard from here on. */
  heard: (sound: MediaStream) => void;
  /** Both sides are connected. */
  talking: () => void;
  /** The call at the phone is over, or was never answered. */
  ended: () => void;
}

export interface Phone {
  open: () => void;
  close: () => void;
  answer: (microphone: MediaStream) => void;
  /** Call the exchange's echo. */
  test: (microphone: MediaStream) => void;
  /** End what is at the phone, here and now. */
  drop: () => void;
  mute: (muted: boolean) => void;
  press: (digit: string) => void;
  useMicrophone: (microphone: MediaStream) => void;
}
