import tomllib

import pytest

from research.gaps.record import RECORDS, Found, Gap, GapError, gap_path, read_gap, read_gaps, to_text
from research.gaps.toml import to_toml

FIELDS = {
    "source": "techniques", "metric": "toy.f1", "dimension": "answer length", "value": "over 25 words",
    "reasons": ["worse than the rest"], "questions": 40, "documents": 9, "mean": 50.0, "rest": 61.5,
    "difference": -11.5, "low": -15.0, "high": -8.0, "p": 0.0004, "adjusted": 0.01, "tested": 20, "method": "m",
    "smallest": 1.0, "baseline": "full", "arms": 9, "best": "lora", "gain": 2.0, "gain_low": -1.0, "gain_high": 5.0,
    "runs": ["techniques/cpu/full, seeds 1"], "command": "financeqa gaps open --size cpu",
}  # fmt: skip
FOUND = Found.model_validate(FIELDS)


def written(folder, gap):
    path = gap_path(folder, gap.id)
    path.write_text(to_text(gap), encoding="utf-8")
    return path


def test_all_records_are_valid():
    """Their links exist, their literature is tagged, and nobody edited their figures."""
    gaps = read_gaps()
    assert len(gaps) == len(list(RECORDS.iterdir())) >= 3
    assert sum(bool(gap.hypothesis and gap.literature) for gap in gaps) >= 3


def test_a_record_is_read_as_it_was_written(tmp_path):
    gap = Gap(
        status="tried",
        hypothesis='Two\nlines, "quotes", \\ and """three""".\x7f',
        literature=("TagOp [V, leaderboard]", "from memory [M]"),
        inventions=("late-bound-scale",),
        note="lost",
        found=FOUND,
    )
    assert gap.id == "techniques-answer-length-over-25-words"
    assert read_gap(written(tmp_path, gap)) == gap


@pytest.mark.parametrize("edit", [("-11.5", "-21.5"), ("seeds 1", "seeds 1 2"), ('digest = "', 'digest = "0')])
def test_edited_figures_are_refused(tmp_path, edit):
    path = written(tmp_path, Gap(found=FOUND))
    path.write_text(path.read_text(encoding="utf-8").replace(*edit), encoding="utf-8")
    with pytest.raises(GapError, match=r"\[found\] was edited; run its command again: financeqa gaps open"):
        read_gap(path)


def test_prose_may_be_edited(tmp_path):
    path = written(tmp_path, Gap(found=FOUND))
    text = path.read_text(encoding="utf-8").replace('hypothesis = ""', 'hypothesis = "because"')
    path.write_text(text, encoding="utf-8")
    assert read_gap(path).hypothesis == "because"


def test_a_file_goes_by_its_gaps_name(tmp_path):
    path = written(tmp_path, Gap(found=FOUND)).rename(tmp_path / "other.toml")
    with pytest.raises(GapError, match=r"call it techniques-answer-length-over-25-words\.toml"):
        read_gap(path)


@pytest.mark.parametrize(
    ("prose", "fault"),
    [
        ({"literature": ("someone, 2020",)}, "does not say where it is known from"),
        ({"inventions": ("perpetual-motion",)}, "there is no invention"),
        ({"status": "closed"}, "say in note why"),
        ({"status": "done"}, "status"),
    ],
)
def test_broken_prose_is_refused(tmp_path, prose, fault):
    gap = Gap.model_construct(**{**Gap(found=FOUND).model_dump(), **prose, "found": FOUND})
    with pytest.raises(GapError, match=fault):
        read_gap(written(tmp_path, gap))


def test_toml_of_lists_and_numbers():
    fields = {"empty": [], "many": ["a", 'b "c"'], "number": -1.5, "count": 3, "text": ""}
    assert tomllib.loads(to_toml(fields)) == fields
