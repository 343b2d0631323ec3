from dataclasses import replace

from agent_desktop.alert import AlertKind
from agent_desktop.recipient import Way
from contact.ids import QueueId
from tests.fakes.notices import alert, recipient


def test_without_kinds_and_queues_every_alert_is_covered() -> None:
    assert recipient().covers(alert())
    assert recipient().covers(alert("telephony_down", None))


def test_kinds_and_queues_both_limit() -> None:
    roads = replace(
        recipient(), kinds=frozenset({AlertKind.LONGEST_WAIT}), queues=frozenset({QueueId("roads")})
    )
    assert roads.covers(alert("longest_wait", "roads"))
    assert not roads.covers(alert("longest_wait", "waste"))
    assert not roads.covers(alert("abandon_burst", "roads"))


def test_an_alert_of_the_whole_centre_concerns_whoever_has_queues_too() -> None:
    assert replace(recipient(), queues=frozenset({QueueId("roads")})).covers(alert("telephony_down", None))


def test_the_address_of_a_webhook_stays_out_of_the_repr() -> None:
    assert "of-a-secret" not in repr(recipient(way=Way.WEBHOOK))
