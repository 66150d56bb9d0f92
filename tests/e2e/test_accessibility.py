"""axe-core finds no serious fault in any state of the page, in light and dark, on either size of screen."""

import pytest
from playwright.sync_api import expect

from tests.e2e.browser import DESKTOP, PHONE
from tests.e2e.test_page import CHANGE, COST, MARGIN, STORES, STRANGER, ask

pytest.importorskip("axe_playwright_python", reason="axe-playwright-python is not installed")


def faults(page):
    """What axe-core finds that is serious or critical, as rule and elements."""
    from axe_playwright_python.sync_playwright import Axe

    found = Axe().run(page).response
    assert len(found["passes"]) > 10
    serious = [each for each in found["violations"] if each["impact"] in ("serious", "critical")]
    return [(each["id"], [(node["html"], node["failureSummary"]) for node in each["nodes"]]) for each in serious]


@pytest.mark.parametrize(
    ("scheme", "size"),
    [
        pytest.param("light", DESKTOP, id="light-desktop"),
        pytest.param("dark", PHONE, id="dark-phone"),
        pytest.param("dark", DESKTOP, id="dark-desktop", marks=pytest.mark.slow),
        pytest.param("light", PHONE, id="light-phone", marks=pytest.mark.slow),
    ],
)
def test_no_state_of_the_page_has_a_serious_fault(opened, scheme, size, tmp_path):
    page = opened(size, scheme)
    expect(page.locator("#examples li").first).to_be_visible()
    found = {"start": faults(page)}
    for question in (COST, CHANGE, STORES, MARGIN, STRANGER):
        ask(page, question)
        page.evaluate("() => { for (const each of document.querySelectorAll('details')) each.open = true; }")
        expect(page.locator("#answer details li", has_text="Looking…")).to_have_count(0)
        found[question] = faults(page)
    (tmp_path / "sheet.csv").write_text("item,2022")
    page.locator("#file").set_input_files(tmp_path / "sheet.csv")
    page.locator("#upload button").click()
    expect(page.locator("#uploads .failed")).to_be_visible()
    page.route("**/v1/ask", lambda route: route.fulfill(status=500, json={"detail": "the service failed"}))
    page.locator("#question").press("Enter")
    expect(page.locator("#status.error")).to_be_visible()
    found["errors"] = faults(page)
    page.route("**/v1/**", lambda route: route.fulfill(status=401, json={"detail": "send a valid key"}))
    page.locator("#question").press("Enter")
    expect(page.locator("#key-dialog")).to_be_visible()
    found["key"] = faults(page)
    assert {state: each for state, each in found.items() if each} == {}
