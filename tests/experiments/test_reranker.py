import math
from dataclasses import replace

import numpy as np
import pytest
import torch

from experiments.inventions import reranker
from experiments.inventions.reranker import SHORTLIST, Reranker, in_words, listwise_loss, shortlist, train_reranker
from qa.data.finqa import FinQuestion
from qa.metrics.finqa import parse_program
from qa.programs.model import case_of

FACTS = (
    "( in millions ) the sales of 2017 is $ 1,041 ; the sales of 2016 is $ 40 ( 40 ) ;",
    "costs were $ 2.8 million and 3.1% in 2017 and 2016 , respectively , as of december 31 , 2017 .",
)
GROWTH = FinQuestion(
    "A-1",
    "A",
    "what was the growth of sales from 2016 to 2017 ?",
    FACTS,
    {"sales": (1041.0, 40.0)},
    parse_program("subtract(1041, 40), divide(#0, 40)"),
    25.025,
)


def test_a_shortlist_has_each_result_once_and_the_likeliest_first():
    case = case_of(GROWTH)
    chances = np.full(len(case.programs), 1 / len(case.programs))
    chances[3] += 1
    listed = shortlist(GROWTH, case, chances / chances.sum())
    assert listed.programs[0] == case.programs[3]
    assert len({program.result for program in listed.programs}) == len(listed.programs) == SHORTLIST
    assert list(listed.shares) == sorted(listed.shares, reverse=True)
    assert in_words(GROWTH, next(p for p in case.programs if p.steps == GROWTH.program)) == (
        "change: 1041 = sales 2017; 40 = sales 2016"
    )


def test_the_loss_is_that_of_the_right_programs_of_each_list():
    prior = torch.tensor([[0.0, -1.0, -math.inf], [-0.5, -0.2, -0.1]])
    right = torch.tensor([[True, False, False], [False, True, True]])
    logits = torch.tensor([1.0, 2.0, 3.0, 4.0, 5.0])
    first = math.log(2)
    second = math.log(1 + math.exp(2.5) / (math.exp(3.8) + math.exp(4.9)))
    assert listwise_loss(logits, prior, right).item() == pytest.approx((first + second) / 2, rel=1e-5)


def test_a_reranker_is_trained_kept_and_read(tmp_path, monkeypatch):
    monkeypatch.setattr(reranker, "EPOCHS", 1)
    case = case_of(GROWTH)
    listed = shortlist(GROWTH, case, np.full(len(case.programs), 1 / len(case.programs)))
    program = next(p for p in case.programs if p.steps == GROWTH.program)
    listed = replace(listed, programs=(program, *listed.programs[1:]))
    folder = train_reranker([listed, replace(listed, programs=listed.programs[1:], shares=listed.shares[1:])], tmp_path)
    assert train_reranker([], tmp_path) == folder
    found = Reranker(folder).best(listed)
    assert found is not None and found[0] in listed.programs
    assert 0 < found[1] <= listed.shares.sum()
    assert Reranker(folder).best(replace(listed, programs=(), shares=np.zeros(0))) is None
