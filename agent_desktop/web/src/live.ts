// The live state of a page: a snapshot moved on by numbered patches. Pure.
import type { ClosureRow, FlashRow } from "./line";
import type { AgentRow, AlertRow, CallRow, HandRow, Pop, QueueRow, SlotRow } from "./types";

type Table<Row> = Record<string, Row>;

export interface Live {
  seq: number;
  at: number;
  telephonyUp: boolean;
  routingUp: boolean;
  queues: Table<QueueRow>;
  agents: Table<AgentRow>;
  calls: Table<CallRow>;
  slots: Table<SlotRow>;
  alerts: Table<AlertRow>;
  hands: Table<HandRow>;
  closures: Table<ClosureRow>;
  flashes: Table<FlashRow>;
  pop: Pop | null;
  /** The listening of one's own that ended last; "" while none has. */
  listeningOver: string;
  /** Grows whenever a photo may have come to a case: one was told of, or messages may have been missed. */
  photoTurn: number;
}

interface Tables {
  queues?: Table<Partial<QueueRow>>;
  agents?: Table<Partial<AgentRow>>;
  calls?: Table<Partial<CallRow>>;
  slots?: Table<Partial<SlotRow>>;
  alerts?: Table<Partial<AlertRow>>;
  hands?: Table<Partial<HandRow>>;
  closures?: Table<Partial<ClosureRow>>;
  flashes?: Table<Partial<FlashRow>>;
}

export type Message =
  | ({ type: "snapshot"; seq: number; at: number; telephony_up: boolean; routing_up: boolean; offer?: Pop | null } & Tables)
  | ({
      type: "patch"; seq: number; at?: number; telephony_up?: boolean; routing_up?: boolean;
      gone?: Partial<Record<keyof Tables, string[]>>;
    } & Tables)
  | ({ type: "offer"; seq: number } & Pop)
  | { type: "photo"; seq: number; number: string }
  | { type: "listening"; seq: number; id: string; began_at: number | null };

export const NOTHING: Live = {
  seq: 0, at: 0, telephonyUp: true, routingUp: true, queues: {}, agents: {}, calls: {}, slots: {}, alerts: {},
  hands: {}, closures: {}, flashes: {}, pop: null, listeningOver: "", photoTurn: 0,
};

/** The state after `message`; null where a message is missing in between. */
export function moveOn(live: Live, message: Message): Live | null {
  if (message.type === "snapshot") {
    return {
      seq: message.seq, at: message.at, telephonyUp: message.telephony_up, routingUp: message.routing_up,
      queues: (message.queues ?? {}) as Table<QueueRow>,
      agents: (message.agents ?? {}) as Table<AgentRow>,
      calls: (message.calls ?? {}) as Table<CallRow>,
      slots: (message.slots ?? {}) as Table<SlotRow>,
      alerts: (message.alerts ?? {}) as Table<AlertRow>,
      hands: (message.hands ?? {}) as Table<HandRow>,
      closures: (message.closures ?? {}) as Table<ClosureRow>,
      flashes: (message.flashes ?? {}) as Table<FlashRow>,
      pop: message.offer ?? null,
      listeningOver: live.listeningOver,
      photoTurn: live.photoTurn + 1,
    };
  }
  if (message.seq !== live.seq + 1) return null;
  if (message.type === "listening") {
    return { ...live, seq: message.seq, listeningOver: message.began_at === null ? message.id : live.listeningOver };
  }
  if (message.type === "photo") return { ...live, seq: message.seq, photoTurn: live.photoTurn + 1 };
  if (message.type === "offer") return { ...live, seq: message.seq, pop: kept(live.pop, message) };
  return {
    ...live,
    seq: message.seq,
    at: message.at ?? live.at,
    telephonyUp: message.telephony_up ?? live.telephonyUp,
    routingUp: message.routing_up ?? live.routingUp,
    queues: merged(live.queues, message.queues, message.gone?.queues),
    agents: merged(live.agents, message.agents, message.gone?.agents),
    calls: merged(live.calls, message.calls, message.gone?.calls),
    slots: merged(live.slots, message.slots, message.gone?.slots),
    alerts: merged(live.alerts, message.alerts, message.gone?.alerts),
    hands: merged(live.hands, message.hands, message.gone?.hands),
    closures: merged(live.closures, message.closures, message.gone?.closures),
    flashes: merged(live.flashes, message.flashes, message.gone?.flashes),
  };
}

const SHOWN = new Set(["pending", "dialling", "accepted", "consulted", "released"]);

/** The pop to show: one that has ended stays away, unless another has come since. */
function kept(old: Pop | null, pop: Pop): Pop | null {
  if (SHOWN.has(pop.state)) return pop;
  return old !== null && old.call !== pop.call ? old : null;
}

function merged<Row extends object>(
  table: Table<Row>, changed: Table<Partial<Row>> | undefined, gone: string[] | undefined,
): Table<Row> {
  if (!changed && !gone) return table;
  const result = { ...table };
  for (const [id, fields] of Object.entries(changed ?? {})) {
    result[id] = { ...result[id], ...fields } as Row;
  }
  for (const id of gone ?? []) delete result[id];
  return result;
}
