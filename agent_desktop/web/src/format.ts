// Times and numbers as people read them.
import { currentLanguage } from "./texts";

/** Seconds as m:ss, or h:mm:ss from one hour on. */
export function clock(seconds: number): string {
  const whole = Math.max(0, Math.floor(seconds));
  const two = (value: number): string => String(value).padStart(2, "0");
  const [h, m, s] = [Math.floor(whole / 3600), Math.floor((whole % 3600) / 60), whole % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s)}` : `${m}:${two(s)}`;
}

/** A share of one as per cent, a dash where there is none. */
export function share(part: number | null | undefined): string {
  if (part === null || part === undefined) return "–";
  return new Intl.NumberFormat(currentLanguage(), { style: "percent", maximumFractionDigits: 0 }).format(part);
}

/** The time of day in the city; `zone` "" means this machine's. */
export function hour(moment: number, zone: string): string {
  const form: Intl.DateTimeFormatOptions = { hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (zone !== "") form.timeZone = zone;
  return new Intl.DateTimeFormat(currentLanguage(), form).format(new Date(moment * 1000));
}

export function day(moment: number): string {
  const form = new Intl.DateTimeFormat(currentLanguage(), { day: "numeric", month: "short", year: "numeric" });
  return form.format(new Date(moment * 1000));
}

export function days(count: number): string {
  return new Intl.NumberFormat(currentLanguage(), { style: "unit", unit: "day", unitDisplay: "long" }).format(count);
}

/** A number in groups of three, as it is read out. */
export function grouped(number: string): string {
  const polish = /^\+48(\d{3})(\d{3})(\d{3})$/.exec(number);
  return polish ? `+48 ${polish[1]} ${polish[2]} ${polish[3]}` : number;
}

/** The same with its middle hidden, for what a passer-by may see. */
export function masked(number: string): string {
  return number.length <= 9 ? (number && "***") : `${number.slice(0, 3)} ${number.slice(3, 6)} *** ${number.slice(-3)}`;
}

/** Day and time, short; `zone` "" means this machine's. */
export function instant(moment: number, zone = ""): string {
  const form: Intl.DateTimeFormatOptions = { day: "numeric", month: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" };
  if (zone !== "") form.timeZone = zone;
  return new Intl.DateTimeFormat(currentLanguage(), form).format(new Date(moment * 1000));
}

/** A moment to the second, in the city. */
export function stamp(moment: number, zone: string): string {
  const form: Intl.DateTimeFormatOptions = {
    day: "2-digit", month: "2-digit", year: "numeric", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  if (zone !== "") form.timeZone = zone;
  return new Intl.DateTimeFormat(currentLanguage() === "pl" ? "pl" : "en-GB", form).format(new Date(moment * 1000));
}
