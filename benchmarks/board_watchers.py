"""Watchers of a full house, in a process of their own, that note when each change reaches them.

Theory of operation. Every row of an agent or a call says since when it is what it is, by the clock of the
machine that all share; a patch that brings a new `since_at` is later than the change by what is measured:
engine, bus, feed, the time that changes are gathered for, encoding, sending, and this process. A patch is
the same text for all watchers of a view but for its number, so it is read once and timed for each.
"""

import argparse
import asyncio
import json
import sys
import time
from dataclasses import dataclass, field
from typing import Any

from aiohttp import ClientSession, ClientWebSocketResponse, DummyCookieJar, TCPConnector, WSMsgType

from benchmarks.board_house import PASSWORD
from benchmarks.figures import quantile

ENTERING_AT_ONCE = 20
WARM_UP_S = 5.0
KEPT_MAX = 64
"""So many patches' moments are kept for the watchers that read them a little later."""
QUANTILES = (0.5, 0.95, 0.99)


@dataclass
class Tally:
    """What the watchers of one kind were told while it counted."""

    delays_s: list[float] = field(default_factory=list)
    changes: int = 0
    frames: int = 0
    octets: int = 0
    broken: int = 0
    gaps: int = 0


class Watchers:
    """All streams of one kind."""

    def __init__(self, origin: str, logins: list[str]) -> None:
        """Watch `origin` as each of `logins`."""
        self._origin = origin
        self._logins = logins
        self._read: dict[str, tuple[float, ...]] = {}
        self.tally = Tally()
        self.counts_from = float("inf")
        self.reading: list[asyncio.Task[None]] = []

    async def open(self, client: ClientSession) -> None:
        """Sign everybody in, open their streams, and read each from then on."""
        gate = asyncio.Semaphore(ENTERING_AT_ONCE)

        async def enter(login: str) -> None:
            async with gate:
                body = {"login": login, "password": PASSWORD}
                async with client.post(f"{self._origin}/api/v1/session", json=body) as answer:
                    answer.raise_for_status()
                    cookie = answer.cookies["centrala_session"].value
                headers = {"Cookie": f"centrala_session={cookie}"}
                address = f"{self._origin}/api/v1/events"
                socket = await client.ws_connect(address, headers=headers, max_msg_size=0)
                self.reading.append(asyncio.create_task(self.follow(socket)))

        await asyncio.gather(*(enter(login) for login in self._logins))

    async def follow(self, socket: ClientWebSocketResponse) -> None:
        """Read one stream to its end."""
        seq = 0
        async for message in socket:
            now = time.time()
            if message.type is not WSMsgType.TEXT:
                break
            head, _, content = message.data.partition(',"at":')
            seq, before = int(head.rpartition(":")[2]), seq
            if now < self.counts_from or content == "":
                continue
            tally = self.tally
            tally.gaps += seq != before + 1
            tally.frames += 1
            tally.octets += len(message.data.encode())
            tally.delays_s += [now - moment for moment in self._moments(content)]
        self.tally.broken += 1

    def _moments(self, content: str) -> tuple[float, ...]:
        """Return when the changes of a patch were; read once for all who get it."""
        if content not in self._read:
            patch: dict[str, Any] = json.loads('{"at":' + content)
            rows = [*patch.get("agents", {}).values(), *patch.get("calls", {}).values()]
            moments = tuple(row["since_at"] for row in rows if row.get("since_at", 0) >= self.counts_from)
            self._read[content] = moments
            self.tally.changes += len(moments)
            while len(self._read) > KEPT_MAX:
                del self._read[next(iter(self._read))]
        return self._read[content]

    def figures(self, seconds: float) -> dict[str, float]:
        """Return what was found, delays in milliseconds."""
        tally, count = self.tally, max(1, len(self._logins))
        ordered = sorted(tally.delays_s) or [float("nan")]
        found = {f"p{share * 100:.0f}": quantile(ordered, share) * 1000 for share in QUANTILES}
        return found | {
            "max": ordered[-1] * 1000,
            "watchers": len(self._logins),
            "delays": len(tally.delays_s),
            "changes_a_s": tally.changes / seconds,
            "frames_a_s": tally.frames / seconds / count,
            "octets_a_s": tally.octets / seconds / count,
            "broken": tally.broken,
            "gaps": tally.gaps,
        }


async def watch(origin: str, *, boards: int, desks: int, seconds: float) -> dict[str, dict[str, float]]:
    """Watch for so long; return the figures of boards and desks."""
    kinds = {
        "boards": Watchers(origin, [f"s{n:03d}" for n in range(boards)]),
        "desks": Watchers(origin, [f"a{n:03d}" for n in range(desks)]),
    }
    async with ClientSession(cookie_jar=DummyCookieJar(), connector=TCPConnector(limit=0)) as client:
        for kind in kinds.values():
            await kind.open(client)
        print(json.dumps({name: len(kind.reading) for name, kind in kinds.items()}), flush=True)
        await asyncio.sleep(WARM_UP_S)
        for kind in kinds.values():
            kind.counts_from = time.time()
        await asyncio.sleep(seconds)
        found = {name: kind.figures(seconds) for name, kind in kinds.items()}
        reading = [task for kind in kinds.values() for task in kind.reading]
        for task in reading:
            task.cancel()
        await asyncio.gather(*reading, return_exceptions=True)
    return found


def main() -> None:
    """Run what the command line asks for; the last line printed is the figures as JSON."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.board_watchers", description=__doc__)
    parser.add_argument("origin")
    parser.add_argument("--boards", type=int, default=200)
    parser.add_argument("--desks", type=int, default=650)
    parser.add_argument("--seconds", type=float, default=30.0)
    options = parser.parse_args()
    found = watch(options.origin, boards=options.boards, desks=options.desks, seconds=options.seconds)
    print(json.dumps(asyncio.run(found)))
    sys.stdout.flush()


if __name__ == "__main__":
    main()
