import math

from qa.judging import LARGEST, judged


def test_a_margin_speaks_for_a_passage_up_to_the_largest_that_counts():
    assert judged(0.5, -3.0) < judged(0.5, 0.0) == 0.5 < judged(0.5, 4.0) < judged(0.6, 4.0)
    assert judged(0.5, LARGEST) == judged(0.5, LARGEST + 5) == judged(0.5, math.inf)
