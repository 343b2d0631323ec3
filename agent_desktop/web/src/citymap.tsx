// The districts as a drawing of our own, on which a point is placed by click or by keyboard.
import type { JSX } from "preact";
import { useMemo, useState } from "preact/hooks";
import type { CityMap, Outline, Point } from "./desktypes";
import { around, drawnHeight, fromDrawing, nextZoom, stepped, toDrawing, UNITS, zoomed, type View } from "./maprules";
import { t } from "./texts";

const STREETS_FROM_ZOOM = 4;

export function Map({ city, point, district, centre, place }: {
  city: CityMap; point: Point | null; district: string; centre: Point | null; place: (at: Point) => void;
}): JSX.Element {
  const whole = useMemo(() => around(city.outlines), [city]);
  const middle = { latitude: whole.north - whole.height / 2, longitude: whole.west + whole.width / 2 };
  const [zoom, setZoom] = useState(1);
  const [moved, setMoved] = useState<Point | null>(null);
  const cross = moved ?? point ?? centre ?? middle;
  const view = zoomed(whole, cross, zoom);
  const key = (event: KeyboardEvent): void => {
    const next = stepped(view, cross, event.key, event.shiftKey);
    if (next !== null) setMoved(next);
    else if (event.key === "Enter" || event.key === " ") take(cross);
    else if (nextZoom(zoom, event.key) !== zoom) setZoom(nextZoom(zoom, event.key));
    else return;
    event.preventDefault();
    event.stopPropagation();
  };
  const take = (at: Point): void => { setMoved(null); place(at); };
  const click = (event: MouseEvent): void => {
    const box = (event.currentTarget as HTMLElement).getBoundingClientRect();
    take(fromDrawing(view, (event.clientX - box.left) / box.width, (event.clientY - box.top) / box.height));
  };
  return (
    <div class="map">
      <div class="map-drawing" role="application" tabIndex={0} aria-label={t("map.label")} aria-describedby="map-hint" onKeyDown={key} onClick={click}>
        <svg viewBox={`0 0 ${UNITS} ${drawnHeight(view)}`} aria-hidden="true">
          {city.outlines.map((one) => <District key={one.district} one={one} view={view} chosen={one.district === district} />)}
          {city.outlines.map((one) => <Name key={one.district} one={one} view={view} />)}
          {zoom < STREETS_FROM_ZOOM ? null : city.streets.map((one) => <Label key={one.name} at={one} view={view} text={one.name} />)}
          <Cross at={cross} view={view} kind="cross" />
          {point === null ? null : <Cross at={point} view={view} kind="pin" />}
        </svg>
      </div>
      <div class="map-foot">
        <p class="hint" id="map-hint">{t("map.hint")}</p>
        <button type="button" aria-label={t("map.nearer")} title={`${t("map.nearer")} (+)`} onClick={() => setZoom(nextZoom(zoom, "+"))}>+</button>
        <button type="button" aria-label={t("map.farther")} title={`${t("map.farther")} (−)`} onClick={() => setZoom(nextZoom(zoom, "-"))}>−</button>
      </div>
    </div>
  );
}

function District({ one, view, chosen }: { one: Outline; view: View; chosen: boolean }): JSX.Element {
  const drawn = one.rings.map((ring) => `M${ring.map((corner) => toDrawing(view, corner).map((part) => part.toFixed(1)).join(" ")).join("L")}Z`);
  return <path class={chosen ? "chosen" : ""} d={drawn.join("")} fill-rule="evenodd" />;
}

/** Above all districts, so that no neighbour covers it; a double name in two lines. */
function Name({ one, view }: { one: Outline; view: View }): JSX.Element {
  const [x, y] = middleOf(one, view);
  const lines = one.district.replace("-", "-\n").split("\n");
  return <text>{lines.map((line, i) => <tspan key={line} x={x} y={y + (i - (lines.length - 1) / 2) * 26}>{line}</tspan>)}</text>;
}

function middleOf(one: Outline, view: View): [number, number] {
  const ring = one.rings[0]!.map((corner) => toDrawing(view, corner));
  const [xs, ys] = [ring.map((corner) => corner[0]), ring.map((corner) => corner[1])];
  return [(Math.min(...xs) + Math.max(...xs)) / 2, (Math.min(...ys) + Math.max(...ys)) / 2];
}

function Label({ at, view, text }: { at: Point; view: View; text: string }): JSX.Element {
  const [x, y] = toDrawing(view, [at.longitude, at.latitude]);
  return <g class="street"><circle cx={x} cy={y} r={4} /><text x={x} y={y - 10}>{text}</text></g>;
}

function Cross({ at, view, kind }: { at: Point; view: View; kind: "cross" | "pin" }): JSX.Element {
  const [x, y] = toDrawing(view, [at.longitude, at.latitude]);
  return kind === "pin"
    ? <path class="pin" d={`M${x} ${y}l-22 -46a24 24 0 1 1 44 0z`} />
    : <path class="cross" d={`M${x - 26} ${y}h52M${x} ${y - 26}v52`} />;
}
