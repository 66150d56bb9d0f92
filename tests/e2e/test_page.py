"""The page's main paths by keyboard alone, on a desktop's screen and a phone's."""

import json
import re

import pytest
from playwright.sync_api import expect

from qa.api import feedback
from tests.e2e.browser import DESKTOP, PATIENCE
from tests.hostile import READABLE, TEXT, pdf

expect.set_options(timeout=PATIENCE)
COST = "What was Larkfield's cost of revenue in fiscal 2022?"
CHANGE = "What was the percentage change in Larkfield's cost of revenue from 2022 to 2023?"
STORES = "How many stores did Brindlevale Outfitters operate as of January 28, 2023?"
MARGIN = "Why did Larkfield's gross margin rise in 2023?"
STRANGER = "What was Hollowmere Robotics' revenue in 2023?"


def ask(page, question):
    """Types a question into the field that has the focus when the page opens, and waits for the answer."""
    page.locator("#question").focus()
    page.keyboard.press("Control+A")
    page.keyboard.type(question)
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text(re.compile("^(Answered|Looked) in"))


def tab_to(page, name, *, back=False):
    """Goes on by tab until what is called so has the focus; fails where no number of tabs leads there."""
    for _ in range(80):
        page.keyboard.press("Shift+Tab" if back else "Tab")
        if re.search(name, focused(page)):
            return
    raise AssertionError(f"no way by keyboard to {name!r}")


def focused(page):
    """What the element with the focus is called."""
    return page.evaluate(
        "() => { const e = document.activeElement;"
        " return e.getAttribute('aria-label') || e.labels?.[0]?.innerText || e.innerText || e.id; }"
    )


def fits(page):
    """Nothing sticks out at the side."""
    assert page.evaluate("() => document.documentElement.scrollWidth <= window.innerWidth")


def test_a_question_is_answered_with_its_cell_lit(page):
    expect(page.locator("#question")).to_be_focused()
    page.keyboard.type(COST)
    page.keyboard.press("Enter")
    expect(page.locator("#answer .said")).to_have_text("475")
    expect(page.locator("#answer")).to_be_focused()
    expect(page.locator("#answer")).to_contain_text("475,000,000 USD")
    expect(page.locator("#answer")).to_contain_text(re.compile("right: [01][.][0-9]{2}"))
    cell = page.locator("#evidence .cited")
    expect(cell).to_have_text("475")
    expect(cell).to_be_in_viewport()
    row = page.locator("#evidence tr", has=page.locator(".cited"))
    expect(row.locator("th")).to_have_text("Cost of revenue")
    assert set(row.locator("th, td").evaluate_all("cells => cells.map(c => c.className)")) == {"crossed", "cited"}
    fits(page)


def test_the_columns_of_a_table_stand_under_each_other(page):
    ask(page, COST)
    tops = page.locator("#evidence tr").evaluate_all(
        "rows => rows.map(r => [...r.querySelectorAll('.crossed, .cited')].at(-1)?.getBoundingClientRect())"
        ".filter(Boolean).map(b => Math.round(b.right))"
    )
    lit = page.locator("#evidence td.crossed, #evidence td.cited")
    assert len(tops) > 5 and lit.count() > 5
    column = page.locator("#evidence tr", has_not=page.locator(".cited")).locator("td.crossed")
    edges = column.evaluate_all(
        "cells => cells.map(c => { const b = c.getBoundingClientRect(); return [b.left, b.right]; })"
    )
    assert len({tuple(map(round, edge)) for edge in edges}) == 1


def test_numbers_of_an_equation_lead_to_their_cells_and_back(page):
    ask(page, CHANGE)
    expect(page.locator(".equation")).to_have_text("(528 − 489) / 489 × 100 = 8.0%")
    tab_to(page, "fiscal 2022: 489")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_be_focused()
    expect(page.locator("#evidence .place")).to_contain_text("10-K FY2023")
    expect(page.locator("#evidence .cited")).to_have_text("489")
    expect(page.locator("#evidence .cited")).to_be_in_viewport()
    page.keyboard.press("Escape")
    assert "fiscal 2022: 489" in focused(page)
    tab_to(page, "fiscal 2023: 528", back=True)
    page.keyboard.press("Enter")
    expect(page.locator("#evidence .cited")).to_have_text("528")


def test_a_pdf_is_shown_with_the_box_in_sight(page):
    ask(page, STORES)
    expect(page.locator("#answer .said")).to_have_text("187")
    picture = page.locator("#evidence img")
    expect(picture).to_have_attribute("alt", re.compile("187 stores"))
    expect(page.locator("#evidence .quote")).to_contain_text("187 stores")
    expect(picture).to_have_js_property("complete", True)
    page.wait_for_timeout(200)
    shown = page.locator(".picture").evaluate(
        "p => ({left: p.scrollLeft, top: p.scrollTop, width: p.clientWidth, height: p.clientHeight,"
        " scale: p.firstChild.clientWidth / 612})"
    )
    left, top, right, bottom = cited(page)["box"]
    assert shown["left"] <= left * shown["scale"] and right * shown["scale"] <= shown["left"] + shown["width"]
    assert shown["top"] <= top * shown["scale"] and bottom * shown["scale"] <= shown["top"] + shown["height"]
    assert picture.evaluate("i => i.naturalWidth") > 600
    fits(page)


def cited(page):
    """The citation of the question that the page has asked last."""
    question = page.locator("#question").input_value()
    answer = page.request.post(page.url.replace("/#", "/v1/ask#"), data={"question": question})
    return answer.json()["citations"][0]


def test_a_passage_is_shown_with_its_words_marked(page):
    ask(page, MARGIN)
    expect(page.locator("#evidence mark")).to_contain_text("electronic parts")
    expect(page.locator("#evidence blockquote")).to_contain_text("gross margin", ignore_case=True)


def test_other_candidates_lead_to_their_place(page):
    ask(page, MARGIN)
    tab_to(page, "Other candidates")
    page.keyboard.press("Enter")
    first = page.locator("#answer details", has_text="Other candidates").locator("li").first
    expect(first).to_be_visible()
    other, title = first.locator(".cite").inner_text(), first.inner_text()
    assert other != page.locator("#answer .said").inner_text()
    tab_to(page, f"^{re.escape(other)}$")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_be_focused()
    expect(page.locator("#evidence :is(mark, .cited)")).to_contain_text(other.removesuffix("…"))
    assert page.locator("#evidence .place").inner_text().split(", characters")[0] in title


def test_other_passages_open_and_lead_to_their_place(page):
    ask(page, COST)
    tab_to(page, "Other passages")
    page.keyboard.press("Enter")
    other = page.locator("#answer details", has_text="Other passages").locator(".cite").first
    expect(other).to_be_visible()
    title = other.inner_text()
    tab_to(page, f"^{re.escape(title)}$")
    page.keyboard.press("Enter")
    expect(page.locator("#evidence")).to_be_focused()
    expect(page.locator("#evidence .place")).to_contain_text(title)


def test_filters_are_used_kept_in_sight_and_in_the_address(page):
    page.keyboard.type("What was the cost of revenue?")
    tab_to(page, "Where to look")
    page.keyboard.press("Enter")
    for label, said in (("Company", "Larkfield"), ("Fiscal year", "2023"), ("Kind of filing", "10-K")):
        tab_to(page, f"^{label}$")
        page.keyboard.type(said)
    page.keyboard.press("Escape")  # the list of what is known
    page.keyboard.press("Enter")
    expect(page.locator("#answer .said")).to_have_text("528")
    expect(page.locator("#where")).to_have_text("Where to look: Larkfield, 2023, 10-K")
    assert "company=Larkfield" in page.url and "form=10-K" in page.url
    page.reload()
    expect(page.locator("#answer .said")).to_have_text("528")
    expect(page.locator("#kind")).to_have_value("10-K")
    tab_to(page, "^Quarter$", back=True)
    page.keyboard.press("ArrowDown")
    expect(page.locator("#where")).to_have_text("Where to look: Larkfield, 2023, Q1, 10-K")
    ask(page, "What was the cost of revenue?")
    expect(page.locator("#answer .said")).to_have_text("Not found")


def test_what_is_not_found_is_said_with_the_reason(page):
    ask(page, STRANGER)
    expect(page.locator("#answer .said")).to_have_text("Not found")
    expect(page.locator("#answer")).to_contain_text("No filing in the index is of Hollowmere Robotics.")
    expect(page.locator("#evidence")).to_be_hidden()
    expect(page.locator("#answer")).to_be_focused()


def test_history_is_kept_asked_again_and_forgotten(page):
    ask(page, COST)
    ask(page, STRANGER)
    assert page.locator("#history li").all_inner_texts() == [f"{STRANGER}\nnot found", f"{COST}\n475"]
    page.go_back()
    expect(page.locator("#question")).to_have_value(COST)
    expect(page.locator("#answer .said")).to_have_text("475")
    page.goto(page.url.split("#")[0])
    page.reload()
    tab_to(page, f"^{re.escape(STRANGER)}$")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .said")).to_have_text("Not found")
    tab_to(page, "Forget all of it")
    page.keyboard.press("Enter")
    expect(page.locator("#history")).to_have_text("Nothing yet.")
    expect(page.locator("#history-title")).to_be_focused()


def test_a_filing_is_added_with_its_progress_shown_and_deleted(page, tmp_path):
    (tmp_path / "lamps.pdf").write_bytes(pdf(READABLE))
    page.locator("#file").set_input_files(tmp_path / "lamps.pdf")
    page.locator("#file").focus()
    tab_to(page, "What it is")
    page.keyboard.press("Enter")
    tab_to(page, "^Company$")
    page.keyboard.type("Acme Lamps")
    page.evaluate(
        "() => { window.seen = []; new MutationObserver(() => window.seen.push(document.getElementById('uploads').innerText))"
        ".observe(document.getElementById('uploads'), {childList: true, subtree: true}); }"
    )
    page.keyboard.press("Enter")
    expect(page.locator("#uploads li").first).to_have_text(re.compile("^Acme Lamps.* added$"))
    seen = " ".join(page.evaluate("() => window.seen"))
    assert "waiting its turn" in seen or "reading" in seen or "embedding" in seen
    expect(page.locator("#documents")).to_contain_text("Acme Lamps")
    expect(page.locator("#documents-count")).to_have_text("(5)")
    page.once("dialog", lambda dialog: dialog.accept())
    tab_to(page, "^Delete Acme Lamps")
    page.keyboard.press("Enter")
    expect(page.locator("#documents-count")).to_have_text("(4)")
    expect(page.locator("#status")).to_contain_text("is deleted")
    expect(page.locator("#documents-title")).to_be_focused()


def test_a_file_that_is_no_filing_is_told(page, tmp_path):
    for name, data, said in (
        ("cut.pdf", pdf(READABLE)[:200], "damaged PDF"),
        ("sheet.csv", TEXT, "spreadsheets are not read"),
    ):
        (tmp_path / name).write_bytes(data)
        page.locator("#file").set_input_files(tmp_path / name)
        page.locator("#file").focus()
        page.keyboard.press("Tab")
        page.keyboard.press("Enter")
        expect(page.locator("#uploads .failed").first).to_contain_text(f"{name}: ")
        expect(page.locator("#uploads .failed").first).to_contain_text(said)


def test_a_wrong_answer_is_noted(page, site):
    ask(page, STORES)
    tab_to(page, "This answer is wrong")
    page.keyboard.press("Enter")
    tab_to(page, "What should it have been")
    page.keyboard.type("900 stores")
    page.keyboard.press("Enter")
    expect(page.locator("#answer details [role=status]")).to_contain_text("the passage does not say that")
    page.keyboard.press("Control+A")
    page.keyboard.type("29 states")
    page.keyboard.press("Enter")
    noted = page.locator("#answer", has_text="Noted. Thank you.")
    expect(noted).to_be_visible()
    assert focused(page) == "Noted. Thank you."
    kept = json.loads((site[1] / feedback.FILE).read_text().splitlines()[-1])
    assert (kept["question"], kept["answers"]["text"]) == (STORES, ["29 states"])


@pytest.mark.parametrize(
    ("status", "answer", "said"),
    [
        (500, {"detail": "the service failed; its log says why"}, "the service failed; its log says why."),
        (504, {"detail": "not answered within 30 s; ask for less"}, "not answered within 30 s; ask for less."),
        (502, None, "the service answered 502."),
    ],
)
def test_an_error_is_told_and_the_question_kept(page, status, answer, said):
    page.route("**/v1/ask", lambda route: route.fulfill(status=status, body=json.dumps(answer) if answer else "<html>"))
    page.keyboard.type(COST)
    page.keyboard.press("Enter")
    expect(page.locator("#status.error")).to_have_text(said)
    expect(page.locator("#question")).to_have_value(COST)
    page.unroute("**/v1/ask")
    page.keyboard.press("Enter")
    expect(page.locator("#answer .said")).to_have_text("475")
    expect(page.locator("#status.error")).to_have_count(0)


def test_a_service_that_is_gone_is_told(page):
    page.route("**/v1/ask", lambda route: route.abort())
    page.keyboard.type(COST)
    page.keyboard.press("Enter")
    expect(page.locator("#status.error")).to_have_text("the service cannot be reached.")


def test_a_busy_service_is_asked_again(page):
    refusals = iter([503, 503])

    def busy(route):
        if next(refusals, None) is None:
            route.continue_()
        else:
            route.fulfill(status=503, headers={"Retry-After": "1"}, body='{"detail": "too many requests are waiting"}')

    page.route("**/v1/ask", busy)
    ask(page, COST)
    expect(page.locator("#answer .said")).to_have_text("475")
    assert next(refusals, None) is None


def test_a_later_question_takes_the_place_of_an_earlier_one(page):
    page.route("**/v1/ask", lambda route: None if STRANGER in (route.request.post_data or "") else route.continue_())
    page.keyboard.type(STRANGER)
    page.keyboard.press("Enter")
    expect(page.locator("#status")).to_have_text("Looking in the filings…")
    expect(page.locator("#answer")).to_have_attribute("aria-busy", "true")
    ask(page, COST)
    expect(page.locator("#answer .said")).to_have_text("475")


def test_who_comes_for_the_first_time_is_shown_what_to_ask(page):
    examples = page.locator("#examples li")
    expect(examples.first).to_be_visible()
    question = examples.first.inner_text()
    tab_to(page, f"^{re.escape(question)}$")
    page.keyboard.press("Enter")
    expect(page.locator("#question")).to_have_value(question)
    expect(page.locator("#status")).to_have_text(re.compile("^(Answered|Looked) in"))
    expect(page.locator("#examples")).to_be_hidden()


def test_an_empty_index_says_what_to_do(page):
    page.route("**/v1/documents?*", lambda route: route.fulfill(json={"documents": [], "total": 0}))
    page.reload()
    expect(page.locator("#status")).to_have_text("There are no filings yet. Add one below.")
    expect(page.locator("#documents")).to_contain_text("None yet.")
    expect(page.locator("#examples")).to_be_hidden()


def test_a_key_is_asked_for_once_and_sent(opened):
    page = opened(DESKTOP)
    given = []

    def guarded(route):
        key = route.request.headers.get("authorization")
        given.append(key)
        if key == "Bearer right":
            route.continue_()
        else:
            route.fulfill(status=401, json={"detail": "send a valid key"})

    page.route("**/v1/**", guarded)
    page.reload()
    expect(page.locator("#key")).to_be_focused()
    page.keyboard.type("wrong")
    page.keyboard.press("Enter")
    expect(page.locator("#key-dialog")).to_be_visible()
    page.locator("#key").fill("right")
    page.keyboard.press("Enter")
    expect(page.locator("#documents-count")).to_have_text("(4)")
    ask(page, COST)
    assert given[-1] == "Bearer right"
    page.evaluate("() => sessionStorage.clear()")
    page.keyboard.press("Enter")
    page.locator("#question").focus()
    page.keyboard.press("Enter")
    expect(page.locator("#key-dialog")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator("#status.error")).to_have_text("send a valid key.")
