"""The image of a PDF's page, drawn in a process of its own, which a hostile file can neither hold up nor bring down."""

from __future__ import annotations

import asyncio
import contextlib
import json
import sys
from collections.abc import Sequence
from pathlib import Path

from qa.api.drawing import REFUSED
from qa.api.limits import DRAWING_SECONDS
from qa.api.problems import Problem
from retrieval.document import Page
from retrieval.loading.sandbox import child_environment


async def draw(path: Path, page: Page, box: Sequence[float] | None) -> bytes:
    """The page as PNG, with a mark around the box: two opposite corners in points from the top left.

    Raises:
        Problem: it takes too long (504), or cannot be drawn or is no longer the page that was ingested (404).
    """
    asked = {"path": str(path), "number": page.number, "size": [page.width, page.height], "box": box}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-P", "-m", "qa.api.drawing"),
        stdin=asyncio.subprocess.PIPE,
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.DEVNULL,
        env=child_environment(),
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(json.dumps(asked).encode()), DRAWING_SECONDS)
    except TimeoutError:
        raise Problem(504, "deadline", f"the page takes longer than {DRAWING_SECONDS} s to draw") from None
    finally:
        with contextlib.suppress(ProcessLookupError):
            process.kill()
    if process.returncode:
        refused = process.returncode == REFUSED
        raise Problem(404, "no-image", output.decode() if refused else "the page cannot be drawn")
    return output
