"""Asterisk as distribution sees it: inputs come out, orders go in.

Joins the link, the translator, the orders, the resynchronisation and the beat. Inputs reach `feed` as
plain calls in the order in which Asterisk told of them: after each login `TelephonyResynced`, before it one
`TalkMissed` for each talk that ended out of sight, everything that happened since behind it, and one
`TelephonyLost` when the link breaks. `resync` makes the same pair of them without a break.
"""

import asyncio
import random
from collections.abc import Callable, Collection, Mapping

from acd.adapters.ami_beat import beat, beat_once
from acd.adapters.ami_commands import AmiOrders
from acd.adapters.ami_consult import Outside
from acd.adapters.ami_events import AmiTranslator
from acd.adapters.ami_hangups import HangupWatch
from acd.adapters.ami_link import AmiLink, Connect
from acd.adapters.ami_listening import AmiListeners
from acd.adapters.ami_message import AmiEvent
from acd.adapters.ami_missed import read_missed
from acd.adapters.ami_resync import Snapshot, take_snapshot
from acd.errors import AmiDown
from contact.commands import Order
from contact.events import Input, TelephonyLost, TelephonyResynced
from contact.ids import E164, CallId, Extension, OfferId
from runtime.clock import Clock
from runtime.config import Ami


class Telephony:
    """The whole AMI side. `link.counts` and `translator.counts` are there for the metrics."""

    def __init__(
        self,
        *,
        settings: Ami,
        feed: Callable[[Input], None],
        extensions: Callable[[], Collection[Extension]],
        open_offers: Callable[[], Mapping[OfferId, Extension]],
        number: Callable[[str], E164],
        clock: Clock,
        rng: random.Random,
        hang_up_lost: Callable[[], None] = lambda: None,
        outside: Outside | None = None,
        connect: Connect | None = None,
    ) -> None:
        """Prepare.

        At each login `extensions` is asked for the agents' phones that are known by then, and `open_offers`
        for the offers whose legs are believed to be at a phone, and at which.

        `hang_up_lost` is told of each hang-up that Asterisk did not carry out by itself. `number` reads a
        caller id as E.164 and returns `WITHHELD` for what is none. `outside` says how parties that are no
        agents are rung.
        """
        self._feed = feed
        self._extensions = extensions
        self._open_offers = open_offers
        self._number = number
        self._clock = clock
        self._in_step = self._looking = False
        self.translator = AmiTranslator(number=number)
        self.link = AmiLink(
            settings=settings,
            on_event=self._on_event,
            on_up=self._on_up,
            on_down=self._on_down,
            clock=clock,
            rng=rng,
            connect=connect,
        )
        self.listeners = AmiListeners(
            link=self.link, leg_of=self.translator.leg_of, reaches=self.translator.phones.reaches
        )
        self.hangups = HangupWatch(link=self.link, lost=hang_up_lost)
        self.orders = AmiOrders(
            link=self.link,
            on_input=feed,
            is_up=self.translator.is_up,
            rings=self.translator.phones.rings,
            leg_of=self.translator.leg_of,
            caller_of=self.translator.caller_of,
            outside=outside,
        )

    async def run(self) -> None:
        """Keep the link and the beat going until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            tasks.create_task(self.link.run(), name="ami-link")
            tasks.create_task(beat(self.link, self._clock), name="ami-beat")

    @property
    def in_step(self) -> bool:
        """Whether what Asterisk says is heard, and the inputs are its present state."""
        return self._in_step

    @property
    def is_blind(self) -> bool:
        """Whether Asterisk neither can be heard nor is being looked at."""
        return not self._in_step and not self._looking

    def is_up(self, call: CallId) -> bool:
        """Whether the caller's leg of `call` is up, as far as was heard."""
        return self.translator.is_up(call)

    def carry_out(self, order: Order) -> None:
        """Write what the engine orders before returning; what comes of it returns as inputs."""
        self.orders.carry_out(order)

    async def look(self) -> TelephonyResynced:
        """Return what Asterisk reports now, and change nothing by it; raise `AmiError`."""
        if not self._in_step:
            raise AmiDown("Status: not resynchronised yet")
        return (await self._take_snapshot()).resynced

    def resync(self) -> None:
        """Have the engine make no offer until it is reconciled anew; nothing while the link is down."""
        if self._in_step:
            self._feed(TelephonyLost())
            self.link.look_again()

    def health(self) -> dict[str, str]:
        """Return `asterisk` -> "ok" or what is wrong with the link."""
        return {"asterisk": self.link.trouble or "ok"}

    def _on_event(self, event: AmiEvent) -> None:
        self.hangups.see(event)
        self.listeners.see(event)
        for happened in self.translator.translate(event):
            self.orders.observe(happened)
            self._feed(happened)

    async def _on_up(self) -> None:
        await beat_once(self.link, self._clock)
        self._looking = True
        snapshot = await self._take_snapshot()
        live = {one.offer for one in snapshot.resynced.offers}
        gone = {one: phone for one, phone in self._open_offers().items() if one not in live}
        missed = await read_missed(self.link, gone)
        self.translator.adopt(snapshot.legs)
        self.orders.forget_all()
        for listener in snapshot.legs.listeners:
            self.listeners.drop(listener)
        for offer in snapshot.resynced.offers:
            self.orders.adopt(offer.offer, offer.call, answered=offer.answered)
        self._in_step, self._looking = True, False
        for talk in missed:
            self._feed(talk)
        self._feed(snapshot.resynced)

    async def _take_snapshot(self) -> Snapshot:
        return await take_snapshot(
            self.link,
            extensions=self._extensions(),
            number=self._number,
            on_fault=self.translator.note,
        )

    def _on_down(self) -> None:
        self.orders.forget_all()
        self.hangups.forget_all()
        self._looking = False
        if self._in_step:
            self._in_step = False
            self._feed(TelephonyLost())
