import pytest

from research.figures import numbers
from research.gaps.record import RECORDS as GAPS
from research.literature.check import check_review, faults
from research.literature.record import KINDS, RECORDS, LiteratureError, read_work, read_works, work_path

TEXT = """key = "zhu-2021-tatqa"
title = "TAT-QA"
authors = "Zhu and others"
year = 2021
where = "ACL 2021; https://aclanthology.org/2021.acl-long.254/"
kind = "benchmark"
claim = "Questions on tables and text."
data = "Annual reports."
licence = "unknown"
we_take = "The metric."
we_doubt = "The contexts."

[[figures]]
what = "TagOp on test"
value = 50.1
unit = "exact match"
read_in = "https://nextplusplus.github.io/TAT-QA/ (leaderboard)"

[[figures]]
what = "questions"
value = 16552
unit = "questions"
read_in = "unverified"
"""


def written(folder, text=TEXT, key="zhu-2021-tatqa"):
    path = work_path(folder, key)
    path.write_text(text, encoding="utf-8")
    return path


@pytest.fixture
def works(tmp_path):
    work = read_work(written(tmp_path))
    return {work.key: work}


def test_all_records_are_valid():
    """Each is complete and named by its key, and no work has two."""
    works = read_works()
    assert len(works) == len(list(RECORDS.iterdir())) >= 45
    assert {work.kind for work in works} == set(KINDS)


def test_the_review_rests_on_the_records():
    """Every reference leads to a record, and every figure is one that a record behind it reports."""
    assert check_review() == []


def test_most_figures_were_read():
    figures = [figure for work in read_works() for figure in work.figures]
    assert sum(figure.verified for figure in figures) > 0.9 * len(figures)


def test_a_record_is_read(works):
    figures = works["zhu-2021-tatqa"].figures
    assert [(figure.value, figure.verified) for figure in figures] == [(50.1, True), (16552, False)]


@pytest.mark.parametrize(
    ("edit", "fault"),
    [
        (("unverified", "a talk"), "no place where the figure was read"),
        (("unverified", ""), "no place where the figure was read"),
        (("ACL 2021; https://aclanthology.org/2021.acl-long.254/", "ACL 2021"), "has no address"),
        (("year = 2021", "year = 2022"), "not of the form author-2022-name"),
        (("benchmark", "rumour"), "kind"),
        (('we_doubt = "The contexts."\n', ""), "we_doubt"),
        (("The contexts.", " "), "we_doubt"),
        (("50.1", "nan"), "value"),
        (("unit", "units"), "units"),
        (("key = ", "key "), "TOML|Expected"),
    ],
)
def test_broken_records_are_refused(tmp_path, edit, fault):
    path = written(tmp_path, TEXT.replace(*edit))
    with pytest.raises(LiteratureError, match=fault) as error:
        read_work(path)
    assert str(path) in str(error.value)


def test_a_file_goes_by_its_works_key(tmp_path):
    with pytest.raises(LiteratureError, match=r"call it zhu-2021-tatqa\.toml"):
        read_work(written(tmp_path, key="zhu-2021-other"))


def test_a_work_has_one_record(tmp_path):
    written(tmp_path)
    written(tmp_path, TEXT.replace("zhu-2021-tatqa", "zhu-2021-tat").replace("TAT-QA", "tat-qa"), "zhu-2021-tat")
    with pytest.raises(LiteratureError, match="zhu-2021-tat and zhu-2021-tatqa are both of 'TAT-QA'"):
        read_works(tmp_path)


@pytest.mark.parametrize(
    ("sentence", "values"),
    [
        ("TagOp has 50.1 exact match on 16,552 questions, 81% of 10.", [50.1, 16552, 81, 10]),
        ("In 2021 GPT-4-Turbo read a 10-K for recall@5 on SQuAD 2.0, FiNER-139 and 22M words of F1.", []),
        ("It gains +1.2 [+0.6, -1.9] over x-3, 2.", [1.2, 0.6, -1.9, 2]),
        ("From 18 to 24% or 9-19 or 60.3/72.8, arXiv 2401.09168v1 [guo-2024-lowbudget].", [18, 24, 9, 19, 60.3, 72.8]),
    ],
)
def test_numbers_are_told_from_names_and_years(sentence, values):
    assert [value for _, value in numbers(sentence)] == values


@pytest.mark.parametrize(
    "text",
    [
        "TagOp has 50.1 exact match [zhu-2021-tatqa].",
        "It has 16,552 questions (unverified) [zhu-2021-tatqa], and TagOp\nhas 50.1 on them [zhu-2021-tatqa].",
        "A window has `512` pieces. In 2021 a [link](https://x.org/12) said so.",
        f"See [gaps/{min(GAPS.iterdir()).stem}] and the 41.9% of [inventions/ask-twice].",
        "```\n99 bottles\n```\n\n- 50.1 is said [zhu-2021-tatqa]\n- and nothing else",
    ],
)
def test_a_text_that_rests_on_records_passes(works, text):
    assert list(faults(text, works)) == []


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("TagOp is good [zhu-2021-tagop].", r"\[zhu-2021-tagop\] leads nowhere"),
        ("A gap [gaps/none].", r"\[gaps/none\] leads nowhere"),
        ("An idea [inventions/none].", r"\[inventions/none\] leads nowhere"),
        ("TagOp has 50.2 exact match [zhu-2021-tatqa].", "50.2 is not among the figures of zhu-2021-tatqa"),
        ("TagOp has 50.1 exact match.", "50.1 is not among the figures of any work behind it"),
        ("TagOp [zhu-2021-tatqa] has 50.1.", "50.1 is not among the figures of any work behind it"),
        ("TagOp has 50.1. It is good [zhu-2021-tatqa].", "50.1 is not among the figures of any work behind it"),
        ("- 50.1 is said\n- nothing else [zhu-2021-tatqa]", "50.1 is not among"),
        ("There are 16552 questions [zhu-2021-tatqa].", "16552 is unverified, and the sentence doesn't say so"),
        ("They get 41.8% [inventions/ask-twice].", "41.8 is not among the figures of inventions/ask-twice"),
        (f"It is 30.58 points worse [gaps/{min(GAPS.iterdir()).stem}].", "30.58 is not among"),
    ],
)
def test_a_text_that_rests_on_nothing_is_told(works, text, fault):
    with pytest.raises(AssertionError, match=fault):
        assert list(faults(text, works)) == []
