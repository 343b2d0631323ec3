from contact.errors import CentralaError, NotAvailable, Refused


def test_a_refusal_has_a_word_for_programs_and_a_sentence_for_people() -> None:
    refused = Refused("The queue is closed.", code="queue_closed")
    assert (refused.code, refused.reason, str(refused)) == (
        "queue_closed",
        "The queue is closed.",
        "The queue is closed.",
    )


def test_a_refusal_without_a_word_is_called_refused() -> None:
    assert Refused("No.").code == "refused"


def test_not_knowing_is_no_refusal() -> None:
    assert issubclass(NotAvailable, CentralaError)
    assert not issubclass(NotAvailable, Refused)
