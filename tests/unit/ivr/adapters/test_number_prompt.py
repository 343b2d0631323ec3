"""The numbers of announcements in words."""

from contact.announcement import MINUTES, PLACES_MAX
from contact.ids import Language
from ivr.adapters.number_prompt import with_numbers
from ivr.adapters.prompt_file import Prompts, PromptText
from ivr.flow.nodes import PromptId

PL, EN, UK = Language("pl"), Language("en"), Language("uk")


def test_every_place_and_length_of_time_has_words_where_there_are_words_for_numbers() -> None:
    prompts: Prompts = {PL: {}, EN: {}, UK: {}}
    made = with_numbers(prompts)
    assert len(made[PL]) == len(made[EN]) == PLACES_MAX + len(MINUTES)
    assert made[UK] == {}
    assert made[PL][PromptId("place_3")] == PromptText(text="trzecie.", voice=PL)
    assert made[EN][PromptId("minutes_25")] == PromptText(text="twenty-five minutes.", voice=EN)


def test_a_text_of_the_city_goes_before() -> None:
    own = PromptText(text="już zaraz", voice=PL)
    assert with_numbers({PL: {PromptId("minutes_1"): own}})[PL][PromptId("minutes_1")] is own
