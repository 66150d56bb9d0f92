"""The pictures of the page in the README: `python -m tests.e2e.screenshots` takes them anew.

Serves the sample filings with `financeqa serve`, asks in Chromium, and writes `screenshots/*.webp` beside this file.
"""

import io
import tempfile
from pathlib import Path

from PIL import Image
from playwright.sync_api import expect

from retrieval.index.index import Index
from retrieval.ingest import ingest
from retrieval.samples import sample_folder
from tests.e2e.browser import DESKTOP, PATIENCE, PHONE, chromium, missing
from tests.e2e.test_page import CHANGE, COST, STORES, ask
from tests.qa.test_api_serve import serving

FOLDER = Path(__file__).parent / "screenshots"
SHOTS = (
    ("equation", CHANGE, DESKTOP, "light"),
    ("page", STORES, DESKTOP, "dark"),
    ("phone", COST, PHONE, "light"),
)


def main():
    """Takes all of them."""
    reason = missing()
    if reason:
        raise SystemExit(reason)
    with tempfile.TemporaryDirectory() as folder:
        with Index.create(f"{folder}/index") as index:
            ingest(index, [sample_folder()])
        with serving(Path(folder) / "index") as (_, client, _), chromium() as browser:
            for name, question, size, scheme in SHOTS:
                page = browser.new_page(viewport=size, color_scheme=scheme, device_scale_factor=1.5)
                page.set_default_timeout(PATIENCE)
                page.goto(str(client.base_url))
                ask(page, question)
                expect(page.locator("#evidence .scroll")).to_be_visible()
                page.evaluate("() => scrollTo(0, 0)")
                page.wait_for_timeout(500)
                image = Image.open(io.BytesIO(page.screenshot()))
                FOLDER.mkdir(exist_ok=True)
                image.save(FOLDER / f"{name}.webp", quality=82, method=6)


if __name__ == "__main__":
    main()
