"""Routing's policy file as the desktop sees it: the real answers over a file of the test's own, no engine.

What the IVR says of a file is answered here as well.
"""

from pathlib import Path

from acd.adapters.policy_store import PolicyStore
from acd.journal import Ruling
from acd.policy_requests import PolicyRequests
from contact.ids import QueueId
from contact.policy_requests import CheckQueueNeeds, PolicyVerdict
from ivr.adapters.city import lacks, load_city
from runtime.bus import MemoryBus
from runtime.config import Acd, load


class RuledQueues:
    """What an engine would go by: every policy that came into force."""

    def __init__(self, *, bus: MemoryBus, city_file: Path, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self.file = folder / "queues.toml"
        self.file.write_text(city_file.read_text(encoding="utf-8"), encoding="utf-8")
        self.store = PolicyStore(file=self.file, defaults=Acd(), time_zone="Europe/Warsaw")
        self.rulings = [self.store.ruling(self.store.read())]
        self.told = 0
        PolicyRequests(
            shell=self, store=self.store, in_force=self.store.read(), on_policy=self.note_policy
        ).serve(bus)

        self.city = load_city(load(city_file.with_name("centrala.toml"), {}))
        bus.serve(CheckQueueNeeds, self.check_needs)

    async def check_needs(self, request: CheckQueueNeeds) -> PolicyVerdict:
        """Answer as the IVR does, from the city's own flow and prompts."""
        for lack in lacks(request.text, self.city):
            return PolicyVerdict(place=f"queue.{lack.queue}.{lack.key}", reason=lack.reason)
        return PolicyVerdict()

    def note_policy(self) -> None:
        self.told += 1

    def rule_by(self, ruling: Ruling) -> None:
        self.rulings.append(ruling)

    @property
    def text(self) -> str:
        return self.file.read_text(encoding="utf-8")

    def requirement(self, queue: str) -> str:
        """What the queue asks for now."""
        return str(self.rulings[-1].policy.queues[QueueId(queue)].requirement)
