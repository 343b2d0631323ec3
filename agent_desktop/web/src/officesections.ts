// The sections of the office, in the order of its navigation.
import { CHANGES } from "./officechanges";
import { OPENING_HOURS } from "./officehours";
import { RECORDINGS } from "./officerecordings";
import { QUEUES } from "./officequeues";
import type { Section } from "./officesection";
import { SKILLS } from "./officeskills";
import { USERS } from "./officeusers";

export const SECTIONS: Section[] = [USERS, SKILLS, QUEUES, OPENING_HOURS, CHANGES, RECORDINGS];
