import pytest
from typer.testing import CliRunner

from experiments.cli import app

run = CliRunner()


def test_works_are_listed_by_kind_and_shown():
    listed = run.invoke(app, ["literature", "list", "--kind", "system"])
    assert listed.exit_code == 0
    assert "lei-2022-reghnt" in listed.output and "2 read, 0 unverified" in listed.output
    assert "zhu-2021-tatqa" not in listed.output
    shown = run.invoke(app, ["literature", "show", "lei-2022-reghnt"])
    assert "value = 70.3" in shown.output and "we_doubt" in shown.output


def test_an_unknown_work_is_told():
    with pytest.raises(ValueError, match=r"no work 'none'.*see: financeqa literature list"):
        run.invoke(app, ["literature", "show", "none"], catch_exceptions=False)


def test_an_unknown_kind_is_told():
    with pytest.raises(ValueError, match=r"no works are of kind 'rumour'; kinds are benchmark, system"):
        run.invoke(app, ["literature", "list", "--kind", "rumour"], catch_exceptions=False)


def test_the_review_is_checked(tmp_path):
    assert run.invoke(app, ["literature", "check"]).exit_code == 0
    review = tmp_path / "review.md"
    review.write_text("TagOp has 99.9 exact match [zhu-2021-tatqa].", encoding="utf-8")
    checked = run.invoke(app, ["literature", "check", str(review)])
    assert checked.exit_code == 1
    assert "99.9 is not among the figures of zhu-2021-tatqa" in checked.output
