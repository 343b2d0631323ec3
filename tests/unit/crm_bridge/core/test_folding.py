from crm_bridge.core.folding import fold


def test_letters_lose_their_marks_and_their_size() -> None:
    assert fold("Zażółć GĘŚLĄ jaźń, Łódź") == "zazolc gesla jazn, lodz"
