// The sections of the office, in the order of its navigation.
import { CHANGES } from "./officechanges";
import type { Section } from "./officesection";

export const SECTIONS: Section[] = [CHANGES];
