"""Brindlevale Outfitters, Inc.: a retailer whose fiscal 2022 ended on January 28, 2023."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from retrieval.samples.content import Block, Column, Cover, Filing, Heading, PageBreak, Paragraph, Row, Statement

_UNITS = "(In thousands, except per share data)"


def filing() -> Filing:
    """The report on fiscal 2022."""
    cover = Cover(
        company="Brindlevale Outfitters, Inc.",
        form="10-K",
        fiscal_year=2022,
        period_end=date(2023, 1, 28),
        ticker="BVOF",
        cik="0009990202",
        file_number="001-99202",
        state="Oregon",
        exchange="New York Stock Exchange",
    )
    return Filing("brindlevale-10k-fy2022.pdf", cover, 3, _blocks())


def _years(*ends: date) -> tuple[Column, ...]:
    starts = {date(2023, 1, 28): date(2022, 1, 30), date(2022, 1, 29): date(2021, 1, 31)}
    return tuple(Column(f"{end:%B} {end.day}, {end.year}", end, starts.get(end)) for end in ends)


def _dates() -> tuple[Column, ...]:
    return tuple(Column(f"{end:%B} {end.day}, {end.year}", end) for end in (date(2023, 1, 28), date(2022, 1, 29)))


def _blocks() -> tuple[Block, ...]:
    return (
        Heading("PART I", 1),
        Heading("Item 1. Business"),
        Paragraph(
            "Brindlevale Outfitters sells clothing and equipment for walking, paddling and camping through stores and over "
            "the internet. As of January 28, 2023, we operated 187 stores in 29 states. Fiscal 2022 and fiscal 2021 each had "
            "52 weeks."
        ),
        Paragraph(
            "We employed approximately 8,900 people at the end of fiscal 2022, of whom 5,600 worked part time. Sales over "
            "the internet were 31% of net sales in fiscal 2022, compared with 33% in fiscal 2021."
        ),
        Heading("Item 1A. Risk Factors"),
        Paragraph(
            "About 44% of what we sell is made in Vietnam. Strikes, floods or new tariffs there could leave us short of goods "
            "for a season."
        ),
        Paragraph(
            "Our largest distribution center, in Reno, Nevada, ships two thirds of all online orders; a fire or a failure of "
            "its systems would delay them for weeks."
        ),
        PageBreak(),
        Heading("Item 7. Management's Discussion and Analysis"),
        Paragraph(
            "Net sales rose 5.3% in fiscal 2022. Comparable store sales grew by 2.1%, and the rest came from eleven new stores. "
            "Gross margin fell to 38.0% from 39.1% because of higher ocean freight rates and deeper markdowns on winter coats."
        ),
        Paragraph(
            "Selling, general and administrative expenses grew faster than sales, mainly because we raised the starting wage "
            "in our stores to $17 an hour in May 2022."
        ),
        Paragraph(
            "Our asset-based credit facility of $225 million expires in October 2026. We had borrowed $110 million "
            "under it at the end of fiscal 2022."
        ),
        PageBreak(),
        Heading("Item 8. Financial Statements"),
        _income(),
        PageBreak(),
        _balance(),
        PageBreak(),
        _cash_flow(),
        PageBreak(),
        Heading("Notes to Consolidated Financial Statements", 2),
        Heading("Note 1. Accounting policies", 3),
        Paragraph(
            "Merchandise inventories are valued at the lower of average cost and net realizable value. Gift cards that are not "
            "expected to be redeemed are recognized as sales in proportion to those that are."
        ),
        Heading("Note 2. Leases", 3),
        Paragraph(
            "All stores are leased. Operating lease cost was $81.4 million in fiscal 2022, and the weighted-average remaining "
            "lease term was 6.2 years."
        ),
        Heading("Note 3. Income taxes", 3),
        Paragraph("The effective tax rate was 24.0% in fiscal 2022, compared with 24.5% in fiscal 2021."),
        Heading("Note 4. Contingencies", 3),
        Paragraph(
            "In September 2022 we recalled 14,000 camping stoves. The recall cost $2.6 million, which is part of cost of sales."
        ),
        Heading("Note 5. Subsequent events", 3),
        Paragraph("In March 2023 we agreed to sell our warehouse in Toledo, Ohio, for $19.5 million."),
    )


def _income() -> Statement:
    def per(value: str) -> Decimal:
        return Decimal(value)

    rows = (
        Row("Net sales", (1_284_350, 1_219_770), 0, dollar=True),
        Row("Cost of sales", (796_297, 743_060), 0),
        Row("Gross profit", (488_053, 476_710), 0),
        Row("Selling, general and administrative expenses", (389_160, 362_214), 0),
        Row("Depreciation and amortization", (38_400, 36_100), 0),
        Row("Operating income", (60_493, 78_396), 0),
        Row("Interest expense, net", (6_210, 5_480), 0),
        Row("Income before income taxes", (54_283, 72_916), 0),
        Row("Income tax expense", (13_028, 17_865), 0),
        Row("Net income", (41_255, 55_051), 0, dollar=True),
        Row("Net income per share:", indent=0),
        Row("Basic", (per("1.50"), per("1.97")), 1, per_share=True, dollar=True),
        Row("Diluted", (per("1.48"), per("1.94")), 1, per_share=True, dollar=True),
        Row("Weighted average shares:", indent=0),
        Row("Basic", (27_450, 27_900), 1),
        Row("Diluted", (27_900, 28_400), 1),
    )
    columns = _years(date(2023, 1, 28), date(2022, 1, 29))
    return Statement("Consolidated Statements of Operations", _UNITS, "Fiscal Year Ended", columns, rows)


def _balance() -> Statement:
    rows = (
        Row("Assets", indent=0),
        Row("Current assets:", indent=0),
        Row("Cash and cash equivalents", (64_118, 88_905), 1, dollar=True),
        Row("Receivables", (9_240, 8_815), 1),
        Row("Merchandise inventories", (241_780, 214_330), 1),
        Row("Prepaid expenses and other", (18_655, 17_240), 1),
        Row("Total current assets", (333_793, 329_290), 0),
        Row("Property and equipment, net", (214_560, 205_310), 0),
        Row("Operating lease right-of-use assets", (312_400, 301_750), 0),
        Row("Other assets", (7_905, 8_020), 0),
        Row("Total assets", (868_658, 844_370), 0, dollar=True),
        Row("Liabilities and Shareholders' Equity", indent=0),
        Row("Current liabilities:", indent=0),
        Row("Accounts payable", (118_420, 121_660), 1, dollar=True),
        Row("Accrued liabilities", (62_310, 66_905), 1),
        Row("Current operating lease liabilities", (54_880, 53_120), 1),
        Row("Total current liabilities", (235_610, 241_685), 0),
        Row("Long-term debt", (110_000, 95_000), 0),
        Row("Long-term operating lease liabilities", (271_340, 263_900), 0),
        Row("Other long-term liabilities", (9_118, 9_450), 0),
        Row("Total liabilities", (626_068, 610_035), 0),
        Row("Shareholders' equity:", indent=0),
        Row("Common stock and paid-in capital", (98_700, 91_400), 1),
        Row("Retained earnings", (143_890, 142_935), 1),
        Row("Total shareholders' equity", (242_590, 234_335), 0),
        Row("Total liabilities and shareholders' equity", (868_658, 844_370), 0, dollar=True),
    )
    return Statement("Consolidated Balance Sheets", "(In thousands)", "", _dates(), rows)


def _cash_flow() -> Statement:
    rows = (
        Row("Operating activities:", indent=0),
        Row("Net income", (41_255, 55_051), 1, dollar=True),
        Row("Depreciation and amortization", (38_400, 36_100), 1),
        Row("Share-based compensation", (7_300, 6_900), 1),
        Row("Receivables", (-425, -610), 1),
        Row("Merchandise inventories", (-27_450, -18_240), 1),
        Row("Prepaid expenses and other", (-1_415, -900), 1),
        Row("Accounts payable", (-3_240, 9_870), 1),
        Row("Accrued liabilities", (-4_595, 5_310), 1),
        Row("Leases and other", (-1_667, -1_246), 1),
        Row("Net cash provided by operating activities", (48_163, 92_235), 0),
        Row("Investing activities:", indent=0),
        Row("Additions to property and equipment", (-47_650, -41_380), 1),
        Row("Net cash used in investing activities", (-47_650, -41_380), 0),
        Row("Financing activities:", indent=0),
        Row("Net borrowings (repayments) of debt", (15_000, -10_000), 1),
        Row("Dividends paid", (-13_800, -12_900), 1),
        Row("Repurchases of common stock", (-26_500, -10_100), 1),
        Row("Net cash used in financing activities", (-25_300, -33_000), 0),
        Row("Net (decrease) increase in cash and cash equivalents", (-24_787, 17_855), 0),
        Row("Cash and cash equivalents at beginning of year", (88_905, 71_050), 0),
        Row("Cash and cash equivalents at end of year", (64_118, 88_905), 0, dollar=True),
    )
    columns = _years(date(2023, 1, 28), date(2022, 1, 29))
    return Statement("Consolidated Statements of Cash Flows", "(In thousands)", "Fiscal Year Ended", columns, rows)
