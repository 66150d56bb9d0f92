import pytest

from experiments.research_state import PAGE, PARTS, gaps, goals, inventions, with_state
from research.gaps.record import read_gaps
from research.inventions.page import read_inventions


def test_the_page_is_as_the_records_say():
    page = PAGE.read_text(encoding="utf-8")
    assert page == with_state(page), "research/README.md is stale; run: python -m experiments.research_state"


def test_parts_are_written_between_their_marks():
    page = "# Page\n" + "".join(f"<!-- {name}: written by me -->\nSTALE\n<!-- end -->\nKEPT\n" for name in PARTS)
    written = with_state(page)
    assert "STALE" not in written and written.count("KEPT") == len(PARTS) and goals() in written
    assert with_state(written) == written


def test_a_page_without_a_part_is_told():
    with pytest.raises(ValueError, match="the page lacks <!-- gaps: written by"):
        with_state("\n".join(f"<!-- {name}: written by me -->\n<!-- end -->" for name in PARTS if name != "gaps"))


def test_all_records_are_shown():
    assert all(f"[{gap.id}](gaps/records/{gap.id}.toml)" in gaps() for gap in read_gaps())
    assert all(
        f"[{page.title}](inventions/{page.name}.md) | {page.verdict}" in inventions() for page in read_inventions()
    )
