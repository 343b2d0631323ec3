"""A consultant's desk without its page: one signed-in session on the HTTP API."""

import http.client
import json
from collections.abc import Mapping
from typing import Any

from tests.e2e.wait import until

TIMEOUT_S = 60.0


class Problem(AssertionError):
    """The API answered with an error; `status` and the body's `code` say which."""

    def __init__(self, method: str, path: str, status: int, body: Any) -> None:
        """Keep what was answered."""
        super().__init__(f"{method} {path}: {status} {body}")
        self.status = status
        self.code = body.get("code", "") if isinstance(body, dict) else ""


class Desk:
    """One session of `login`; anonymous until `sign_in`."""

    def __init__(self, *, port: int, login: str, password: str) -> None:
        """Prepare to talk to the desktop on loopback `port`."""
        self.login = login
        self._port, self._password = port, password
        self._cookie = self._csrf = ""
        self.agent_exists = False

    def sign_in(self) -> None:
        """Start a session."""
        answer = self._send("POST", "/api/v1/session", {"login": self.login, "password": self._password})
        self._csrf = answer["csrf"]
        self.agent_exists = answer["role"] == "agent"

    def get(self, path: str) -> Any:
        """Return the answer to a GET below `/api/v1`."""
        return self._send("GET", f"/api/v1{path}")

    def write(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        """Return the answer to a write below `/api/v1`, which carries the anti-forgery token."""
        return self._send(method, f"/api/v1{path}", body, {"X-CSRF-Token": self._csrf, **(headers or {})})

    def wish(self, availability: str) -> None:
        """Ask for `ready`, `not_ready` or `logged_out`."""
        self.write("PUT", "/me/availability", {"availability": availability, "reason": "test"})

    def become_ready(self) -> None:
        """Ask for ready and wait until routing has it so, with the phone reachable or already called."""
        self.wish("ready")
        until(self._takes_calls, within_s=10, what=f"{self.login} ready with a phone")

    def agent(self) -> dict[str, Any]:
        """Return this session's agent as routing sees them."""
        return next(row for row in self.get("/agents") if row["id"] == self.login)

    def wait_for_state(self, *states: str, within_s: float = 10) -> dict[str, Any]:
        """Return the agent's row once its state is one of `states`."""

        def reached() -> dict[str, Any] | None:
            row = self.agent()
            return row if row["state"] in states else None

        row = until(reached, within_s=within_s, what=f"{self.login} {' or '.join(states)}")
        assert row is not None
        return row

    def calls(self, place: str = "") -> list[dict[str, Any]]:
        """Return the calls that are up, or those of them in one place."""
        rows: list[dict[str, Any]] = self.get(f"/calls?state={place}" if place else "/calls")
        return rows

    def is_talking_to(self, number: str) -> bool:
        """Tell whether this agent is connected to a caller whose number ends as `number` does."""
        mine = [row for row in self.calls("talking") if row["agent"] == self.login]
        return any(row["caller"].endswith(number[-3:]) for row in mine)

    def complete_wrap_up(self, call: str, disposition: str = "") -> None:
        """End the work after `call`."""
        body = {"disposition": disposition, "note": "", "complete": True}
        self.write("PUT", f"/calls/{call}/wrap-up", body)

    def _takes_calls(self) -> bool:
        row = self.agent()
        is_ready = row["state"] == "ready" and row["phone"] == "idle"
        return is_ready or row["state"] in ("reserved", "talking")

    def _send(
        self, method: str, path: str, body: Any = None, headers: Mapping[str, str] | None = None
    ) -> Any:
        connection = http.client.HTTPConnection("127.0.0.1", self._port, timeout=TIMEOUT_S)
        try:
            sent = {"Cookie": self._cookie, "Content-Type": "application/json", **(headers or {})}
            connection.request(method, path, None if body is None else json.dumps(body), sent)
            response = connection.getresponse()
            text = response.read()
            if cookie := response.getheader("Set-Cookie"):
                self._cookie = cookie.partition(";")[0]
        finally:
            connection.close()
        is_json = "json" in (response.getheader("Content-Type") or "")
        answer = json.loads(text) if is_json and text else text.decode(errors="replace")
        if response.status >= http.client.BAD_REQUEST:
            raise Problem(method, path, response.status, answer)
        return answer
