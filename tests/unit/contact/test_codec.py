import json
import typing

import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact import codec, events
from contact.errors import CodecError
from contact.events import CallOffered, Event, OfferFailed, TelephonyLost, TelephonyResynced
from contact.ids import CallId, Extension, OfferId
from contact.states import OfferCause, Outcome

EVENT_TYPES = typing.get_args(Event)
st.register_type_strategy(float, st.floats(allow_nan=False, allow_infinity=False))


@pytest.mark.parametrize("kind", EVENT_TYPES, ids=lambda kind: kind.__name__)
@given(data=st.data())
def test_every_event_reads_back_as_it_was_written(kind: type[Event], data: st.DataObject) -> None:
    event = data.draw(st.from_type(kind))
    text = codec.encode(event)
    assert "\n" not in text
    assert codec.decode(text) == event


def test_every_kind_of_event_is_known_by_its_name() -> None:
    names = {kind.__name__ for kind in EVENT_TYPES}
    assert len(names) == len(EVENT_TYPES)
    assert names >= {"CallArrived", "CallEnded", "CaseOpened", "CaseDelivered"}


def test_polish_letters_stay_readable() -> None:
    text = codec.encode(
        events.CallDiverted(call=CallId("1.1"), outcome=Outcome.EMERGENCY, destination="Łódź, Żoliborz")
    )
    assert "Łódź, Żoliborz" in text


def test_whole_numbers_are_taken_where_seconds_are_meant() -> None:
    ended = codec.decode(
        '{"type":"NodeVisited","call":"1.1","flow":"f","node":"n","heard":"","ended_by":"done","spent_s":2}'
    )
    assert isinstance(ended, events.NodeVisited)
    assert ended.spent_s == 2.0


def test_a_nested_event_reads_back() -> None:
    resynced = TelephonyResynced(
        calls=(CallId("1.1"),),
        waiting=(),
        offers=(
            events.LiveOffer(
                offer=OfferId("a"),
                call=CallId("1.1"),
                extension=Extension("2001"),
                answered=True,
            ),
        ),
        phones=(),
    )
    assert codec.decode(codec.encode(resynced)) == resynced


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("{", "not JSON"),
        ("[]", "an event is a JSON object"),
        ("{}", "no event type None"),
        ('{"type":["x"]}', "no event type"),
        ('{"type":"CallVanished"}', "no event type 'CallVanished'"),
        ('{"type":"OfferRinging"}', "OfferRinging: field 'offer' is missing"),
        ('{"type":"OfferRinging","offer":"a","colour":1}', "OfferRinging: unknown field 'colour'"),
        ('{"type":"OfferRinging","offer":7}', "OfferRinging.offer: expected str, found 7"),
        ('{"type":"OfferFailed","offer":"a","cause":"tired"}', "OfferFailed.cause: 'tired' is not one of"),
        (
            '{"type":"TelephonyResynced","calls":"1.1","waiting":[],"offers":[],"phones":[]}',
            "TelephonyResynced.calls: expected a list",
        ),
        (
            '{"type":"TelephonyResynced","calls":[],"waiting":[],"offers":[{}],"phones":[]}',
            "TelephonyResynced.offers[0]: expected a LiveOffer",
        ),
        (
            '{"type":"AgentConfigured","agent":"a","name":"A","extension":"2001","skills":[["pl"]]}',
            "AgentConfigured.skills[0]: expected 2 items, found 1",
        ),
        (
            '{"type":"AgentConfigured","agent":"a","name":"A","extension":"2001","skills":[["pl",true]]}',
            "AgentConfigured.skills[0][1]: expected int, found True",
        ),
    ],
)
def test_a_mistake_is_named_with_its_place(text: str, reason: str) -> None:
    with pytest.raises(CodecError) as caught:
        codec.decode(text)
    assert reason in str(caught.value)


@given(st.text(max_size=80))
def test_any_text_is_an_event_or_a_codec_error(text: str) -> None:
    try:
        codec.decode(text)
    except CodecError:
        return


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.text(max_size=5), st.lists, max_leaves=5))
def test_any_value_in_a_field_is_read_or_named(value: object) -> None:
    text = json.dumps({"type": "CallOffered", **dict.fromkeys(CallOffered.__slots__, value)})
    with pytest.raises(CodecError, match="CallOffered"):
        codec.decode(text)


def test_optional_fields_may_be_left_out_or_null() -> None:
    full = codec.decode(
        '{"type":"AgentStateChanged","agent":"a","old":"ready","new":"not_ready","availability":"ready",'
        '"reason":"","by":null,"call":null,"since_at":1}'
    )
    assert isinstance(full, events.AgentStateChanged)
    assert full.by is None
    assert full.until_at is None


def test_events_without_fields_have_a_form_too() -> None:
    assert codec.encode(TelephonyLost()) == '{"type":"TelephonyLost"}'
    assert codec.decode('{"type":"TelephonyLost"}') == TelephonyLost()


def test_enumerations_are_written_as_their_words() -> None:
    failed = OfferFailed(offer=OfferId("a"), cause=OfferCause.PHONE_BUSY)
    assert codec.to_plain(failed) == {"type": "OfferFailed", "offer": "a", "cause": "phone_busy"}
