"""The example city with more consultants than the demo has."""

import shutil
from pathlib import Path

from tests.e2e.hotline import CITY

FIRST_EXTENSION = 3001
_ACCOUNT = """
[[accounts]]
login = "{login}"
name = "Agent {login}"
role = "agent"
extension = "{extension}"
language = "pl"
skills = {{ pl = 90, en = 90, general = 80 }}
"""


def crowded_city(folder: Path, *, agents: int) -> Path:
    """Copy the example city into `folder` with `agents` more of them; return its settings file.

    They are `agent1`, `agent2`, ... at the extensions from 3001 on, and all can take `general`.
    """
    city = folder / "city"
    shutil.copytree(CITY.parent, city)
    with (city / "demo.toml").open("a", encoding="utf-8") as demo:
        for login, extension in agents_of(agents):
            demo.write(_ACCOUNT.format(login=login, extension=extension))
    return city / CITY.name


def agents_of(count: int) -> list[tuple[str, str]]:
    """Return login and extension of each of the added agents."""
    return [(f"agent{n}", str(FIRST_EXTENSION + n - 1)) for n in range(1, count + 1)]
