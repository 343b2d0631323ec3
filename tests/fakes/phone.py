"""A caller's telephone without Asterisk: presses what a test says, and keeps what it was told."""

from collections.abc import Mapping, Sequence

from contact.ids import Language
from ivr.errors import CallerHungUp
from ivr.flow.nodes import PromptId


class FakePhone:
    """Answers each `play` with the next of `keys`; "hangup" there is the caller's end."""

    def __init__(self, *keys: str, variables: Mapping[str, str] | None = None) -> None:
        self._keys = list(keys)
        self.variables = dict(variables or {})
        self.told: list[str] = []
        self.played: list[tuple[PromptId, ...]] = []
        self.asked: list[tuple[Language, float]] = []

    async def play(self, prompts: Sequence[PromptId], *, language: Language, keys: str, wait_s: float) -> str:
        self.played.append(tuple(prompts))
        self.asked.append((language, wait_s))
        key = self._keys.pop(0) if self._keys else ""
        if key == "hangup":
            raise CallerHungUp("the caller hung up")
        return key if key in keys else ""

    async def set_variables(self, values: Sequence[tuple[str, str]]) -> None:
        self.told += [name for name, _ in values]
        self.variables.update(values)

    async def get_variable(self, name: str) -> str:
        return self.variables.get(name, "")
