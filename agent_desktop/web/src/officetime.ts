// Days on the city's clock. Pure.
const DAY_S = 86_400;

/** When a day such as 2026-03-29 begins and ends in the city; it may have 23 or 25 hours. */
export function dayBounds(day: string, zone: string): { begins: number; ends: number } {
  const utc = Date.parse(`${day}T00:00:00Z`) / 1000;
  return { begins: midnight(utc, zone), ends: midnight(utc + DAY_S, zone) };
}

/** The moment at which the city's clock shows what UTC's shows at `utc`. */
function midnight(utc: number, zone: string): number {
  const guess = utc - ahead(utc, zone);
  return utc - ahead(guess, zone);
}

/** By how many seconds the city's clock is ahead of UTC at a moment. */
function ahead(moment: number, zone: string): number {
  const form: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" };
  if (zone !== "") form.timeZone = zone;
  const parts = new Intl.DateTimeFormat("en-US", form).formatToParts(new Date(moment * 1000));
  const part = (type: string): number => Number(parts.find((one) => one.type === type)?.value);
  return Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second")) / 1000 - moment;
}
