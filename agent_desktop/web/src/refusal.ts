// Why the server did not do what was asked, in the language of the page.
import { ApiError } from "./api";
import { t, type Key } from "./texts";

const WORDS: Partial<Record<string, Key>> = {
  busy: "refused.busy", not_there: "refused.not_there", unknown_agent: "refused.not_there", consulting: "refused.consulting",
  not_consulting: "refused.not_consulting", not_talking: "refused.not_talking", not_held: "refused.not_held", held_already: "refused.held_already",
  number_not_allowed: "refused.number_not_allowed", no_number: "refused.no_number", no_emergency_line: "refused.no_emergency_line",
  is_callback: "refused.is_callback", same_queue: "refused.same_queue", unknown_queue: "refused.unknown_queue", on_desk_phone: "refused.on_desk_phone",
  offer_over: "refused.offer_over", extended_already: "refused.extended_already", not_in_wrap_up: "refused.not_in_wrap_up",
  no_such_call: "refused.not_talking", not_available: "refused.not_available", no_network: "refused.no_network", wrong_role: "refused.wrong_role",
  listening_already: "refused.listening_already", no_extension: "refused.no_extension", no_such_listening: "refused.no_such_listening",
  listening_failed: "refused.listening_failed", phone_unreachable: "refused.phone_unreachable",
  no_such_case: "refused.no_such_case", photo_erased: "photos.erased", too_many_media_urls: "media.too_many", case_closed: "refused.case_closed", person_known: "refused.person_known", no_call: "refused.no_call", point_invalid: "map.refused",
  invalid: "refused.invalid",
};

/** What to tell whoever asked: the reason where it is known in words, else what the server says of it. */
export function refusal(problem: unknown, fallback: Key = "error.action"): string {
  if (!(problem instanceof ApiError)) return t(fallback);
  const key = WORDS[problem.code];
  return key !== undefined ? t(key) : problem.message || t(fallback);
}
