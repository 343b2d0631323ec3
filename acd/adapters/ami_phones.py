"""The two phones of each agent, taken together: what routing sees of them, and which one an offer rings.

Theory of operation. An extension has a desk phone, the device `PJSIP/<extension>`, and may have a phone in
the browser, `PJSIP/<extension>-web`. Routing knows one phone: in use when either is, idle when either could
ring, else unreachable. What rings is the page's phone as long as it can be reached, because whoever opened
the page means to talk there; else the desk phone.
"""

from collections.abc import Iterable

from contact.browser_phone import SUFFIX, endpoint_of
from contact.events import PhoneChanged
from contact.ids import Extension
from contact.states import PhoneState


class Phones:
    """What Asterisk last said of each device, by its name without `PJSIP/`."""

    def __init__(self) -> None:
        """Know of no device."""
        self._devices: dict[str, PhoneState] = {}

    def start_from(self, devices: Iterable[tuple[str, PhoneState]]) -> None:
        """Take over a whole list, and forget everything else."""
        self._devices = dict(devices)

    def changed(self, device: str, state: PhoneState) -> PhoneChanged | None:
        """Take what became of a device; return what that means to routing, None for nothing."""
        extension = owner_of(device)
        known = extension in self._devices or endpoint_of(extension) in self._devices
        before = self.state_of(extension)
        self._devices[device] = state
        after = self.state_of(extension)
        return None if known and after is before else PhoneChanged(extension=extension, state=after)

    def state_of(self, extension: Extension) -> PhoneState:
        """Return what the agent's phones can do now, taken together."""
        states = {self._devices.get(extension), self._devices.get(endpoint_of(extension))}
        for state in (PhoneState.IN_USE, PhoneState.IDLE):
            if state in states:
                return state
        return PhoneState.UNREACHABLE

    def rings(self, extension: Extension) -> str:
        """Return the device that an offer to `extension` goes to."""
        browser = endpoint_of(extension)
        return browser if self.reaches(browser) else extension

    def reaches(self, device: str) -> bool:
        """Return whether a device is known to be there."""
        return self._devices.get(device, PhoneState.UNREACHABLE) is not PhoneState.UNREACHABLE

    def together(self) -> dict[Extension, PhoneState]:
        """Return the state of every extension that a device is known for."""
        return {one: self.state_of(one) for one in map(owner_of, self._devices)}


def owner_of(device: str) -> Extension:
    """Return whose phone a device is."""
    return Extension(device.removesuffix(SUFFIX))


def is_browser(device: str) -> bool:
    """Return whether a device is a page and not a phone on the desk."""
    return device.endswith(SUFFIX)
