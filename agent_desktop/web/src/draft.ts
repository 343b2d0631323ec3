// The case being written: what is in it, which unit it goes to and why, what is still missing. Pure.
import { readMedia } from "./mediarules";
import type { Key } from "./texts";
import type { Point } from "./desktypes";
import type { Catalogue, Topic } from "./types";

export interface Draft {
  topic: string; district: string; address: string; description: string; unit: string;
  answers: Record<string, string>; disposition: string; note: string; key: string;
  point: Point | null;
  /** Who said which district: a proposal gives way to the next one, a choice by hand does not. */
  districtBy: "" | "street" | "point" | "hand";
  anonymous: boolean;
  /** Links to photos as they were typed, one a line. */
  media: string;
}

export const EMPTY: Draft = {
  topic: "", district: "", address: "", description: "", unit: "", answers: {}, disposition: "", note: "", key: "",
  point: null, districtBy: "", anonymous: false, media: "",
};

export interface Proposal { unit: string; reason: Key }

/** The unit that will own the case: chosen by hand, the district's office, or the topic's owner. */
export function propose(draft: Draft, topic: Topic | undefined, catalogue: Catalogue): Proposal | null {
  if (draft.unit !== "") return { unit: draft.unit, reason: "case.unit_by_hand" };
  if (topic === undefined) return null;
  if (topic.district_decides_unit) {
    const office = catalogue.units.find((one) => one.district !== "" && one.district === draft.district);
    if (office) return { unit: office.id, reason: "case.unit_by_district" };
  }
  return { unit: topic.unit, reason: "case.unit_by_topic" };
}

/** What keeps the draft from being saved, by field. */
export function missing(draft: Draft, topic: Topic | undefined): Record<string, Key> {
  const found: Record<string, Key> = {};
  if (topic === undefined) found["topic"] = "case.topic_required";
  if (topic?.district_decides_unit && draft.district === "" && draft.unit === "") found["district"] = "case.district_required";
  if (draft.description.trim() === "") found["description"] = "case.description_required";
  const { error } = readMedia(draft.media);
  if (error !== null) found["media_urls"] = error;
  for (const one of topic?.questions ?? []) {
    if (one.required && (draft.answers[one.code] ?? "").trim() === "") found[`answers.${one.code}`] = "case.answer_required";
  }
  return found;
}
