"""A past of talks: every consultant had two a day, one of them long enough to be reviewed."""

from contact.finished_talks import FinishedTalk, GetTalk, ListTalks
from contact.ids import E164, AgentId, CallId, Language, QueueId
from runtime.bus import MemoryBus

CALLER = E164("+48600100200")
DAY_S = 86_400.0
TEN_S = 10 * 3_600.0
QUEUES = (QueueId("roads"), QueueId("waste"), QueueId("general"))


class FakeTalks:
    """The bridge's talks, made up as they are asked for; a talk is known from then on."""

    def __init__(self) -> None:
        self.known: dict[CallId, FinishedTalk] = {}

    def serve(self, bus: MemoryBus) -> None:
        bus.serve(ListTalks, self.listed)
        bus.serve(GetTalk, self.one)

    async def listed(self, request: ListTalks) -> tuple[FinishedTalk, ...]:
        days = int((request.ends_at - request.begins_at) // DAY_S)
        found = [
            past_talk(
                agent, at=request.begins_at + day * DAY_S + TEN_S + long * 600, day=day, long=bool(long)
            )
            for agent in request.agents
            for day in range(days)
            for long in (0, 1)
        ]
        self.known |= {one.call: one for one in found}
        return tuple(found)

    async def one(self, request: GetTalk) -> FinishedTalk | None:
        return self.known.get(request.call)


def past_talk(agent: AgentId, *, at: float, day: int = 0, long: bool = True) -> FinishedTalk:
    """Return a talk of an agent that began at `at`."""
    return FinishedTalk(
        call=CallId(f"{int(at)}.{agent}"),
        agent=agent,
        queue=QUEUES[day % len(QUEUES)],
        caller=CALLER,
        language=Language("pl"),
        topic="pothole",
        disposition="settled.case_filed",
        note="Dziura przy przejściu.",
        connected_at=at,
        wait_s=12.0,
        talk_s=180.0 if long else 20.0,
    )
