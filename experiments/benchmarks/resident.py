"""Memory as the system sees it, of a process with all that it started."""

from __future__ import annotations

from pathlib import Path


def resident_megabytes(pid: int) -> float:
    """Resident in a process and its descendants (Linux); 0 once it has ended."""
    try:
        status = Path(f"/proc/{pid}/status").read_text()
        children = [
            child for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
        ]
    except OSError:  # it has ended
        return 0.0
    resident = status.partition("VmRSS:")[2].split()  # which one that has just ended lacks
    return (int(resident[0]) / 1000 if resident else 0.0) + sum(resident_megabytes(int(child)) for child in children)
