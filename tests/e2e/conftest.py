"""A browser, and a service that it uses: the command itself, over a copy of the index of the sample filings."""

import shutil

import pytest

from tests.e2e.browser import DESKTOP, PATIENCE, PHONE, chromium, missing
from tests.qa.test_api_serve import serving


@pytest.fixture(scope="session")
def browser():
    reason = missing()
    if reason:
        pytest.skip(reason)
    with chromium() as found:
        yield found


@pytest.fixture(scope="session")
def site(browser, sample_index, tmp_path_factory):
    """Address of the service, and the folder of its index."""
    index = tmp_path_factory.mktemp("e2e") / "index"
    shutil.copytree(sample_index, index)
    with serving(index) as (_, client, _):
        yield str(client.base_url).rstrip("/"), index


@pytest.fixture
def opened(browser, site):
    """What opens the page; at the end of a test nothing must have gone wrong in it, nor anybody else been asked."""
    contexts, faults = [], []

    def page(size=DESKTOP, scheme="light", address=""):
        context = browser.new_context(viewport=size, color_scheme=scheme, reduced_motion="reduce")
        contexts.append(context)
        made = context.new_page()
        made.set_default_timeout(PATIENCE)
        made.on("pageerror", lambda error: faults.append(str(error)))
        made.on("request", lambda request: request.url.startswith((site[0], "blob:")) or faults.append(request.url))
        made.goto(f"{site[0]}/{address}")
        return made

    yield page
    for context in contexts:
        context.close()
    assert not faults


@pytest.fixture(params=[DESKTOP, PHONE], ids=["desktop", "phone"])
def page(opened, request):
    """The page on a screen of either size."""
    return opened(request.param)
