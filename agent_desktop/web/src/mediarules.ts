// Addresses of photos as people paste them: one a line. The same rules as the server's, in words of the page. Pure.
import type { Key } from "./texts";

export const MEDIA_MAX = 5;
export const MEDIA_CHARACTERS_MAX = 500;

/** The addresses in a text, and what is wrong with the first that is none. */
export function readMedia(text: string): { urls: string[]; error: Key | null } {
  const urls = [...new Set(text.split(/\s+/).filter((part) => part !== ""))];
  const error = urls.map(wrong).find((found) => found !== null) ?? (urls.length > MEDIA_MAX ? "media.too_many" : null);
  return { urls, error };
}

function wrong(url: string): Key | null {
  if (url.length > MEDIA_CHARACTERS_MAX) return "media.too_long";
  if (hostOf(url) === null) return "media.no_address";
  return authority(url).includes("@") ? "media.secret" : null;
}

/** The host that a link leads to, which people see before they follow it; null for what is no address of the web. */
export function hostOf(url: string): string | null {
  if (!/^https?:\/\/[^/?#\s\\]/i.test(url) || /[\s\\]/.test(url)) return null;
  try {
    return new URL(url).host || null;
  } catch {
    return null;
  }
}

function authority(url: string): string {
  return /^[^/?#]*/.exec(url.slice(url.indexOf("//") + 2))?.[0] ?? "";
}
