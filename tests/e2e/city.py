"""The example city made quick for tests: short prompts, little patience, and more consultants."""

import math
import shutil
import wave
from pathlib import Path

import yaml

from tests.e2e.hotline import CITY

AGENTS = 20
"""How many more consultants the shared hotline has."""
FIRST_EXTENSION = 3001
PROMPT_S = 0.3
_RATE_HZ = 8_000
_ACCOUNT = """
[[accounts]]
login = "{login}"
name = "Agent {login}"
role = "agent"
extension = "{extension}"
language = "pl"
skills = {{ pl = 90, en = 90, general = 80 }}
"""


def quick_city(folder: Path, *, agents: int = 0) -> Path:
    """Copy the example city into `folder` and make it quick; return its settings file.

    Each prompt has a studio recording, a short tone; menus wait a second for a key. `agents` more
    consultants are `agent1`, `agent2`, ... at the extensions from 3001 on, and all can take `general`.
    """
    city = folder / "city"
    shutil.copytree(CITY.parent, city)
    with (city / "demo.toml").open("a", encoding="utf-8") as demo:
        for login, extension in agents_of(agents):
            demo.write(_ACCOUNT.format(login=login, extension=extension))
    flow = city / "flows/19115.yaml"
    text = flow.read_text(encoding="utf-8")
    flow.write_text(text.replace("timeout_s: 5", "timeout_s: 1"), encoding="utf-8")
    _record_prompts(city)
    return city / CITY.name


def set_queue(config: Path, queue: str, text: str) -> None:
    """Put `text` in the place of everything that the city's `queues.toml` says of `queue` but its names."""
    file = config.with_name("queues.toml")
    head, mark, rest = file.read_text(encoding="utf-8").partition(f"[queue.{queue}]\n")
    assert mark, f"no queue {queue}"
    names = next(line for line in rest.splitlines() if line.startswith("names"))
    later = rest.find("\n[queue.")
    tail = rest[later:] if later >= 0 else ""
    file.write_text(f"{head}{mark}{names}\n{text.strip()}\n{tail}", encoding="utf-8")


def agents_of(count: int) -> list[tuple[str, str]]:
    """Return login and extension of each of the added agents."""
    return [(f"agent{n}", str(FIRST_EXTENSION + n - 1)) for n in range(1, count + 1)]


def _record_prompts(city: Path) -> None:
    prompts = yaml.safe_load((city / "prompts.yaml").read_text(encoding="utf-8"))
    for name, texts in prompts.items():
        for language in texts:
            file = city / "prompts" / language / f"{name}.wav"
            file.parent.mkdir(parents=True, exist_ok=True)
            _tone(file)


def _tone(file: Path) -> None:
    samples = (
        int(8_000 * math.sin(2 * math.pi * 440 * n / _RATE_HZ)) for n in range(int(PROMPT_S * _RATE_HZ))
    )
    with wave.open(str(file), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE_HZ)
        sound.writeframes(b"".join(sample.to_bytes(2, "little", signed=True) for sample in samples))
