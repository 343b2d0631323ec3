import pytest

from acd.adapters import ami_parties
from acd.adapters.ami_causes import offer_end, party_end
from acd.adapters.ami_events import AmiTranslator
from acd.adapters.ami_message import AmiEvent
from contact.consult import ConsultEnd, ConsultId, PartyAnswered, PartyGone
from contact.ids import E164, OfferId
from contact.states import OfferCause

CONSULT = ConsultId(OfferId("c1"))


def hangup(leg: str, cause: str) -> AmiEvent:
    return AmiEvent.of({"Event": "Hangup", "Uniqueid": leg, "Cause": cause})


@pytest.mark.parametrize(
    ("cause", "end"),
    [
        ("17", ConsultEnd.BUSY),
        ("21", ConsultEnd.REJECTED),
        ("20", ConsultEnd.UNREACHABLE),
        ("19", ConsultEnd.NO_ANSWER),
        ("16", ConsultEnd.NO_ANSWER),
    ],
)
def test_a_partys_leg_ends_for_a_reason(cause: str, end: ConsultEnd) -> None:
    assert ami_parties.gone(hangup("consult-c1", cause)) == (PartyGone(consult=CONSULT, end=end),)
    assert party_end(int(cause)) is end


def test_other_legs_are_no_partys() -> None:
    assert ami_parties.gone(hangup("1.1", "16")) == ()
    assert ami_parties.gone(hangup("consult-c1;2", "16")) == ()


@pytest.mark.parametrize(
    ("reason", "end"),
    [("3", ConsultEnd.NO_ANSWER), ("5", ConsultEnd.BUSY), ("0", ConsultEnd.UNREACHABLE)],
)
def test_a_party_that_could_not_be_rung_is_gone(reason: str, end: ConsultEnd) -> None:
    fields = {"Event": "OriginateResponse", "ActionID": "consult-c1", "Response": "Failure", "Reason": reason}
    assert ami_parties.not_reached(AmiEvent.of(fields)) == (PartyGone(consult=CONSULT, end=end),)
    assert ami_parties.not_reached(AmiEvent.of({**fields, "Response": "Success"})) == ()
    assert ami_parties.not_reached(AmiEvent.of({**fields, "ActionID": "ping-1"})) == ()


def test_the_translator_tells_of_parties_in_the_order_of_the_events() -> None:
    translator = AmiTranslator(number=E164)
    answered = AmiEvent.of({"Event": "UserEvent", "UserEvent": "ConsultAnswered", "ConsultId": "c1"})
    told = [*translator.translate(answered), *translator.translate(hangup("consult-c1", "16"))]
    assert told == [
        PartyAnswered(consult=CONSULT),
        PartyGone(consult=CONSULT, end=ConsultEnd.NO_ANSWER),
    ]
    assert translator.legs == 0


def test_a_phone_that_never_rang_was_not_reached() -> None:
    assert offer_end(16, rang=False) is OfferCause.PHONE_UNREACHABLE
    assert offer_end(16, rang=True) is OfferCause.NO_ANSWER
