// What a board lets its person do. The server decides; a board does not offer what it would refuse.
import type { PageSettings, QueueRow } from "./types";

const LEADERS = ["team_lead", "supervisor", "admin"];
const OVERSEERS = ["supervisor", "admin"];

export interface Rights {
  /** Runs the floor: consultants' states and skills, callers who wait, listening, alerts. */
  leads: boolean;
  /** Sets up what is about the whole line. */
  line: boolean;
  /** Closes a queue or tells its callers something; null is the line. */
  setsUp: (queue: string | null) => boolean;
}

export function rightsOf(user: PageSettings["user"], queues: Record<string, QueueRow>): Rights {
  const oversees = OVERSEERS.includes(user.role);
  const line = oversees && user.whole_line;
  return {
    leads: LEADERS.includes(user.role), line,
    setsUp: (queue) => oversees && (queue === null ? user.whole_line : queue in queues),
  };
}
