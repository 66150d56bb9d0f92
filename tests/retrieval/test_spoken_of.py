from dataclasses import replace

import pytest

from retrieval.spoken_of import SpokenOf

BRAND = SpokenOf(passages=10, companies=1, share=1.0, own=3, rows=0, foreign=1, firm=0)


@pytest.mark.parametrize(
    ("changes", "own"),
    [
        ({}, True),
        ({"foreign": 5}, False),  # a rival or a party in half of the passages
        ({"share": 0.5}, False),  # in several companies' filings
        ({"share": 0.5, "own": 5}, True),  # where more than one calls a segment so
        ({"own": 0}, True),  # one company speaks of it all the time
        ({"own": 0, "share": 0.7}, False),
        ({"firm": 9}, False),  # always with a legal form
        ({"passages": 1, "own": 0, "foreign": 0}, False),
        ({"share": 0.3, "companies": 8, "rows": 3}, True),  # a region or class of shares in tables
    ],
)
def test_what_makes_a_name_a_filer_s_own(changes, own):
    assert replace(BRAND, **changes).is_own is own


def test_what_everybody_speaks_of_is_no_company():
    assert replace(BRAND, companies=8, passages=40).is_general
    assert not replace(BRAND, companies=8, passages=40, firm=20).is_general
    assert replace(BRAND, firm=1).is_outside and not BRAND.is_outside
