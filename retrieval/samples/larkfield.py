"""Larkfield Instruments, Inc.: two annual reports, the later of which restates the earlier one's inventories."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from retrieval.samples.content import (
    Amount,
    Block,
    Column,
    Cover,
    Filing,
    Heading,
    PageBreak,
    Paragraph,
    Row,
    Statement,
)

# One entry a year; "2022r" is 2022 as restated in the report on 2023.
YEARS = ("2020", "2021", "2022", "2022r", "2023")
INCOME: dict[str, tuple[int, ...]] = {
    "revenue": (790, 846, 931, 931, 1024),
    "cost": (419, 440, 475, 489, 528),
    "research": (92, 101, 113, 113, 124),
    "selling": (158, 167, 181, 181, 196),
    "interest": (14, 13, 12, 12, 15),
    "other": (2, 3, 1, 1, 4),
    "tax": (24, 28, 33, 30, 36),
    "analytical": (470, 498, 551, 551, 613),
    "analytical_income": (86, 98, 114, 104, 118),
    "process_income": (49, 55, 64, 60, 74),
}
BASIC = ("60.8", "60.3", "59.7", "59.7", "59.2")
DILUTED = ("61.5", "61.0", "60.4", "60.4", "59.8")
CASH_FLOW: dict[str, tuple[int, ...]] = {
    "depreciation": (40, 43, 46, 46, 51),
    "stock": (15, 18, 21, 21, 24),
    "deferred": (-1, -2, -4, -4, -5),
    "receivables": (-6, -11, -15, -15, -18),
    "inventories": (-9, -12, -22, -8, -16),
    "payables": (3, 4, 9, 9, 6),
    "accrued": (4, 5, 7, 4, 8),
    "capital": (-44, -51, -58, -58, -73),
    "acquisitions": (0, 0, -20, -20, -85),
    "borrowings": (0, 0, 0, 0, 60),
    "repayments": (-25, -25, -25, -25, -25),
    "repurchases": (-30, -35, -40, -40, -70),
    "dividends": (-10, -11, -12, -12, -14),
    "options": (9, 14, 20, 20, 11),
}
OPENING_CASH = (75, 106, 143, 143, 168)
BALANCE: dict[str, tuple[int, ...]] = {  # from 2021 on
    "cash": (143, 168, 168, 151),
    "receivables": (132, 147, 147, 165),
    "inventories": (118, 140, 126, 142),
    "prepaid": (21, 21, 21, 21),
    "plant": (236, 258, 258, 292),
    "goodwill": (187, 199, 199, 251),
    "intangibles": (64, 62, 62, 83),
    "other": (29, 29, 29, 29),
    "payables": (58, 67, 67, 73),
    "accrued": (74, 81, 78, 86),
    "current_debt": (25, 25, 25, 25),
    "debt": (250, 225, 225, 260),
    "deferred": (31, 27, 27, 22),
    "other_liabilities": (22, 22, 22, 22),
    "capital": (360, 401, 401, 436),
    "treasury": (-65, -105, -105, -175),
    "retained": (190, 296, 285, 400),
    "comprehensive": (-15, -15, -15, -15),
}


def filings() -> list[Filing]:
    """The reports on 2022 and on 2023."""
    return [
        Filing("larkfield-10k-2022.html", _cover(2022), 6, _blocks(("2022", "2021", "2020"), ("2022", "2021"))),
        Filing("larkfield-10k-2023.html", _cover(2023), 6, _blocks(("2023", "2022r", "2021"), ("2023", "2022r"))),
    ]


def _cover(year: int) -> Cover:
    return Cover(
        company="Larkfield Instruments, Inc.",
        form="10-K",
        fiscal_year=year,
        period_end=date(year, 12, 31),
        ticker="LKFD",
        cik="0009990101",
        file_number="001-99101",
        state="Delaware",
    )


def _flow(name: str, years: tuple[str, ...], table: dict[str, tuple[int, ...]] = INCOME) -> tuple[int, ...]:
    return tuple(table[name][YEARS.index(year)] for year in years)


def _sum(*parts: tuple[int, ...]) -> tuple[int, ...]:
    return tuple(map(sum, zip(*parts, strict=True)))


def _less(left: tuple[int, ...], *right: tuple[int, ...]) -> tuple[int, ...]:
    return _sum(left, *(tuple(-x for x in part) for part in right))


def _blocks(years: tuple[str, ...], ends: tuple[str, ...]) -> tuple[Block, ...]:
    year = int(years[0])
    return (
        *_business(year),
        PageBreak(),
        *_discussion(year),
        PageBreak(),
        Heading("Item 8. Financial Statements and Supplementary Data"),
        _income(years),
        PageBreak(),
        _balance(ends),
        PageBreak(),
        _cash_flow(years),
        PageBreak(),
        *_notes(year, years),
    )


def _columns(years: tuple[str, ...], *, balance: bool = False) -> tuple[Column, ...]:
    columns = []
    for name in years:
        year = int(name[:4])
        heading = f"{year} (as restated)" if name.endswith("r") else str(year)
        columns.append(Column(heading, date(year, 12, 31), None if balance else date(year, 1, 1)))
    return tuple(columns)


def _income(years: tuple[str, ...]) -> Statement:
    revenue, cost = _flow("revenue", years), _flow("cost", years)
    research, selling = _flow("research", years), _flow("selling", years)
    interest, other, tax = _flow("interest", years), _flow("other", years), _flow("tax", years)
    gross = _less(revenue, cost)
    operating = _less(gross, research, selling)
    before = _sum(_less(operating, interest), other)
    net = _less(before, tax)
    basic = tuple(Decimal(BASIC[YEARS.index(y)]) for y in years)
    diluted = tuple(Decimal(DILUTED[YEARS.index(y)]) for y in years)

    def each(shares: tuple[Decimal, ...]) -> tuple[Amount, ...]:
        return tuple((Decimal(n) / s).quantize(Decimal("0.01")) for n, s in zip(net, shares, strict=True))

    rows = (
        Row("Revenue", revenue, 0, "us-gaap:Revenues", dollar=True),
        Row("Cost of revenue", cost, 0, "us-gaap:CostOfRevenue"),
        Row("Gross profit", gross, 0, "us-gaap:GrossProfit"),
        Row("Operating expenses:", indent=0),
        Row("Research and development", research, 1, "us-gaap:ResearchAndDevelopmentExpense"),
        Row("Selling, general and administrative", selling, 1, "us-gaap:SellingGeneralAndAdministrativeExpense"),
        Row("Total operating expenses", _sum(research, selling), 0, "us-gaap:OperatingExpenses"),
        Row("Operating income", operating, 0, "us-gaap:OperatingIncomeLoss"),
        Row("Interest expense", tuple(-x for x in interest), 0, "us-gaap:InterestExpense", sign=-1),
        Row("Other income, net", other, 0, "us-gaap:OtherNonoperatingIncomeExpense"),
        Row("Income before income taxes", before, 0, "lkfd:IncomeBeforeIncomeTaxes"),
        Row("Provision for income taxes", tax, 0, "us-gaap:IncomeTaxExpenseBenefit"),
        Row("Net income", net, 0, "us-gaap:NetIncomeLoss", dollar=True),
        Row("Earnings per share:", indent=0),
        Row("Basic", each(basic), 1, "us-gaap:EarningsPerShareBasic", per_share=True, dollar=True),
        Row("Diluted", each(diluted), 1, "us-gaap:EarningsPerShareDiluted", per_share=True, dollar=True),
        Row("Weighted-average shares outstanding:", indent=0),
        Row("Basic", basic, 1, "us-gaap:WeightedAverageNumberOfSharesOutstandingBasic"),
        Row("Diluted", diluted, 1, "us-gaap:WeightedAverageNumberOfDilutedSharesOutstanding"),
    )
    title = "CONSOLIDATED STATEMENTS OF INCOME"
    return Statement(title, "(In millions, except per share data)", "Year Ended December 31,", _columns(years), rows)


def _balance(ends: tuple[str, ...]) -> Statement:
    def at(name: str) -> tuple[int, ...]:
        return tuple(BALANCE[name][YEARS.index(year) - 1] for year in ends)

    current = _sum(at("cash"), at("receivables"), at("inventories"), at("prepaid"))
    assets = _sum(current, at("plant"), at("goodwill"), at("intangibles"), at("other"))
    owed = _sum(at("payables"), at("accrued"), at("current_debt"))
    liabilities = _sum(owed, at("debt"), at("deferred"), at("other_liabilities"))
    equity = _sum(at("capital"), at("treasury"), at("retained"), at("comprehensive"))
    rows = (
        Row("ASSETS", indent=0),
        Row("Current assets:", indent=0),
        Row("Cash and cash equivalents", at("cash"), 1, "us-gaap:CashAndCashEquivalentsAtCarryingValue", dollar=True),
        Row("Accounts receivable, net", at("receivables"), 1, "us-gaap:AccountsReceivableNetCurrent"),
        Row("Inventories", at("inventories"), 1, "us-gaap:InventoryNet"),
        Row(
            "Prepaid expenses and other current assets", at("prepaid"), 1, "us-gaap:PrepaidExpenseAndOtherAssetsCurrent"
        ),
        Row("Total current assets", current, 0, "us-gaap:AssetsCurrent"),
        Row("Property, plant and equipment, net", at("plant"), 0, "us-gaap:PropertyPlantAndEquipmentNet"),
        Row("Goodwill", at("goodwill"), 0, "us-gaap:Goodwill"),
        Row("Intangible assets, net", at("intangibles"), 0, "us-gaap:FiniteLivedIntangibleAssetsNet"),
        Row("Other assets", at("other"), 0, "us-gaap:OtherAssetsNoncurrent"),
        Row("Total assets", assets, 0, "us-gaap:Assets", dollar=True),
        Row("LIABILITIES AND STOCKHOLDERS' EQUITY", indent=0),
        Row("Current liabilities:", indent=0),
        Row("Accounts payable", at("payables"), 1, "us-gaap:AccountsPayableCurrent", dollar=True),
        Row("Accrued expenses and other current liabilities", at("accrued"), 1, "us-gaap:AccruedLiabilitiesCurrent"),
        Row("Current portion of long-term debt", at("current_debt"), 1, "us-gaap:LongTermDebtCurrent"),
        Row("Total current liabilities", owed, 0, "us-gaap:LiabilitiesCurrent"),
        Row("Long-term debt, less current portion", at("debt"), 0, "us-gaap:LongTermDebtNoncurrent"),
        Row("Deferred income taxes", at("deferred"), 0, "us-gaap:DeferredIncomeTaxLiabilitiesNet"),
        Row("Other liabilities", at("other_liabilities"), 0, "us-gaap:OtherLiabilitiesNoncurrent"),
        Row("Total liabilities", liabilities, 0, "us-gaap:Liabilities"),
        Row("Stockholders' equity:", indent=0),
        Row("Common stock and additional paid-in capital", at("capital"), 1, "us-gaap:AdditionalPaidInCapital"),
        Row("Treasury stock, at cost", at("treasury"), 1, "us-gaap:TreasuryStockValue", sign=-1),
        Row("Retained earnings", at("retained"), 1, "us-gaap:RetainedEarningsAccumulatedDeficit"),
        Row("Accumulated other comprehensive loss", at("comprehensive"), 1, "lkfd:AccumulatedOtherComprehensiveLoss"),
        Row("Total stockholders' equity", equity, 0, "us-gaap:StockholdersEquity"),
        Row(
            "Total liabilities and stockholders' equity",
            _sum(liabilities, equity),
            0,
            "us-gaap:LiabilitiesAndStockholdersEquity",
            dollar=True,
        ),
    )
    columns = _columns(ends, balance=True)
    return Statement("CONSOLIDATED BALANCE SHEETS", "(In millions)", "December 31,", columns, rows)


def _cash_flow(years: tuple[str, ...]) -> Statement:
    def flow(name: str) -> tuple[int, ...]:
        return _flow(name, years, CASH_FLOW)

    names = ("revenue", "cost", "research", "selling", "interest", "other", "tax")
    revenue, cost, research, selling, interest, other, tax = (_flow(name, years) for name in names)
    net = _sum(_less(revenue, cost, research, selling, interest, tax), other)
    adjusting = ("depreciation", "stock", "deferred", "receivables", "inventories", "payables", "accrued")
    operating = _sum(net, *(flow(name) for name in adjusting))
    investing = _sum(flow("capital"), flow("acquisitions"))
    financing = _sum(*(flow(name) for name in ("borrowings", "repayments", "repurchases", "dividends", "options")))
    change = _sum(operating, investing, financing)
    opening = tuple(OPENING_CASH[YEARS.index(year)] for year in years)
    concept = "us-gaap:NetCashProvidedByUsedIn"
    rows = (
        Row("Cash flows from operating activities:", indent=0),
        Row("Net income", net, 1, "us-gaap:ProfitLoss", dollar=True),
        Row("Depreciation and amortization", flow("depreciation"), 1, "us-gaap:DepreciationDepletionAndAmortization"),
        Row("Stock-based compensation", flow("stock"), 1, "us-gaap:ShareBasedCompensation"),
        Row("Deferred income taxes", flow("deferred"), 1, "us-gaap:DeferredIncomeTaxExpenseBenefit"),
        Row("Changes in operating assets and liabilities:", indent=0),
        Row("Accounts receivable", flow("receivables"), 1, "us-gaap:IncreaseDecreaseInAccountsReceivable", sign=-1),
        Row("Inventories", flow("inventories"), 1, "us-gaap:IncreaseDecreaseInInventories", sign=-1),
        Row("Accounts payable", flow("payables"), 1, "us-gaap:IncreaseDecreaseInAccountsPayable"),
        Row("Accrued expenses", flow("accrued"), 1, "us-gaap:IncreaseDecreaseInAccruedLiabilities"),
        Row("Net cash provided by operating activities", operating, 0, f"{concept}OperatingActivities"),
        Row("Cash flows from investing activities:", indent=0),
        Row("Capital expenditures", flow("capital"), 1, "us-gaap:PaymentsToAcquirePropertyPlantAndEquipment", sign=-1),
        Row("Acquisitions, net of cash acquired", flow("acquisitions"), 1, "lkfd:AcquisitionsNetOfCash", sign=-1),
        Row("Net cash used in investing activities", investing, 0, f"{concept}InvestingActivities"),
        Row("Cash flows from financing activities:", indent=0),
        Row("Proceeds from borrowings", flow("borrowings"), 1, "us-gaap:ProceedsFromIssuanceOfLongTermDebt"),
        Row("Repayments of long-term debt", flow("repayments"), 1, "us-gaap:RepaymentsOfLongTermDebt", sign=-1),
        Row(
            "Repurchases of common stock", flow("repurchases"), 1, "us-gaap:PaymentsForRepurchaseOfCommonStock", sign=-1
        ),
        Row("Dividends paid", flow("dividends"), 1, "us-gaap:PaymentsOfDividends", sign=-1),
        Row("Proceeds from exercise of stock options", flow("options"), 1, "us-gaap:ProceedsFromStockOptionsExercised"),
        Row("Net cash used in financing activities", financing, 0, f"{concept}FinancingActivities"),
        Row("Net increase (decrease) in cash and cash equivalents", change, 0, "lkfd:NetChangeInCash"),
        Row("Cash and cash equivalents, beginning of year", opening, 0),
        Row("Cash and cash equivalents, end of year", _sum(opening, change), 0, dollar=True),
    )
    title = "CONSOLIDATED STATEMENTS OF CASH FLOWS"
    return Statement(title, "(In millions)", "Year Ended December 31,", _columns(years), rows)


def _segments(years: tuple[str, ...]) -> Statement:
    revenue, analytical = _flow("revenue", years), _flow("analytical", years)
    first, second = _flow("analytical_income", years), _flow("process_income", years)
    operating = _less(revenue, _flow("cost", years), _flow("research", years), _flow("selling", years))
    rows = (
        Row("Revenue:", indent=0),
        Row("Analytical Instruments", analytical, 1, dollar=True),
        Row("Process Control", _less(revenue, analytical), 1),
        Row("Total revenue", revenue, 0, dollar=True),
        Row("Operating income:", indent=0),
        Row("Analytical Instruments", first, 1, dollar=True),
        Row("Process Control", second, 1),
        Row("Corporate expenses", _less(operating, first, second), 1),
        Row("Total operating income", operating, 0, dollar=True),
    )
    return Statement("Segment results", "(In millions)", "Year Ended December 31,", _columns(years), rows)


def _business(year: int) -> tuple[Block, ...]:
    staff, share = ("3,410", "46") if year == 2022 else ("3,870", "48")
    return (
        Heading("PART I", 1),
        Heading("Item 1. Business"),
        Paragraph(
            "Larkfield Instruments designs and makes instruments that measure what materials are made of. Our "
            "spectrometers, particle counters and gas analyzers are used by battery makers, water laboratories and "
            "chemical plants in 41 countries. We report two segments, Analytical Instruments and Process Control."
        ),
        Paragraph(
            f"We sell through our own engineers in North America and Europe and through distributors elsewhere. "
            f"Customers outside the United States accounted for {share}% of revenue in {year}, and no customer for more "
            "than 6%."
        ),
        Heading("Human capital", 4),
        Paragraph(
            f"As of December 31, {year}, we had {staff} full-time employees, of whom about one in five works in research "
            "and development. None of our employees in the United States is represented by a union; about 380 in Germany "
            "are covered by a works council agreement."
        ),
        Heading("Properties", 4),
        Paragraph(
            "Our headquarters and largest plant are in Duluth, Minnesota, in a building of 412,000 square feet that we own. "
            "We lease plants in Freiburg, Germany, and Penang, Malaysia."
        ),
        Heading("Item 1A. Risk Factors"),
        Paragraph(
            "We depend on a single supplier for the germanium detectors in our gas analyzers. If that supplier could not "
            "deliver, we would need an estimated nine to twelve months to qualify another one, and could lose sales "
            "in the meantime."
        ),
        Paragraph(
            "A large part of our demand comes from battery makers, whose investment plans change with the price of lithium "
            "and with public subsidies. Orders from these customers may fall quickly and with little notice."
        ),
        Paragraph(
            "Our sales abroad expose us to changes in exchange rates. A rise of the dollar by 10% against the euro would have "
            f"lowered revenue in {year} by about ${31 if year == 2022 else 36} million."
        ),
    )


def _discussion(year: int) -> tuple[Block, ...]:
    opening = (
        Heading("Item 7. Management's Discussion and Analysis of Financial Condition and Results of Operations"),
    )
    if year == 2022:
        return (
            *opening,
            Paragraph(
                "Revenue grew by 10% to $931 million. The increase was driven by higher demand for particle counters from "
                "water laboratories, and by price increases that took effect in March."
            ),
            Paragraph(
                "Gross margin rose to 49.0% from 48.0% in 2021, because of a richer mix of instruments and lower freight costs."
            ),
            Paragraph(
                "We have a revolving credit facility of $250 million with a group of banks, which matures in June 2025. "
                "Nothing was drawn on it at year-end."
            ),
        )
    return (
        *opening,
        Paragraph(
            "Revenue grew by 10% to $1,024 million. The increase was driven by demand for battery-material analyzers and the "
            "acquisition of Quillmark Sensors, which added $37 million. Lower prices in China took away part of the gain."
        ),
        Paragraph(
            "Gross margin rose to 48.4% from 47.5% in 2022, as restated, because of lower prices for electronic parts."
        ),
        Paragraph(
            "In August 2023 we replaced our credit agreement. The new revolving credit facility of $400 million matures in "
            "August 2028, and $60 million was drawn on it at year-end."
        ),
        Paragraph(
            "We expect capital expenditures of between $80 million and $90 million in 2024, most of it for a second "
            "production line in Penang."
        ),
    )


def _notes(year: int, years: tuple[str, ...]) -> tuple[Block, ...]:
    restatement: tuple[Block, ...] = ()
    if year == 2023:
        restatement = (
            Heading("Note 2. Restatement of 2022", 3),
            Paragraph(
                "In preparing these statements we found that factory overhead of $14 million had been capitalized in "
                "inventories twice at December 31, 2022. Cost of revenue for 2022 is therefore restated from $475 million to "
                "$489 million, operating income from $162 million to $148 million, and net income from $118 million to "
                "$107 million. Net cash provided by operating activities did not change."
            ),
        )
    debt = (
        "At December 31, 2022, we owed $250 million on a term loan that is repaid at $25 million a year."
        if year == 2022
        else "At December 31, 2023, we owed $225 million on a term loan that is repaid at $25 million a year, and $60 million "
        "on the revolving credit facility. The weighted-average interest rate was 5.6%."
    )
    return (
        Heading("Notes to Consolidated Financial Statements", 2),
        Heading("Note 1. Accounting policies", 3),
        Paragraph(
            "Revenue from instruments is recognized when control passes to the customer, which is mostly at delivery. "
            "Service contracts are recognized evenly over their term, usually twelve months."
        ),
        Paragraph(
            "Inventories are stated at the lower of cost and net realizable value, cost being determined on a "
            "first-in, first-out basis."
        ),
        *restatement,
        Heading("Note 3. Segments", 3),
        _segments(years),
        Heading("Note 4. Debt", 3),
        Paragraph(debt),
        Heading("Note 5. Leases", 3),
        Paragraph(
            f"Rent for operating leases was ${9 if year == 2022 else 11} million in {year}. The leases have remaining terms "
            "of two to eleven years."
        ),
        Heading("Note 6. Commitments and contingencies", 3),
        Paragraph(
            "A former distributor in Spain claims damages of €12 million. We consider the claim to be without merit and "
            "have not made a provision."
        ),
        Heading("Note 7. Subsequent events", 3),
        Paragraph(
            f"In February {year + 1}, the board of directors approved a quarterly dividend of "
            f"${'0.05' if year == 2022 else '0.06'} per share."
        ),
    )
