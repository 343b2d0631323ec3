// What is read once when the page opens and looked things up in: articles, the map, streets.
import { useEffect, useState } from "preact/hooks";
import { cityMap, knowledge } from "./deskapi";
import type { Reference } from "./desktypes";

const RETRY_MS = 3_000;
const NOTHING: Reference = { articles: [], map: { outlines: [], streets: [] } };

export function useReference(): Reference {
  const [reference, set] = useState<Reference>(NOTHING);
  useEffect(() => {
    const again = (load: () => Promise<void>): void => {
      load().catch(() => setTimeout(() => again(load), RETRY_MS));
    };
    again(() => knowledge().then(({ articles }) => set((old) => ({ ...old, articles }))));
    again(() => cityMap().then((map) => set((old) => ({ ...old, map }))));
  }, []);
  return reference;
}
