import assert from "node:assert/strict";
import { test } from "node:test";
import { EMPTY, missing } from "../src/draft";
import { hostOf, MEDIA_CHARACTERS_MAX, readMedia } from "../src/mediarules";

test("addresses stand one a line, each once", () => {
  assert.deepEqual(readMedia(" https://a.example/1.jpg\n\nhttp://b.example/?x=1#y\nhttps://a.example/1.jpg"),
    { urls: ["https://a.example/1.jpg", "http://b.example/?x=1#y"], error: null });
  assert.deepEqual(readMedia(" \n"), { urls: [], error: null });
});
test("what is no address of the web is said in words", () => {
  for (const wrong of ["javascript:alert(1)", "a.example/1.jpg", "https://", "https:///x", "https://[::1", "data:image/png,x", "https://a\\@b"]) {
    assert.equal(readMedia(wrong).error, "media.no_address", wrong);
  }
  for (const secret of ["https://anna:haslo@a.example/", "https://a.example@evil.example"]) assert.equal(readMedia(secret).error, "media.secret", secret);
  assert.equal(readMedia("https://a.example/?mail=a@b.example").error, null);
  assert.equal(readMedia(`https://a.example/${"x".repeat(MEDIA_CHARACTERS_MAX)}`).error, "media.too_long");
  assert.equal(readMedia(Array.from({ length: 6 }, (_, i) => `https://a.example/${i}`).join("\n")).error, "media.too_many");
});
test("a wrong address keeps the draft from being saved, at its field", () => {
  assert.equal(missing({ ...EMPTY, media: "nie wiem" }, undefined)["media_urls"], "media.no_address");
});
test("the host of a link is what its reader sees", () => {
  assert.equal(hostOf("https://Zdjecia.example:8443/a@b"), "zdjecia.example:8443");
  assert.equal(hostOf("javascript://a.example/%0aalert(1)"), null);
});
