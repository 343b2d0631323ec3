"""Who may do what on the desktop, route by route, as people would write it on a wall.

`RIGHTS` is the expectation itself and not made from the declarations it is compared with: a route without a
line here fails the test. `anna` has the call that every route is asked about, `bartek` is a consultant like
her without it. `lidia` leads their team, `sylwia` supervises, `adam` is an analyst. Statuses stand in the
order of `PEOPLE`.
"""

import time
from dataclasses import dataclass
from typing import Any

from acd.adapters.policy_store import version_of
from agent_desktop.queue_text import settings_by_queue
from contact.ids import E164, CallId, callback_id
from tests.fakes.roles import CALLER
from tests.integration.desktop_server import CITY

NOBODY, ANNA, BARTEK, LIDIA, SYLWIA, ADAM, ADMIN = (
    *("nobody", "anna", "bartek", "lidia"),
    *("sylwia", "adam", "admin"),
)
PEOPLE = (NOBODY, ANNA, BARTEK, LIDIA, SYLWIA, ADAM, ADMIN)
CALL, WAITS, MESSAGE = CallId("1763800000.5"), CallId("1763800000.6"), CallId("1763800000.7")
CALLBACK = callback_id("1763800000.8")
CARD = "ca4d000000000001"
"""A submitted card of a talk of anna's, made by sylwia."""
WAITING_CALLER, CALLED_BACK = E164("+48601222333"), E164("+48602333444")
CASE = "4711%2F26"
PHOTO = "f" * 32
HIDDEN = {
    NOBODY: (CALLER, WAITING_CALLER, CALLED_BACK),
    ANNA: (WAITING_CALLER,),
    BARTEK: (CALLER, WAITING_CALLER, CALLED_BACK),
    LIDIA: (),
    SYLWIA: (),
    ADAM: (CALLER, WAITING_CALLER, CALLED_BACK),
    ADMIN: (),
}
"""The whole numbers that may stand in no answer to a person."""


@dataclass(frozen=True, slots=True)
class Right:
    """What each person is answered; `path` and `body` are what is asked, "" for the route's own path."""

    statuses: tuple[int, int, int, int, int, int, int]
    path: str = ""
    body: Any = None


ALL = (401, 200, 200, 200, 200, 200, 200)
"""Everybody who is signed in."""
STAFF = (401, 200, 200, 200, 200, 403, 200)
"""Everybody but analysts, who see nothing of callers."""
STAFF_NEWS = (401, 201, 201, 201, 201, 403, 201)
READERS = (401, 403, 403, 200, 200, 200, 200)
"""Whoever sees figures of more than themselves."""
LEADERS = (401, 403, 403, 200, 200, 403, 200)
RECORDED = (401, 204, 404, 403, 403, 403, 403)
"""The recording of her own talk is the consultant's who has the call."""
LEADERS_DEED = (401, 403, 403, 204, 204, 403, 204)
OVERSEERS = (401, 403, 403, 403, 200, 403, 200)
OVERSEERS_DEED = (401, 403, 403, 403, 204, 403, 204)
ADMINS = (401, 403, 403, 403, 403, 403, 200)
OWN_CALL = (401, 204, 404, 403, 403, 403, 403)
"""Only the consultant whose call it is; to another consultant there is no such call."""
CALL_SEEN = (401, 200, 404, 200, 200, 403, 200)
CALL_NOTED = (401, 201, 404, 201, 201, 403, 201)
"""As before, but for those who oversee too."""
CALLER_SEEN = (401, 200, 403, 200, 200, 403, 200)
OWN_WORK = (401, 200, 200, 403, 403, 403, 403)
LISTENERS = (401, 403, 403, 503, 503, 403, 503)
"""Leaders; the routing of these tests has nobody listen, which whoever may ask is told."""
OPEN = (200, 200, 200, 200, 200, 200, 200)
STREAM = (401, 426, 426, 426, 426, 426, 426)
"""A WebSocket, asked without wanting one: whoever is told that may open it."""

_CELINA = {"name": "Celina Melnyk", "role": "agent", "extension": "2003", "skills": {"pl": 80}}
_EWA = {**_CELINA, "login": "ewa", "extension": "2055", "password": "a long password"}
_QUEUES = CITY.with_name("queues.toml").read_text(encoding="utf-8")
_SETTINGS = {"version": version_of(_QUEUES), "settings": settings_by_queue(_QUEUES)["waste"]}
"""What the file says already: whoever may change a queue changes nothing by it."""
_CASE = {"topic": "pothole", "description": "Dziura", "answers": {"side": "jezdnia"}, "call": CALL}
_BACK = {"number": "+48603444555", "queue": "waste"}

UNKNOWN = (401, 403, 403, 403, 404, 403, 404)
"""Overseers, who are told that there is no such thing."""
UNFIT = (401, 403, 403, 403, 422, 403, 422)
"""Overseers, who are told what is wrong with it."""
MADE = (401, 403, 403, 403, 201, 403, 201)
NOW = time.time()
_TEXTS = {"pl": "Uwaga, utrudnienia.", "en": "Mind the road works."}
_CLOSURE = {"reason": "awaria", "until_at": NOW + 3600, "texts": _TEXTS}
_FLASH = {
    "title": "Awaria",
    "place": "line",
    "place_name": "",
    "texts": _TEXTS,
    "starts_at": NOW,
    "ends_at": NOW + 3600,
    "on": True,
}
_FLASHES = "/api/v1/flash-messages"
_QUALITY = "/api/v1/quality"

RIGHTS: dict[str, Right] = {
    "GET /api/v1/me": Right(ALL),
    "GET /api/v1/hands": Right(LEADERS),
    "POST /api/v1/agents/{id}/hand/take": Right(LEADERS, "/api/v1/agents/anna/hand/take"),
    "PUT /api/v1/me/hand": Right((401, 200, 409, 403, 403, 403, 403), body={"note": "nie wiem"}),
    "DELETE /api/v1/me/hand": Right((401, 204, 204, 403, 403, 403, 403)),
    "PUT /api/v1/me/availability": Right(OWN_WORK, body={"availability": "ready"}),
    "GET /api/v1/me/phone": Right((401, 426, 426, 426, 426, 409, 409)),
    "GET /api/v1/queues": Right(ALL),
    "GET /api/v1/day": Right(READERS),
    "GET /api/v1/agents": Right(ALL),
    "GET /api/v1/calls": Right(STAFF),
    "GET /api/v1/calls/{id}": Right(CALL_SEEN, f"/api/v1/calls/{CALL}"),
    "GET /api/v1/calls/{id}/explanation": Right(CALL_SEEN, f"/api/v1/calls/{CALL}/explanation"),
    "GET /api/v1/events": Right(STREAM),
    "POST /api/v1/calls/{id}/hold": Right(OWN_CALL, f"/api/v1/calls/{CALL}/hold"),
    "POST /api/v1/calls/{id}/resume": Right(OWN_CALL, f"/api/v1/calls/{CALL}/resume"),
    "POST /api/v1/calls/{id}/rejoin": Right(OWN_CALL, f"/api/v1/calls/{CALL}/rejoin"),
    "POST /api/v1/calls/{id}/consult": Right(OWN_CALL, f"/api/v1/calls/{CALL}/consult", {"agent": "celina"}),
    "POST /api/v1/calls/{id}/consult/join": Right(OWN_CALL, f"/api/v1/calls/{CALL}/consult/join"),
    "POST /api/v1/calls/{id}/consult/hand-over": Right(OWN_CALL, f"/api/v1/calls/{CALL}/consult/hand-over"),
    "DELETE /api/v1/calls/{id}/consult": Right(OWN_CALL, f"/api/v1/calls/{CALL}/consult"),
    "POST /api/v1/calls/{id}/transfer": Right(OWN_CALL, f"/api/v1/calls/{CALL}/transfer", {"queue": "waste"}),
    "POST /api/v1/calls/{id}/hangup": Right(OWN_CALL, f"/api/v1/calls/{CALL}/hangup"),
    "PUT /api/v1/calls/{id}/wrap-up": Right(
        (401, 200, 404, 403, 403, 403, 403), f"/api/v1/calls/{CALL}/wrap-up", {"note": "oddzwonić"}
    ),
    "PUT /api/v1/calls/{id}/priority": Right(
        LEADERS_DEED, f"/api/v1/calls/{WAITS}/priority", {"priority": 2}
    ),
    "POST /api/v1/calls/{id}/move": Right(LEADERS_DEED, f"/api/v1/calls/{WAITS}/move", {"queue": "waste"}),
    "PUT /api/v1/agents/{id}/availability": Right(
        (401, 403, 403, 404, 200, 403, 200),
        "/api/v1/agents/celina/availability",
        {"availability": "not_ready", "reason": "training"},
    ),
    "POST /api/v1/calls/{id}/listen": Right(
        (401, 403, 403, 503, 503, 403, 409),
        f"/api/v1/calls/{CALL}/listen",
        {"mode": "listen", "reason": "szkolenie"},
    ),
    "PUT /api/v1/listenings/{id}": Right(LISTENERS, "/api/v1/listenings/l-1", {"mode": "whisper"}),
    "DELETE /api/v1/listenings/{id}": Right(LISTENERS, "/api/v1/listenings/l-1"),
    "POST /api/v1/policy/reload": Right(OVERSEERS_DEED),
    "GET /api/v1/alerts": Right(READERS),
    "POST /api/v1/alerts/{id}/acknowledge": Right(LEADERS, "/api/v1/alerts/{alert}/acknowledge"),
    "GET /api/v1/accounts": Right(LEADERS),
    "PUT /api/v1/agents/{id}/skills": Right(
        (401, 403, 403, 404, 200, 403, 200), "/api/v1/agents/celina/skills", {"skills": {"pl": 80}}
    ),
    "PUT /api/v1/accounts/{id}": Right(ADMINS, "/api/v1/accounts/celina", _CELINA),
    "POST /api/v1/accounts": Right((401, 403, 403, 403, 403, 403, 201), body=_EWA),
    "PUT /api/v1/accounts/{id}/password": Right(
        (401, 403, 403, 403, 403, 403, 204),
        "/api/v1/accounts/celina/password",
        {"password": "a long password"},
    ),
    "GET /api/v1/skills": Right(LEADERS),
    "GET /api/v1/policy": Right(OVERSEERS),
    "GET /api/v1/policy/queues.toml": Right(OVERSEERS),
    "POST /api/v1/policy/queues/{id}/preview": Right(
        OVERSEERS, "/api/v1/policy/queues/waste/preview", _SETTINGS
    ),
    "PUT /api/v1/policy/queues/{id}": Right(OVERSEERS, "/api/v1/policy/queues/waste", _SETTINGS),
    "GET /api/v1/changes": Right(LEADERS),
    "GET /api/v1/changes.csv": Right(LEADERS),
    "POST /api/v1/changes/{id}/undo": Right(
        (401, 403, 403, 404, 404, 403, 404), "/api/v1/changes/999999/undo"
    ),
    "GET /api/v1/callbacks": Right(STAFF),
    "POST /api/v1/callbacks": Right(STAFF_NEWS, body=_BACK),
    "DELETE /api/v1/callbacks/{id}": Right(
        (401, 204, 403, 204, 204, 403, 204), f"/api/v1/callbacks/{CALLBACK}"
    ),
    "GET /api/v1/callers/{e164}/history": Right(CALLER_SEEN, f"/api/v1/callers/{CALLER}/history"),
    "POST /api/v1/cases": Right(CALL_NOTED, body=_CASE),
    "GET /api/v1/cases": Right(CALLER_SEEN, f"/api/v1/cases?caller=%2B{CALLER[1:]}"),
    "GET /api/v1/cases/{number}": Right(STAFF, f"/api/v1/cases/{CASE}"),
    "GET /api/v1/catalogue": Right(ALL),
    "GET /api/v1/deliveries/undeliverable": Right(OVERSEERS),
    "POST /api/v1/deliveries/{number}/send-again": Right(
        OVERSEERS_DEED, f"/api/v1/deliveries/{CASE}/send-again"
    ),
    "GET /api/v1/voicemails": Right(STAFF),
    "GET /api/v1/voicemails/{id}": Right(CALL_SEEN, f"/api/v1/voicemails/{MESSAGE}"),
    "GET /api/v1/voicemails/{id}/audio": Right(CALL_SEEN, f"/api/v1/voicemails/{MESSAGE}/audio"),
    "PUT /api/v1/voicemails/{id}": Right(CALL_SEEN, f"/api/v1/voicemails/{MESSAGE}", {"done": True}),
    "POST /api/v1/calls/{id}/recording/pause": Right(RECORDED, f"/api/v1/calls/{CALL}/recording/pause"),
    "POST /api/v1/calls/{id}/recording/resume": Right(RECORDED, f"/api/v1/calls/{CALL}/recording/resume"),
    "DELETE /api/v1/calls/{id}/recording": Right(RECORDED, f"/api/v1/calls/{CALL}/recording"),
    "POST /api/v1/recordings/search": Right(LEADERS, body={"reason": "reklamacja"}),
    "POST /api/v1/recordings/{id}/plays": Right(
        LEADERS, "/api/v1/recordings/{recording}/plays", {"reason": "reklamacja"}
    ),
    "GET /api/v1/recordings/{id}/sound": Right(LEADERS, "/api/v1/recordings/{recording}/sound"),
    "POST /api/v1/recordings/erase": Right(
        OVERSEERS, body={"caller": "+48600999888", "reason": "wniosek RODO"}
    ),
    "GET /api/v1/tv-boards": Right(OVERSEERS),
    "POST /api/v1/tv-boards": Right(MADE, body={"name": "Sala 2"}),
    "PUT /api/v1/tv-boards/{id}": Right(OVERSEERS, "/api/v1/tv-boards/{board}", {"revoked": True}),
    "GET /api/v1/nearby-cases": Right(STAFF, "/api/v1/nearby-cases?topic=pothole&address=Wolska"),
    "GET /api/v1/cases/{number}/file": Right(STAFF, f"/api/v1/cases/{CASE}/file"),
    "POST /api/v1/cases/{number}/reporters": Right(
        CALL_NOTED, f"/api/v1/cases/{CASE}/reporters", {"call": CALL}
    ),
    "POST /api/v1/cases/{number}/notes": Right(
        CALL_NOTED, f"/api/v1/cases/{CASE}/notes", {"text": "Ponaglenie", "call": CALL}
    ),
    "POST /api/v1/cases/{number}/links": Right(
        CALL_NOTED,
        f"/api/v1/cases/{CASE}/links",
        {"urls": ["https://zdjecia.example.pl/1.jpg"], "call": CALL},
    ),
    "POST /api/v1/cases/{number}/photo-request": Right(
        (401, 201, 404, 403, 403, 403, 403), f"/api/v1/cases/{CASE}/photo-request", {"call": CALL}
    ),
    "DELETE /api/v1/cases/{number}/photo-request": Right(OWN_WORK, f"/api/v1/cases/{CASE}/photo-request"),
    "GET /api/v1/cases/{number}/photos": Right(STAFF, f"/api/v1/cases/{CASE}/photos"),
    "GET /api/v1/cases/{number}/photos/{id}": Right(STAFF, f"/api/v1/cases/{CASE}/photos/{PHOTO}"),
    "PUT /api/v1/cases/{number}/photos/{id}": Right(
        STAFF, f"/api/v1/cases/{CASE}/photos/{PHOTO}", {"removed": True}
    ),
    "GET /api/v1/calls/{id}/cases": Right(CALL_SEEN, f"/api/v1/calls/{CALL}/cases"),
    "POST /api/v1/calls/{id}/cases": Right(CALL_SEEN, f"/api/v1/calls/{CALL}/cases", {"number": "4711/26"}),
    "GET /api/v1/callers": Right(CALLER_SEEN, "/api/v1/callers?text=nowak"),
    "PUT /api/v1/calls/{id}/person": Right(
        (401, 200, 404, 403, 403, 403, 403), f"/api/v1/calls/{CALL}/person", {"name": "Ewa Lis"}
    ),
    "GET /api/v1/knowledge": Right(ALL),
    "GET /api/v1/places": Right(ALL),
    "GET /api/v1/places/at": Right(ALL, "/api/v1/places/at?latitude=52.23&longitude=20.95"),
    "GET /api/v1/me/favourites": Right(ALL),
    "PUT /api/v1/me/favourites": Right(ALL, body={"favourites": [{"kind": "unit", "target": "zdm"}]}),
    "GET /api/v1/me/day": Right(OWN_WORK),
    "GET /api/v1/closures": Right(ALL),
    "POST /api/v1/closures": Right(MADE, body={"queue": "waste", **_CLOSURE}),
    "PUT /api/v1/closures/{id}": Right(UNKNOWN, "/api/v1/closures/none", _CLOSURE),
    "DELETE /api/v1/closures/{id}": Right(UNKNOWN, "/api/v1/closures/none"),
    "GET /api/v1/flash-messages": Right(ALL),
    "POST /api/v1/flash-messages": Right(MADE, body=_FLASH),
    "PUT /api/v1/flash-messages/{id}": Right(UNKNOWN, f"{_FLASHES}/none", _FLASH),
    "PUT /api/v1/flash-messages/{id}/state": Right(UNKNOWN, f"{_FLASHES}/none/state", {"on": False}),
    "GET /api/v1/flash-messages/{id}/recordings/{language}": Right(UNKNOWN, f"{_FLASHES}/none/recordings/pl"),
    "PUT /api/v1/flash-messages/{id}/recordings/{language}": Right(UNFIT, f"{_FLASHES}/none/recordings/pl"),
    "DELETE /api/v1/flash-messages/{id}/recordings/{language}": Right(
        UNKNOWN, f"{_FLASHES}/none/recordings/pl"
    ),
    "GET /api/v1/flow-places": Right(OVERSEERS),
    "GET /api/v1/schedules": Right(OVERSEERS),
    "PUT /api/v1/schedules/{id}": Right(UNFIT, "/api/v1/schedules/none", {}),
    "DELETE /api/v1/schedules/{id}": Right(UNKNOWN, "/api/v1/schedules/none"),
    "GET /api/v1/quality/sheet": Right(ALL),
    "GET /api/v1/quality/reviews": Right(LEADERS),
    "GET /api/v1/quality/cards": Right(LEADERS),
    "POST /api/v1/quality/cards": Right(LEADERS, body={"call": CALL}),
    "GET /api/v1/quality/cards/{id}": Right(CALL_SEEN, f"{_QUALITY}/cards/{CARD}"),
    "PUT /api/v1/quality/cards/{id}/draft": Right(
        LEADERS, f"{_QUALITY}/cards/{CARD}/draft", {"answers": {}, "reason": "pomyłka"}
    ),
    "DELETE /api/v1/quality/cards/{id}/draft": Right(LEADERS_DEED, f"{_QUALITY}/cards/{CARD}/draft"),
    "POST /api/v1/quality/cards/{id}/submit": Right(
        (401, 403, 403, 422, 422, 403, 422), f"{_QUALITY}/cards/{CARD}/submit", {"answers": {}}
    ),
    "POST /api/v1/quality/cards/{id}/uphold": Right(
        (401, 403, 403, 409, 409, 403, 409), f"{_QUALITY}/cards/{CARD}/uphold", {"answer": "zostaje"}
    ),
    "GET /api/v1/quality/own-cards": Right(OWN_WORK),
    "POST /api/v1/quality/cards/{id}/read": Right(
        (401, 200, 404, 403, 403, 403, 403), f"{_QUALITY}/cards/{CARD}/read"
    ),
    "POST /api/v1/quality/cards/{id}/acknowledge": Right(
        (401, 200, 404, 403, 403, 403, 403), f"{_QUALITY}/cards/{CARD}/acknowledge", {}
    ),
    "POST /api/v1/quality/cards/{id}/dispute": Right(
        (401, 409, 404, 403, 403, 403, 403), f"{_QUALITY}/cards/{CARD}/dispute", {"reason": "podałam numer"}
    ),
    "GET /api/v1/quality/calibrations": Right(LEADERS),
    "POST /api/v1/quality/calibrations": Right((401, 403, 403, 201, 201, 403, 201), body={"card": CARD}),
    "GET /api/v1/quality/calibrations/{id}": Right(LEADERS, f"{_QUALITY}/calibrations/{{calibration}}"),
    "POST /api/v1/quality/calibrations/{id}/card": Right(
        (401, 403, 403, 200, 409, 403, 200), f"{_QUALITY}/calibrations/{{calibration}}/card"
    ),
    "POST /api/v1/quality/calibrations/{id}/close": Right(
        (401, 403, 403, 403, 204, 403, 403), f"{_QUALITY}/calibrations/{{calibration}}/close"
    ),
    "GET /api/v1/quality/results": Right(READERS),
    "GET /api/v1/quality/results.csv": Right(READERS),
    "GET /healthz": Right(OPEN),
    "GET /readyz": Right(OPEN),
    "GET /metrics": Right(OPEN),
    "GET /api/v1/openapi.json": Right(OPEN),
    "DELETE /api/v1/session": Right((401, 204, 204, 204, 204, 204, 204)),
    "POST /api/v1/session": Right(OPEN, body={}),
}
"""By method and path, in the order in which they are asked: signing out and in come last."""

PAGES: dict[str, tuple[str, str, str, str, str, str, str]] = {
    "/": ("/signin", "/desk", "/desk", "/board", "/board", "/board", "/board"),
    "/signin": ("", "/desk", "/desk", "/board", "/board", "/board", "/board"),
    "/desk": ("/signin", "", "", "/board", "/board", "/board", "/board"),
    "/board": ("/signin", "/desk", "/desk", "", "", "", ""),
    "/office": ("/signin", "/desk", "/desk", "", "", "/board", ""),
    "/quality": ("/signin", "", "", "", "", "", ""),
    "/quality/results": ("/signin", "", "", "", "", "", ""),
    "/z": ("", "", "", "", "", "", ""),
    "/z/7K3-MW4-TPA": ("", "", "", "", "", "", ""),
    f"/photo/{PHOTO}": ("", "", "", "", "", "", ""),
    "/office/queues/roads": ("/signin", "/desk", "/desk", "", "", "/board", ""),
}
"""Where each person who opens a page is led, "" for who may stay."""
