import assert from "node:assert/strict";
import test from "node:test";
import { around, drawnHeight, fromDrawing, nextZoom, pointOf, stepped, streetOf, toDrawing, zoomed } from "../src/maprules";

const square = { district: "Wola", rings: [[[20.9, 52.2], [21.1, 52.2], [21.1, 52.3], [20.9, 52.3], [20.9, 52.2]] as [number, number][]] };
const streets = [
  { name: "Górczewska", districts: ["Wola", "Bemowo"], latitude: 52.24, longitude: 20.93 },
  { name: "Jana Pawła II w Wesołej", districts: ["Wesoła"], latitude: 52.25, longitude: 21.23 },
  { name: "Al. Jana Pawła II", districts: ["Wola"], latitude: 52.24, longitude: 20.99 },
  { name: "17 Stycznia", districts: ["Włochy"], latitude: 52.18, longitude: 20.96 },
];

test("what is drawn can be pointed at again", () => {
  const view = around([square]);
  const [x, y] = toDrawing(view, [21.0, 52.25]);
  const at = fromDrawing(view, x / 1000, y / drawnHeight(view));
  assert.deepEqual(at, { latitude: 52.25, longitude: 21 });
});

test("a degree of longitude is as long as it is there", () => {
  const view = around([square]);
  assert.ok(Math.abs(drawnHeight(view) / 1000 - 0.5 / Math.cos(52.25 * Math.PI / 180)) < 0.001);
});

test("coming nearer keeps the point in sight and stays within the city", () => {
  const whole = around([square]);
  const view = zoomed(whole, { latitude: 52.3, longitude: 20.9 }, 4);
  assert.equal(view.west, whole.west);
  assert.equal(view.north, whole.north);
  assert.ok(Math.abs(view.width - whole.width / 4) < 1e-9);
  assert.equal(nextZoom(32, "+"), 32);
  assert.equal(nextZoom(1, "-"), 1);
  assert.equal(nextZoom(2, "-"), 1);
});

test("arrows move by a part of what is seen, other keys do not", () => {
  const view = around([square]);
  const from = { latitude: 52.25, longitude: 21 };
  assert.ok(stepped(view, from, "ArrowUp", false)!.latitude > from.latitude);
  const [near, far] = [stepped(view, from, "ArrowRight", false)!, stepped(view, from, "ArrowRight", true)!];
  assert.ok(far.longitude - 21 > 4.9 * (near.longitude - 21));
  assert.equal(stepped(view, from, "a", false), null);
});

test("coordinates are read with points and with commas", () => {
  assert.deepEqual(pointOf("52.2297, 21.0122"), { latitude: 52.2297, longitude: 21.0122 });
  assert.deepEqual(pointOf(" 52,2297 21,0122 "), { latitude: 52.2297, longitude: 21.0122 });
  assert.equal(pointOf("Wolska 1"), null);
  assert.equal(pointOf("99.5, 21.0"), null);
});

test("an address names its street without diacritics, and the longest name wins", () => {
  assert.equal(streetOf("ul. gorczewska 15", streets)?.name, "Górczewska");
  assert.equal(streetOf("Jana Pawla II w Wesolej 3", streets)?.name, "Jana Pawła II w Wesołej");
  assert.equal(streetOf("17 stycznia 4", streets)?.name, "17 Stycznia");
  assert.equal(streetOf("Górczewskiego 3", streets), undefined);
  assert.equal(streetOf("", streets), undefined);
});
