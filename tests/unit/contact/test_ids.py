import pytest
from hypothesis import given
from hypothesis import strategies as st

from contact.ids import LegId, OfferId, offer_channel_id, offer_of_channel_id, rejoin_channel_id


@given(st.text("0123456789abcdef-", min_size=1))
def test_an_offer_is_read_back_from_its_channel_id(offer: str) -> None:
    assert offer_of_channel_id(offer_channel_id(OfferId(offer))) == offer
    assert offer_of_channel_id(rejoin_channel_id(OfferId(offer), 12)) == offer


@pytest.mark.parametrize("leg", ["1763800000.42", "offer-7;1", "offer-7;2", "Offer-7", ""])
def test_other_channels_carry_no_offer(leg: str) -> None:
    assert offer_of_channel_id(LegId(leg)) is None
