"""The places and lengths of time that waiting callers are told, as prompts made from numbers in words."""

from types import MappingProxyType

from contact.announcement import MINUTES, PLACES_MAX, minutes_prompt, place_prompt
from contact.ids import Language
from ivr.adapters.prompt_file import Prompts, PromptText
from ivr.flow.nodes import PromptId
from ivr.flow.phrases import ENGLISH, POLISH, minutes, place

SPOKEN = frozenset({POLISH, ENGLISH})
"""The languages that have words for numbers here; in others callers are told none."""


def with_numbers(prompts: Prompts) -> Prompts:
    """Return `prompts` and every number that may follow an opening; a text of the city's own goes before."""
    return MappingProxyType(
        {language: MappingProxyType({**_numbers(language), **texts}) for language, texts in prompts.items()}
    )


def _numbers(language: Language) -> dict[PromptId, PromptText]:
    if language not in SPOKEN:
        return {}
    texts = {place_prompt(one): place(one, language) for one in range(1, PLACES_MAX + 1)}
    texts |= {minutes_prompt(one): minutes(one, language) for one in MINUTES}
    return {PromptId(name): PromptText(text=f"{text}.", voice=language) for name, text in texts.items()}
