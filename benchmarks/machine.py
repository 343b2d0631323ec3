"""The machine the figures were measured on, and what processes cost it."""

import os
import platform
from pathlib import Path

_TICKS = os.sysconf("SC_CLK_TCK")


def description() -> str:
    """Return processor, number of cores, kernel and Python in one line."""
    names = [
        line.partition(":")[2].strip()
        for line in Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
        if line.startswith("model name")
    ]
    processor = names[0] if names else platform.machine()
    cores = os.cpu_count() or 1
    return f"{processor}, {cores} cores, Linux {platform.release()}, Python {platform.python_version()}"


def cpu_s(pid: int) -> float:
    """Return the processor time a process has used, all its threads, user and system, in seconds."""
    text = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8")
    fields = text.rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / _TICKS
