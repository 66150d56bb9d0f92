"""A process that draws one page of a PDF: reads what to draw, as JSON, from standard input, writes it to the output.

That is the PNG where the exit status is 0, and the reason why there is none where it is `REFUSED`.
"""

from __future__ import annotations

import json
import resource
import sys
from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

from qa.api.limits import DRAWING_MEMORY, DRAWING_PIXELS, DRAWING_SECONDS
from retrieval.loading.files import read_bytes
from retrieval.loading.parsed import LoadError

REFUSED = 3
SCALE = 2.0  # pixels a point
_COLOUR = (204, 0, 0)
_MARGIN = 2.0  # points between the box and its mark
_TOLERANCE = 1.0  # points by which the page's size may differ


def main() -> None:
    """Draws what standard input asks for."""
    resource.setrlimit(resource.RLIMIT_AS, (DRAWING_MEMORY, DRAWING_MEMORY))
    resource.setrlimit(resource.RLIMIT_CPU, (DRAWING_SECONDS, DRAWING_SECONDS))
    asked = json.load(sys.stdin)
    try:
        image = _drawn(Path(asked["path"]), asked["number"], asked["size"], asked["box"])
    except LoadError as error:
        sys.stdout.write(str(error))
        sys.exit(REFUSED)
    sys.stdout.buffer.write(image)


def _drawn(path: Path, number: int, size: Sequence[float], box: Sequence[float] | None) -> bytes:
    import pypdfium2
    from PIL import ImageDraw

    try:
        pdf = pypdfium2.PdfDocument(read_bytes(path))
        page = pdf[number - 1] if number <= len(pdf) else None
    except pypdfium2.PdfiumError:
        page = None
    if page is None or any(abs(a - b) > _TOLERANCE for a, b in zip(page.get_size(), size, strict=True)):
        raise LoadError("the file is no longer the one that was ingested")
    scale = min(SCALE, (DRAWING_PIXELS / (size[0] * size[1])) ** 0.5)
    image = page.render(scale=scale).to_pil()
    if box is not None:
        (left, right), (top, bottom) = sorted(box[::2]), sorted(box[1::2])
        mark = [scale * x for x in (left - _MARGIN, top - _MARGIN, right + _MARGIN, bottom + _MARGIN)]
        ImageDraw.Draw(image).rectangle(mark, outline=_COLOUR, width=max(1, round(scale)))
    out = BytesIO()
    image.save(out, "PNG")
    return out.getvalue()


if __name__ == "__main__":
    main()
