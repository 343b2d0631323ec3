// Moments as a field of a form has them, on the clock of the city, whatever clock this machine has.

/** A moment as `2026-12-24T08:00` on the clock of `zone`; "" means this machine's. */
export function toField(moment: number, zone: string): string {
  const form: Intl.DateTimeFormatOptions = {
    year: "numeric", month: "2-digit", day: "2-digit", hour: "2-digit", minute: "2-digit", hourCycle: "h23",
  };
  if (zone !== "") form.timeZone = zone;
  const parts = new Intl.DateTimeFormat("en-GB", form).formatToParts(new Date(moment * 1000));
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? "";
  return `${part("year")}-${part("month")}-${part("day")}T${part("hour")}:${part("minute")}`;
}

/** The moment that a field says on the clock of `zone`; NaN for a field that is not filled. */
export function fromField(text: string, zone: string): number {
  const wanted = Date.parse(`${text}Z`) / 1000;
  if (Number.isNaN(wanted)) return NaN;
  // The offset of the zone is known only at the moment that is looked for: a second look settles it.
  let found = wanted;
  for (let look = 0; look < 2; look += 1) found += wanted - Date.parse(`${toField(found, zone)}Z`) / 1000;
  return found;
}
