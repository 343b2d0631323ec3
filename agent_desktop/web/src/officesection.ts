// What a section of the office is: one file each, named in officesections.ts.
import type { JSX } from "preact";
import type { Key } from "./texts";
import type { PageSettings } from "./types";

export interface SectionProps {
  user: PageSettings["user"];
  /** The city's time zone. */
  zone: string;
  /** What follows the section in the address: /office/queues/roads gives ["roads"]. */
  path: string[];
  /** Show another address of the office; [] leads to this section's beginning. */
  go: (path: string[]) => void;
}

export interface Section {
  /** Its word in the address. */
  id: string;
  title: Key;
  roles: string[];
  /** Not for whoever oversees only some queues or teams. */
  wholeLine?: boolean;
  View: (props: SectionProps) => JSX.Element;
}
