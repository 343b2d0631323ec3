"""A small city CRM for the demo and the tests, with faults that follow a script.

`POST /cases` takes a case, once for each `Idempotency-Key`, and answers with its number; a body with `news`
tells more of the case of its `reference`. `GET /cases` lists what it has; `/` shows that to people. `POST
/faults` appends to the script: a list of steps, each used by the next `times` posts: `{"status": 503}`,
`{"delay_s": 2}`, `{"cut_before_accept": true}`, `{"cut_after_accept": true}`; `GET` shows what is left and
`DELETE` clears it. It listens on loopback only.
"""

import argparse
import asyncio
import json
from datetime import UTC, datetime
from html import escape
from pathlib import Path
from typing import Annotated, Any

from aiohttp import web
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

HOST = "127.0.0.1"
CASES_MAX = 100_000
FAULTS_MAX = 10_000
_PAGE = """<!doctype html>
<html lang="pl"><meta charset="utf-8"><meta http-equiv="refresh" content="5">
<title>CRM miasta (przykład)</title>
<style>body{{font:15px/1.4 Lato,sans-serif;margin:24px}}table{{border-collapse:collapse}}
th,td{{text-align:left;padding:4px 12px;border-bottom:1px solid #ccc;vertical-align:top}}</style>
<h1>CRM miasta (przykład)</h1><p>Sprawy / cases: {count}</p>
<table><thead><tr><th>Numer<th>Przyjęto (UTC)<th>Sprawa<th>Temat<th>Jednostka<th>Dzielnica<th>Opis
<th>Zdjęcia</thead><tbody>{rows}</tbody></table></html>
"""


class Fault(BaseModel):
    """One step of the script."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    times: Annotated[int, Field(ge=1, le=FAULTS_MAX)] = 1
    status: Annotated[int, Field(ge=200, le=599)] | None = None
    delay_s: Annotated[float, Field(ge=0, le=600)] = 0.0
    cut_before_accept: bool = False
    cut_after_accept: bool = False


_SCRIPT = TypeAdapter(list[Fault])


class ReferenceCrm:
    """The CRM in this process; `start` binds it, `stop` frees the port, cases outlive both."""

    def __init__(self, *, port: int = 0, file: Path | None = None) -> None:
        """Take `port` of loopback (0 for a free one); append the cases to `file` where one is given."""
        self.port = port
        self.posts = 0
        """How many posts arrived, faulty ones and repetitions included."""
        self._file = file
        self._cases: dict[str, dict[str, Any]] = {}
        self._script: list[Fault] = []
        self._runner: web.AppRunner | None = None

    @property
    def url(self) -> str:
        """The endpoint that takes cases."""
        return f"http://{HOST}:{self.port}/cases"

    @property
    def cases(self) -> list[dict[str, Any]]:
        """What was taken, oldest first: `number`, `key`, `received_at`, `case`."""
        return list(self._cases.values())

    def add_faults(self, *faults: Fault) -> None:
        """Append steps to the script."""
        for fault in faults:
            self._script += [fault.model_copy(update={"times": 1})] * fault.times

    async def start(self) -> None:
        """Listen; raise `OSError` where the port is taken."""
        if self._file is not None and self._file.exists():
            lines = self._file.read_text(encoding="utf-8").splitlines()
            self._cases = {one["key"]: one for one in map(json.loads, lines)}
        app = web.Application(client_max_size=1_048_576)
        app.add_routes(
            [
                web.get("/", self._page),
                web.post("/cases", self._post),
                web.get("/cases", self._list),
                web.get("/faults", self._show_faults),
                web.post("/faults", self._post_faults),
                web.delete("/faults", self._clear_faults),
            ]
        )
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, HOST, self.port)
        await site.start()
        self.port = self._runner.addresses[0][1]

    async def stop(self) -> None:
        """Close the port and every connection."""
        if self._runner is not None:
            await self._runner.cleanup()
            self._runner = None

    async def _post(self, request: web.Request) -> web.Response:
        self.posts += 1
        fault = self._script.pop(0) if self._script else Fault()
        await asyncio.sleep(fault.delay_s)
        if fault.cut_before_accept:
            return _cut(request)
        answer = _problem(fault.status, "scripted fault") if fault.status else await self._accept(request)
        return _cut(request) if fault.cut_after_accept else answer

    async def _accept(self, request: web.Request) -> web.Response:
        key = request.headers.get("Idempotency-Key", "")
        try:
            case = await request.json()
        except ValueError:
            return _problem(400, "the body is not JSON")
        if not key or not isinstance(case, dict):
            return _problem(400, "a JSON object and an Idempotency-Key header are needed")
        known = self._cases.get(key)
        if known is not None and known["case"] != case:
            return _problem(422, "this key was used for another case")
        if known is None and len(self._cases) >= CASES_MAX:
            return _problem(507, "full")
        number = (known or self._take(key, case))["number"]
        return web.json_response({"number": number}, status=201 if known is None else 200)

    def _take(self, key: str, case: dict[str, Any]) -> dict[str, Any]:
        received_at = datetime.now(tz=UTC).isoformat(timespec="seconds")
        taken = {
            "number": case["reference"] if "news" in case else f"SR-{len(self._cases) + 1:06d}",
            "key": key,
            "received_at": received_at,
            "case": case,
        }
        self._cases[key] = taken
        if self._file is not None:
            self._file.parent.mkdir(parents=True, exist_ok=True)
            with self._file.open("a", encoding="utf-8") as file:
                file.write(json.dumps(taken, ensure_ascii=False) + "\n")
        return taken

    async def _list(self, _request: web.Request) -> web.Response:
        return web.json_response(self.cases)

    async def _page(self, _request: web.Request) -> web.Response:
        rows = "".join(_row(one) for one in reversed(self.cases[-500:]))
        page = _PAGE.format(count=len(self._cases), rows=rows)
        return web.Response(text=page, content_type="text/html")

    async def _show_faults(self, _request: web.Request) -> web.Response:
        return web.json_response([one.model_dump() for one in self._script])

    async def _post_faults(self, request: web.Request) -> web.Response:
        try:
            steps = _SCRIPT.validate_json(await request.read())
        except ValidationError as error:
            first = error.errors(include_url=False)[0]
            return _problem(400, f"{'.'.join(map(str, first['loc']))}: {first['msg']}")
        if len(self._script) + sum(one.times for one in steps) > FAULTS_MAX:
            return _problem(400, f"at most {FAULTS_MAX} steps")
        self.add_faults(*steps)
        return await self._show_faults(request)

    async def _clear_faults(self, request: web.Request) -> web.Response:
        self._script.clear()
        return await self._show_faults(request)


def _cut(request: web.Request) -> web.Response:
    """End the connection in the middle, as a crash would."""
    if request.transport is not None:
        request.transport.abort()
    return web.Response()


def _problem(status: int, detail: str) -> web.Response:
    return web.json_response(
        {"status": status, "detail": detail}, status=status, content_type="application/problem+json"
    )


def _row(one: dict[str, Any]) -> str:
    case = one["case"]
    cells = [one["number"], one["received_at"]]
    cells += [case.get(key) or "" for key in ("case_number", "topic_title", "unit_name", "district")]
    cells.append(case.get("description") or case.get("text") or "")
    photos = " ".join(map(_link, case.get("media_urls") or ()))
    return "<tr>" + "".join(f"<td>{escape(str(cell))}" for cell in cells) + f"<td>{photos}"


def _link(address: object) -> str:
    """Return a link to a photo; anything that is no address of the web stays text."""
    text = escape(str(address))
    if not text.startswith(("https://", "http://")):
        return text
    return f'<a href="{text}" rel="noopener noreferrer">{text}</a>'


async def _serve(port: int, file: Path | None) -> None:
    crm = ReferenceCrm(port=port, file=file)
    await crm.start()
    print(f"reference CRM: http://{HOST}:{crm.port}/", flush=True)  # noqa: T201 - a program of its own
    try:
        await asyncio.Event().wait()
    finally:
        await crm.stop()


def main() -> None:
    """Run the reference CRM until interrupted."""
    parser = argparse.ArgumentParser(prog="python -m crm_bridge.reference_crm", description=__doc__)
    parser.add_argument("--port", type=int, default=8090, help="port on loopback, 0 for a free one")
    parser.add_argument("--file", type=Path, help="keep the cases in this file, a line of JSON each")
    arguments = parser.parse_args()
    try:
        asyncio.run(_serve(arguments.port, arguments.file))
    except KeyboardInterrupt:
        return


if __name__ == "__main__":
    main()
