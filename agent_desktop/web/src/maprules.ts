// Where things are on the map, and what a typed address or pair of numbers says. Pure.
import type { Outline, Point, Street } from "./desktypes";
import { fold } from "./search";

/** A part of the earth, its width and height in degrees; `shrink` makes a degree of longitude as long as it is there. */
export interface View { west: number; north: number; width: number; height: number }
export const UNITS = 1000;
const MARGIN = 0.02;
const ZOOM_MAX = 32;

export function around(outlines: Outline[]): View {
  const corners = outlines.flatMap((one) => one.rings.flat());
  if (corners.length === 0) return { west: 20.85, north: 52.37, width: 0.42, height: 0.27 };
  const [xs, ys] = [corners.map((one) => one[0]), corners.map((one) => one[1])];
  const [west, north] = [Math.min(...xs), Math.max(...ys)];
  const [width, height] = [Math.max(...xs) - west, north - Math.min(...ys)];
  return { west: west - width * MARGIN, north: north + height * MARGIN, width: width * (1 + 2 * MARGIN), height: height * (1 + 2 * MARGIN) };
}

/** How high the drawing is where it is `UNITS` wide. */
export function drawnHeight(view: View): number {
  const shrink = Math.cos((view.north - view.height / 2) * Math.PI / 180);
  return UNITS * view.height / (view.width * shrink);
}

export function toDrawing(view: View, [longitude, latitude]: readonly [number, number]): [number, number] {
  return [(longitude - view.west) / view.width * UNITS, (view.north - latitude) / view.height * drawnHeight(view)];
}

/** The point at a share of the drawing's width and height, to the sixth decimal: a tenth of a metre. */
export function fromDrawing(view: View, x: number, y: number): Point {
  return { latitude: rounded(view.north - y * view.height), longitude: rounded(view.west + x * view.width) };
}

/** A part of `whole` with `centre` in its middle, `zoom` times as large. */
export function zoomed(whole: View, centre: Point, zoom: number): View {
  const [width, height] = [whole.width / zoom, whole.height / zoom];
  const west = Math.min(Math.max(centre.longitude - width / 2, whole.west), whole.west + whole.width - width);
  const north = Math.max(Math.min(centre.latitude + height / 2, whole.north), whole.north - whole.height + height);
  return { west, north, width, height };
}

export function nextZoom(zoom: number, key: string): number {
  if (key === "+" || key === "=") return Math.min(zoom * 2, ZOOM_MAX);
  return key === "-" ? Math.max(zoom / 2, 1) : zoom;
}

const STEPS: Record<string, [number, number]> = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, 1], ArrowDown: [0, -1] };

/** Where an arrow key moves the cross: a fiftieth of what is seen, a tenth with Shift; null for another key. */
export function stepped(view: View, from: Point, key: string, far: boolean): Point | null {
  const step = STEPS[key];
  if (step === undefined) return null;
  const part = far ? 10 : 50;
  return {
    latitude: rounded(from.latitude + step[1] * view.height / part),
    longitude: rounded(from.longitude + step[0] * view.width / part),
  };
}

/** Two numbers that somebody read from a telephone, as a point. */
export function pointOf(typed: string): Point | null {
  const found = /^\s*(\d{1,2}[.,]\d+)\s*[,; ]\s*(\d{1,3}[.,]\d+)\s*$/.exec(typed);
  if (found === null) return null;
  const [latitude, longitude] = [Number(found[1]!.replace(",", ".")), Number(found[2]!.replace(",", "."))];
  return latitude <= 90 && longitude <= 180 ? { latitude: rounded(latitude), longitude: rounded(longitude) } : null;
}

/** The street that an address begins with: the longest known name in it. */
export function streetOf(address: string, streets: Street[]): Street | undefined {
  const typed = ` ${plain(address)} `;
  return streets.filter((one) => typed.includes(` ${plain(one.name)} `))
    .sort((a, b) => b.name.length - a.name.length)[0];
}

function plain(text: string): string {
  return fold(text).replaceAll(/[^\p{L}\p{N}]+/gu, " ").trim();
}

function rounded(degrees: number): number {
  return Math.round(degrees * 1e6) / 1e6;
}
