"""What the machine has left."""

from __future__ import annotations

from pathlib import Path

import psutil

CGROUP = Path("/sys/fs/cgroup")
"""Where Linux tells a container its own limit, which the machine's free memory does not show."""


def available_memory(cgroup: Path = CGROUP) -> int:
    """Bytes that can still be had without swapping."""
    free = int(psutil.virtual_memory().available)
    try:
        limit, used = ((cgroup / name).read_text().strip() for name in ("memory.max", "memory.current"))
    except OSError:
        return free
    return min(free, max(0, int(limit) - int(used))) if limit.isdigit() and used.isdigit() else free
