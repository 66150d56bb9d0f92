"""Do the texts lead where they say: links, files between backticks, and commands?"""

import re

import pytest

from tests.commands import ROOT, commands_in, fault_of

PAGES = sorted(
    path
    for path in [
        ROOT / "README.md",
        ROOT / "CHANGELOG.md",
        *(ROOT / "research").rglob("*.md"),
        *(ROOT / "experiments").rglob("*.md"),
    ]
    if "starters" not in path.parts
)
_FILE = re.compile(r"`((?:research|experiments|qa|retrieval|tests)/[\w./-]+)`")


def text_of(path):
    return path.read_text(encoding="utf-8")


def leads_somewhere(page, file, heading):
    """Whether a link's file is there, and has the heading that the link names."""
    target = page.parent / file
    headings = re.findall(r"^#+ (.+)$", text_of(target), re.MULTILINE) if heading and target.is_file() else []
    return target.exists() and (
        not heading or heading in {re.sub(r"[^\w -]", "", h.lower()).replace(" ", "-") for h in headings}
    )


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_leads_to_what_exists(path):
    text = re.sub(r"```.*?```", "", text_of(path), flags=re.DOTALL)
    links = [link for link in re.findall(r"\]\(([^)\s]+)\)", text) if not re.match(r"https?://|#", link)]
    missing = [link for link in links if not leads_somewhere(path, *link.partition("#")[::2])]
    missing += [file for file in _FILE.findall(text) if not (ROOT / file).exists()]
    assert missing == []


@pytest.mark.parametrize("path", PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_a_page_names_commands_that_can_be_given(path):
    assert {command: fault for command in commands_in(text_of(path)) if (fault := fault_of(command))} == {}


def test_a_newcomer_can_walk_from_the_first_page_to_every_other():
    """Links lead from the README to each page of research."""
    seen, waiting = set(), [ROOT / "README.md"]
    while waiting:
        page = waiting.pop().resolve()
        if page in seen or page.suffix != ".md":
            continue
        seen.add(page)
        links = re.findall(r"\]\(([^)\s#]+)", text_of(page)) + [ROOT / file for file in _FILE.findall(text_of(page))]
        waiting += [target for link in links if (target := (page.parent / link).resolve()).is_file()]
    assert set((ROOT / "research").rglob("*.md")) - seen == set()
