"""Tarrow Point Utilities Corporation: a water utility whose year ends in June, filed as plain text."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from retrieval.samples.content import Block, Column, Cover, Filing, Heading, Paragraph, Row, Statement


def filing() -> Filing:
    """The report on fiscal 2021."""
    cover = Cover(
        company="TARROW POINT UTILITIES CORPORATION",
        form="10-K",
        fiscal_year=2021,
        period_end=date(2021, 6, 30),
        ticker="TPUC",
        cik="0009990303",
        file_number="001-99303",
        state="Maine",
        exchange="New York Stock Exchange",
    )
    return Filing("tarrow-10k-2021.txt", cover, 3, _blocks())


def _columns(*, balance: bool = False) -> tuple[Column, ...]:
    ends = (date(2021, 6, 30), date(2020, 6, 30))
    return tuple(Column(str(end.year), end, None if balance else date(end.year - 1, 7, 1)) for end in ends)


def _blocks() -> tuple[Block, ...]:
    return (
        Heading("PART I", 1),
        Heading("ITEM 1. BUSINESS"),
        Paragraph(
            "Tarrow Point Utilities supplies water to about 212,000 customers in 64 communities in Maine and New Hampshire. "
            "Rates are set by the public utilities commissions of the two states."
        ),
        Paragraph(
            "At June 30, 2021, the Company had 486 employees, of whom 301 are members of the Utility Workers' Brotherhood. The "
            "present labor agreement ends in November 2023."
        ),
        Heading("ITEM 1A. RISK FACTORS"),
        Paragraph(
            "A drought in the Saco valley would force us to buy water from neighboring districts at prices that our rates do "
            "not cover. Storms may damage the intake at Tarrow Point, for which there is no substitute."
        ),
        Heading("ITEM 7. MANAGEMENT'S DISCUSSION AND ANALYSIS"),
        Paragraph(
            "Operating revenues increased by 5.8% in fiscal 2021, owing to a rate increase of 4.2% that the Maine commission "
            "granted in August 2020 and to a dry summer."
        ),
        Paragraph(
            "The Company plans to spend $340 million on mains and treatment plants in the five years through fiscal 2026. The "
            "line of credit of $60 million was unused at June 30, 2021."
        ),
        Heading("ITEM 8. FINANCIAL STATEMENTS"),
        _income(),
        _balance(),
        _cash_flow(),
        Heading("NOTE 1. REGULATION", 3),
        Paragraph(
            "Costs that the commissions are expected to allow in future rates are deferred as regulatory assets. The "
            "largest of them is for pensions, $22,640,000 at June 30, 2021."
        ),
        Heading("NOTE 2. LONG-TERM DEBT", 3),
        Paragraph(
            "In October 2020 the Company sold $40,000,000 of senior notes at 3.15%, due in 2050, and repaid $34,500,000 "
            "of older ones."
        ),
        Heading("NOTE 3. COMMITMENTS AND CONTINGENCIES", 3),
        Paragraph("The Company is not a party to any lawsuit that it believes to be material."),
    )


def _income() -> Statement:
    rows = (
        Row("Operating revenues", (214_905, 203_118), 0, dollar=True),
        Row("Operating expenses:", indent=0),
        Row("Operation and maintenance", (96_410, 92_377), 1),
        Row("Depreciation", (31_205, 29_840), 1),
        Row("Taxes other than income taxes", (18_450, 17_922), 1),
        Row("Total operating expenses", (146_065, 140_139), 1),
        Row("Operating income", (68_840, 62_979), 0),
        Row("Interest charges", (-21_360, -21_904), 0),
        Row("Other income", (1_215, 980), 0),
        Row("Income before income taxes", (48_695, 42_055), 0),
        Row("Income taxes", (9_739, 8_411), 0),
        Row("Net income", (38_956, 33_644), 0, dollar=True),
        Row("Earnings per share", (Decimal("2.74"), Decimal("2.38")), 0, per_share=True, dollar=True),
        Row("Average shares outstanding", (14_200, 14_150), 0),
    )
    title, unit = "CONSOLIDATED STATEMENTS OF INCOME", "(In thousands, except per share data)"
    return Statement(title, unit, "Year Ended June 30,", _columns(), rows)


def _balance() -> Statement:
    rows = (
        Row("ASSETS", indent=0),
        Row("Utility plant, net", (812_300, 780_140), 0, dollar=True),
        Row("Current assets:", indent=0),
        Row("Cash and cash equivalents", (6_214, 5_870), 1),
        Row("Customer receivables, net", (24_108, 22_945), 1),
        Row("Materials and supplies", (5_330, 5_118), 1),
        Row("Total current assets", (35_652, 33_933), 1),
        Row("Regulatory assets", (41_020, 39_415), 0),
        Row("Total assets", (888_972, 853_488), 0, dollar=True),
        Row("CAPITALIZATION AND LIABILITIES", indent=0),
        Row("Shareholders' equity", (301_540, 281_800), 0, dollar=True),
        Row("Long-term debt", (352_000, 346_500), 0),
        Row("Accounts payable", (17_905, 16_340), 0),
        Row("Other current liabilities", (21_027, 19_948), 0),
        Row("Deferred income taxes", (118_200, 113_100), 0),
        Row("Contributions in aid of construction", (78_300, 75_800), 0),
        Row("Total capitalization and liabilities", (888_972, 853_488), 0, dollar=True),
    )
    return Statement("CONSOLIDATED BALANCE SHEETS", "(In thousands)", "June 30,", _columns(balance=True), rows)


def _cash_flow() -> Statement:
    rows = (
        Row("Operating activities:", indent=0),
        Row("Net income", (38_956, 33_644), 1, dollar=True),
        Row("Depreciation", (31_205, 29_840), 1),
        Row("Deferred income taxes", (5_100, 4_650), 1),
        Row("Customer receivables", (-1_163, -890), 1),
        Row("Materials and supplies", (-212, -145), 1),
        Row("Accounts payable", (1_565, 720), 1),
        Row("Other current liabilities", (1_079, 605), 1),
        Row("Regulatory assets", (-1_605, -1_210), 1),
        Row("Cash provided by operating activities", (74_925, 67_214), 0),
        Row("Investing activities:", indent=0),
        Row("Additions to utility plant", (-63_365, -59_880), 1),
        Row("Contributions in aid of construction", (2_500, 2_300), 1),
        Row("Cash used in investing activities", (-60_865, -57_580), 0),
        Row("Financing activities:", indent=0),
        Row("Issuance of long-term debt", (40_000, 12_000), 1),
        Row("Repayment of long-term debt", (-34_500, -4_000), 1),
        Row("Dividends paid", (-19_216, -17_688), 1),
        Row("Cash used in financing activities", (-13_716, -9_688), 0),
        Row("Increase (decrease) in cash", (344, -54), 0),
        Row("Cash at beginning of year", (5_870, 5_924), 0),
        Row("Cash at end of year", (6_214, 5_870), 0, dollar=True),
    )
    title = "CONSOLIDATED STATEMENTS OF CASH FLOWS"
    return Statement(title, "(In thousands)", "Year Ended June 30,", _columns(), rows)
