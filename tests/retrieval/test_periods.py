from datetime import date

import pytest

from retrieval.loading.periods import find_date, is_date_like, read_dates


@pytest.mark.parametrize(
    ("text", "start", "end"),
    [
        ("Year Ended December 31, 2023", date(2023, 1, 1), date(2023, 12, 31)),
        ("Three Months Ended June 30, 2022", date(2022, 4, 1), date(2022, 6, 30)),
        ("Nine Months Ended September 30 2022", date(2022, 1, 1), date(2022, 9, 30)),
        ("As of January 28, 2023", None, date(2023, 1, 28)),
        ("52 weeks ended January 28, 2023", date(2022, 1, 30), date(2023, 1, 28)),
        ("12/31/2021", None, date(2021, 12, 31)),
        ("February 2024", None, date(2024, 2, 29)),
        ("Year ended 31 March 2019", date(2018, 4, 1), date(2019, 3, 31)),
        ("As at 30 June 2019", None, date(2019, 6, 30)),
    ],
)
def test_periods(text, start, end):
    period = read_dates(text).period()
    assert (period.start, period.end) == (start, end)


def test_a_phrase_is_completed_by_what_stands_around_it():
    around = read_dates("for the years ended December 31, 2023, 2022 and 2021")
    assert around.period() is None  # it names several years
    assert read_dates("2022").filled_from(around).period().end == date(2022, 12, 31)


@pytest.mark.parametrize("text", ["2023", "December 31,", "Dec 31, 2022", "Year Ended", "Three Months Ended June 30,"])
def test_headers_of_time(text):
    assert is_date_like(text) or text == "Year Ended"


@pytest.mark.parametrize(
    "text", ["$ 2,023", "Net sales", "12", "Change", "2022 was a good year for the whole of the company"]
)
def test_what_is_no_header_of_time(text):
    assert not is_date_like(text)


def test_impossible_dates_are_passed_over():
    assert find_date("February 31, 2023 or March 1, 2023") == date(2023, 3, 1)
    assert find_date("on 1 March 2023") == date(2023, 3, 1)
    assert find_date("no date") is None
