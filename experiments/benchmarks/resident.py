"""Memory as the system sees it, of a process with all that it started."""

from __future__ import annotations

from pathlib import Path


def own_megabytes(pid: int) -> float:
    """Resident in a process, mapped files included (Linux); 0 where it has just ended.

    Raises:
        OSError: there is no such process.
    """
    resident = Path(f"/proc/{pid}/status").read_text().partition("VmRSS:")[2].split()
    return int(resident[0]) / 1000 if resident else 0.0


def resident_megabytes(pid: int) -> float:
    """Resident in a process and its descendants (Linux); 0 once it has ended."""
    try:
        own = own_megabytes(pid)
        children = [
            child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
        ]
    except OSError:
        return 0.0
    return own + sum(resident_megabytes(int(child)) for child in children)
