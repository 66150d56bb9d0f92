import pytest

from qa.figure_asked import lacks_its_figure
from qa.lookup.asked import asked_of
from retrieval.document import Identity
from retrieval.query import parse_query

HELD = [Identity(company="Acme, Inc."), Identity(company="Bank of America")]


def lacks(answer, question):
    return lacks_its_figure(answer, asked_of(parse_query(question, HELD)))


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What was Acme's cloud revenue in fiscal 2023?", "Revenue is recognized as services are delivered"),
        ("What was Acme's cloud revenue in fiscal 2023?", "the years ended June 30, 2023 and 2022"),
        ("What is Acme's cloud revenue in FY23?", "cloud revenue"),
        ("What was Bank of America's cloud revenue?", "cloud revenue"),
        ("What’s Acme's cloud revenue in Q2 2023?", "cloud revenue"),
        ("What was net income attributable to Acme in 2023?", "Adjusted EBITDA"),
        ("What was the effective tax rate?", "effective tax rate"),
        ("What was the effective tax rate in 2023?", "the third quarter of 2023"),
        ("What was Acme's headcount at June 30, 2023?", "$11 million"),
        ("What percentage of sales came from Canada in 2021?", "105"),
        ("What was R&D expense as a percentage of revenue?", "$3.2 billion"),
        ("What was its return on invested capital?", "$3.2 billion"),
        ("What were its dividends per share?", "$4.56 billion"),
        ("What was the interest rate of the notes?", "$500 million"),
        ("What was the average price paid per share in 2023?", "$77 billion"),
        ("What was the product revenue in the fourth quarter of 2023?", "revenue from products"),
    ],
)
def test_words_are_no_figure_and_dollars_no_percentage(question, answer):
    assert lacks(answer, question)


@pytest.mark.parametrize(
    ("question", "answer"),
    [
        ("What was Acme's cloud revenue in fiscal 2023?", "$1.2 million"),
        ("What was the value of its restricted stock?", "was not material"),
        ("What were Acme's dividends in 2023?", "We have never declared or paid any cash dividends"),
        ("What was the impairment loss in 2023?", "did not record any impairment"),
        ("What percentage of revenue came from Canada?", "not considered material"),
        ("What percentage of sales came from Canada in 2021?", "approximately half"),
        ("What percentage of sales came from Canada in 2021?", "substantially all"),
        ("What was Acme's headcount at June 30, 2023?", "approximately 1,800"),
        ("What was Acme's headcount at June 30, 2023?", "18K"),
        ("What was the EBITDA margin?", "4.5x"),
        ("What was its return on invested capital?", "36.7%"),
        ("What was the expected return on plan assets in 2023?", "$45 million"),
        ("What were its dividends per share?", "$5.02"),
        ("What was the total cost of the shares repurchased at $100 per share?", "$12 million"),
        ("What was the income tax expense and effective tax rate?", "$12 million"),
        ("What was the interest rate of the notes?", "SOFR plus 1.25%"),
        # definitions, reasons, names
        ("What is adjusted revenue?", "revenue before sales taxes"),
        ("What is basic earnings per share based on?", "the weighted-average number of shares"),
        ("What is free cash flow, as defined in the 2023 10-K?", "cash from operations less purchases of equipment"),
        ("What was the main driver of revenue in 2023?", "the lamps business"),
        ("What were the reasons for the increase in revenue?", "higher prices"),
        ("What was the reason for the decrease in the effective tax rate in 2023?", "stock-based compensation"),
        ("What was the impact of the tax rate change on deferred taxes in 2022?", "$12 million"),
        ("What were the main factors affecting operating income in 2023?", "higher freight costs"),
        ("What was the product generating the most revenue in 2023?", "lamps"),
        ("What was the year Acme reached peak revenue?", "2021"),
        ("What was the company's policy regarding capital expenditures?", "it leases what it can"),
        ("What was the increase in SG&A expenses due to in 2023?", "higher headcount"),
        ("What was the restructuring charge related to in 2023?", "the closure of our Ohio plant"),
        ("What was the cash used for in 2023?", "share repurchases"),
        ("What was the effective tax rate for 2023, and what caused it to change?", "stock-based compensation"),
        ("What was the largest expense in 2023?", "cost of revenue"),
        ("What was the restructuring charge for in 2023?", "the closure of our Ohio plant"),
        ("What was the increase in operating expenses primarily driven by in 2023?", "higher headcount"),
        ("What was the interest rate of the term loan due 2025?", "SOFR plus an applicable margin"),
        ("What was the exercise price of the options in 2023?", "the fair market value on the grant date"),
        ("What was the range of loss in 2023?", "cannot be reasonably estimated"),
        ("What was the growth rate in 2023?", "low double digits"),
        ("What is adjusted EBITDA in the 2023 report?", "net income before interest, taxes and depreciation"),
        ("What were the total dividends and dividends per share in 2023?", "$15.0 billion"),
    ],
)
def test_what_may_be_an_answer_is_not_refused(question, answer):
    assert not lacks(answer, question)
