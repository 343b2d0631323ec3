import json
import re
from dataclasses import replace
from zoneinfo import ZoneInfo

import pytest

from agent_desktop.alert import Alert, AlertKind
from agent_desktop.letter import ENTRIES_MAX, LetterWriter
from agent_desktop.notice import Notices, Occurrence
from agent_desktop.recipient import Recipient, Way
from agent_desktop.sender import Letter
from contact.ids import QueueId
from tests.fakes.notices import BEGAN, SYLWIA, alert, recipient

NAMES = {"pl": "Drogi i infrastruktura", "en": "Roads and infrastructure"}
EVERYTHING = ("raised", "acknowledged", "ended")


def queue_name(queue: QueueId, language: str) -> str:
    return NAMES[language] if queue == "roads" else queue


WRITER = LetterWriter(
    line="19115",
    city="warszawa",
    link="https://desk.example.pl/board",
    zone=ZoneInfo("Europe/Warsaw"),
    queue_name=queue_name,
)


def written(who: Recipient, *found: Occurrence, after_s: float = 10.0, slowed: bool = False) -> Letter:
    notices = Notices([who])
    for one in found:
        notices.restore(one)
    now = BEGAN + after_s
    return WRITER.letter(who, notices.owed(who, now), {SYLWIA: "Sylwia Maj"}, now, slowed=slowed)


def standing(one: Alert) -> Occurrence:
    return Occurrence(alert=one)


def test_an_alert_in_polish() -> None:
    letter = written(recipient(), standing(alert()))
    assert letter.subject == "[19115] Alarm: Drogi i infrastruktura, rozmówca czeka ponad 2 min"
    assert letter.text == (
        "Alarm: Drogi i infrastruktura, rozmówca czeka ponad 2 min\n"
        "22.11.2025, od 09:26. Nikt się tym jeszcze nie zajął.\n\n"
        "Tablica: https://desk.example.pl/board\n\n"
        "-- \nCentrala 19115. Odbiorca: dyżurny. Kto i o czym jest powiadamiany, ustala plik alerts.toml.\n"
    )


def test_an_alert_in_english() -> None:
    letter = written(recipient(language="en"), standing(alert()))
    assert letter.subject == "[19115] Alert: Roads and infrastructure, a caller has been waiting over 2 min"
    assert "2025-11-22, since 09:26. Nobody sees to it yet." in letter.text
    assert letter.language == "en"


def test_an_escalation_says_for_how_long_nobody_has_seen_to_it() -> None:
    letter = written(recipient(after_s=900), standing(alert()), after_s=905)
    assert "Od 15 min 5 s nikt się tym nie zajął." in letter.text


def test_who_sees_to_an_alert_is_named() -> None:
    letter = written(recipient(*EVERYTHING), standing(alert(acknowledged_at=BEGAN + 60)), after_s=61)
    assert letter.subject.startswith("[19115] Alarm przyjęty: Drogi")
    assert "Zajmuje się tym: Sylwia Maj, od 09:27." in letter.text


def test_a_message_that_comes_too_late_tells_both_ends() -> None:
    over = Occurrence(alert=alert(acknowledged_at=BEGAN + 60), ended_at=BEGAN + 1_200)
    letter = written(recipient(), over, after_s=4_000)
    assert letter.subject == "[19115] Koniec alarmu: Drogi i infrastruktura, rozmówca czekał ponad 2 min"
    assert (
        "22.11.2025, od 09:26 do 09:46 (20 min). Alarm przyjęto na tablicy: Sylwia Maj, 09:27." in letter.text
    )


def test_an_end_on_another_day_names_the_day() -> None:
    over = Occurrence(alert=alert(), ended_at=BEGAN + 86_400)
    assert "od 09:26 do 09:26 23.11.2025 (24 godz.)" in written(recipient(), over, after_s=90_000).text
    english = written(recipient(language="en"), over, after_s=90_000)
    assert "from 09:26 to 09:26 on 2025-11-23 (24 h)" in english.text


@pytest.mark.parametrize("language", ["pl", "en"])
@pytest.mark.parametrize("kind", list(AlertKind))
@pytest.mark.parametrize("ended_at", [None, BEGAN + 5])
def test_every_kind_has_its_words(language: str, kind: AlertKind, ended_at: float | None) -> None:
    queue = None if kind in (AlertKind.TELEPHONY_DOWN, AlertKind.OUTBOX_GROWING) else "roads"
    one = alert(kind.value, queue, reading=0.52, bound=0.6)
    letter = written(recipient(language=language), Occurrence(alert=one, ended_at=ended_at))
    title = letter.subject.partition(": ")[2]
    assert len(title) > 15
    assert (queue is None) == (NAMES[language] not in title)
    assert ("52%" in title) == (kind is AlertKind.SERVICE_LEVEL)


def test_alerts_that_came_together_are_one_letter_what_stands_first() -> None:
    over = Occurrence(alert=alert("telephony_down", None, at=BEGAN - 60), ended_at=BEGAN)
    letter = written(recipient(), over, standing(alert(queue="waste", at=BEGAN + 1)), standing(alert()))
    assert letter.subject == (
        "[19115] Alarmy (2), zakończone (1): Drogi i infrastruktura, rozmówca czeka ponad 2 min i inne"
    )
    heads = [
        line
        for line in letter.text.splitlines()
        if ": " in line and "ablica" not in line and "Centrala" not in line
    ]
    assert heads == [
        "Alarm: Drogi i infrastruktura, rozmówca czeka ponad 2 min",
        "Alarm: waste, rozmówca czeka ponad 2 min",
        "Koniec alarmu: brak łączności z telefonią",
    ]
    assert len(letter.threads) == 3


def test_only_ends_are_counted_in_the_subject() -> None:
    ends = [Occurrence(alert=alert(queue=one), ended_at=BEGAN + 5) for one in ("roads", "waste")]
    assert written(recipient(), *ends).subject == "[19115] Zakończone alarmy (2)"
    assert written(recipient(language="en"), *ends).subject == "[19115] Alerts over (2)"


def test_an_alert_that_comes_and_goes_is_one_entry_that_counts() -> None:
    ends = [Occurrence(alert=alert(at=BEGAN + n), ended_at=BEGAN + n + 1) for n in (0, 60, 120)]
    letter = written(recipient(), *ends, standing(alert(at=BEGAN + 180)), after_s=185, slowed=True)
    assert letter.subject == "[19115] Alarm: Drogi i infrastruktura, rozmówca czeka ponad 2 min"
    assert "od 09:29. Nikt się tym jeszcze nie zajął. To już 4. raz od 09:26." in letter.text
    assert "najwyżej 20 na godzinę" in letter.text
    assert len(letter.threads) == 4


def test_a_storm_is_cut_and_says_how_much_more_there_is() -> None:
    found = [standing(alert(queue=f"q{number:02}")) for number in range(ENTRIES_MAX + 7)]
    letter = written(recipient(), *found)
    assert letter.text.count("Alarm: ") == ENTRIES_MAX
    assert "I jeszcze: 7." in letter.text


def test_the_key_is_that_of_the_same_message_and_of_no_other() -> None:
    first = written(recipient(), standing(alert()))
    assert written(recipient(), standing(alert()), after_s=500).key == first.key
    assert re.fullmatch(r"msg_[0-9a-f]{32}", first.key)
    others = {
        written(recipient(name="inny"), standing(alert())).key,
        written(recipient(), Occurrence(alert=alert(), ended_at=BEGAN + 1)).key,
        written(recipient(), standing(alert(at=BEGAN + 1))).key,
    }
    assert len(others | {first.key}) == 4


def test_the_body_of_a_webhook() -> None:
    who = recipient(*EVERYTHING, name="monitoring", way=Way.WEBHOOK, language="en")
    letter = written(who, standing(alert(acknowledged_at=BEGAN + 60)), after_s=61)
    assert json.loads(letter.body) == {
        "version": 1,
        "event": "alert.acknowledged",
        "alert": {
            "id": "longest_wait:roads:1763800000000",
            "kind": "longest_wait",
            "queue": "roads",
            "queue_name": "Roads and infrastructure",
            "reading": 125.0,
            "bound": 120.0,
            "state": "acknowledged",
            "raised_at": "2025-11-22T08:26:40.000Z",
            "acknowledged_at": "2025-11-22T08:27:40.000Z",
            "acknowledged_by": "Sylwia Maj",
            "ended_at": None,
        },
        "text": "Alert seen to: Roads and infrastructure, a caller has been waiting over 2 min",
        "recipient": "monitoring",
        "city": "warszawa",
        "line": "19115",
        "link": "https://desk.example.pl/board",
    }


def test_a_repeated_webhook_is_byte_for_byte_the_same() -> None:
    who = recipient(way=Way.WEBHOOK)
    over = Occurrence(alert=alert("telephony_down", None), ended_at=BEGAN + 5)
    first, second = written(who, over), written(who, over, after_s=600)
    assert (first.key, first.body) == (second.key, second.body)
    assert json.loads(first.body)["alert"]["queue_name"] is None


@pytest.mark.parametrize(("language", "words"), [("pl", "To tylko próba."), ("en", "This is only a test.")])
def test_a_test_says_so(language: str, words: str) -> None:
    letter = WRITER.test(recipient(language=language), BEGAN)
    assert words in letter.text
    body = json.loads(WRITER.test(recipient(way=Way.WEBHOOK), BEGAN).body)
    assert (body["event"], body["alert"]) == ("test", None)


def test_a_name_with_a_line_break_stays_one_line() -> None:
    writer = replace(WRITER, queue_name=lambda queue, language: f"{queue}\r\nBcc: {language}@example.pl")
    who = recipient()
    notices = Notices([who])
    notices.follow([alert()], BEGAN)
    letter = writer.letter(who, notices.owed(who, BEGAN), {}, BEGAN, slowed=False)
    assert "\n" not in letter.subject
    assert "\r" not in letter.subject
