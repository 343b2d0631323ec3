import pytest

from contact.errors import NotAvailable
from crm_bridge.asking import Asking
from runtime.db import DatabaseAway


async def answer() -> int:
    return 7


async def away() -> int:
    message = "database: gone"
    raise DatabaseAway(message)


def unprepared() -> None:
    raise NotAvailable("database: not prepared yet")


async def test_what_the_store_says_is_passed_on() -> None:
    assert await Asking(lambda: None)(answer()) == 7


async def test_a_store_that_is_away_is_not_available() -> None:
    with pytest.raises(NotAvailable, match="gone"):
        await Asking(lambda: None)(away())


async def test_a_store_without_tables_is_not_asked() -> None:
    work = answer()
    with pytest.raises(NotAvailable, match="not prepared"):
        await Asking(unprepared)(work)
    assert work.cr_frame is None
