"""Does the review rest on the records? Every reference must lead somewhere, every figure to one who reports it.

A reference stands in brackets behind what it is for: `[zhu-2021-tatqa]` is a work, `[gaps/NAME]` a gap of the register,
`[inventions/NAME]` a page of the inventions. A number of the review has to be among the figures of a work, or in the
page of an invention, that is referred to behind it in the same sentence. Figures of gaps change with the runs, so that
the review names gaps and leaves their figures to them. A figure that nobody read has "unverified" in its sentence.

What figures are: `research.figures.numbers`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path

from research.figures import REFERENCE, numbers
from research.gaps.record import INVENTIONS
from research.gaps.record import RECORDS as GAPS
from research.literature.record import RECORDS, UNVERIFIED, Work, read_works

REVIEW = Path(__file__).with_name("README.md")
_CODE = re.compile(r"```.*?```|`[^`]*`", re.DOTALL)
_LINK = re.compile(r"\[([^\]]*)\]\([^)]*\)")
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+")


def check_review(review: Path = REVIEW, records: Path = RECORDS) -> list[str]:
    """What is wrong with the review, a line each.

    Raises:
        LiteratureError: a record is broken.
    """
    return list(faults(review.read_text(encoding="utf-8"), {work.key: work for work in read_works(records)}))


def faults(text: str, works: Mapping[str, Work]) -> Iterator[str]:
    """The references of a text that lead nowhere, and its figures that none of them reports."""
    for sentence in sentences(text):
        yield from _faults_of_sentence(sentence, works)


def sentences(text: str) -> Iterator[str]:
    """Of all paragraphs, list items and headings; what is set as code is left out."""
    for block in re.split(r"\n\s*\n|\n(?=[-#|])", _CODE.sub("", text)):
        line = " ".join(_LINK.sub(r"\1", block).split())
        yield from (part for part in _SENTENCE_END.split(line) if part)


def _faults_of_sentence(sentence: str, works: Mapping[str, Work]) -> Iterator[str]:
    references = [(match.start(), match[1]) for match in REFERENCE.finditer(sentence)]
    for _, reference in references:
        if not _exists(reference, works):
            yield f"[{reference}] leads nowhere: {sentence}"
    for place, value in numbers(sentence):
        behind = [reference for start, reference in references if start > place]
        found = [verified for reference in behind for verified in _reported(reference, value, works)]
        if not found:
            yield f"{value:g} is not among the figures of {', '.join(behind) or 'any work behind it'}: {sentence}"
        elif not any(found) and UNVERIFIED not in sentence:
            yield f"{value:g} is unverified, and the sentence doesn't say so: {sentence}"


def _exists(reference: str, works: Mapping[str, Work]) -> bool:
    folder, _, name = reference.rpartition("/")
    if folder == "gaps":
        return (GAPS / f"{name}.toml").is_file()
    if folder == "inventions":
        return (INVENTIONS / f"{name}.md").is_file()
    return reference in works


def _reported(reference: str, value: float, works: Mapping[str, Work]) -> Iterator[bool]:
    """For each time that it reports the value: was that read?"""
    if reference in works:
        yield from (figure.verified for figure in works[reference].figures if figure.value == value)
    elif reference.startswith("inventions/") and _exists(reference, works):
        page = (INVENTIONS / f"{reference.partition('/')[2]}.md").read_text(encoding="utf-8")
        if any(number == value for _, number in numbers(page)):
            yield True
