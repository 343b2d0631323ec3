from contact.browser_phone import endpoint_of, secret_of
from contact.ids import Extension

ANNA, BARTEK = Extension("2001"), Extension("2002")


def test_each_phone_has_a_secret_of_its_own_that_stays() -> None:
    assert endpoint_of(ANNA) == "2001-web"
    assert secret_of(ANNA, "master") == secret_of(ANNA, "master")
    assert len({secret_of(ANNA, "master"), secret_of(BARTEK, "master"), secret_of(ANNA, "other")}) == 3
    assert len(secret_of(ANNA, "master")) == 64
