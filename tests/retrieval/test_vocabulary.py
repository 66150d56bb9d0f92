import gzip

import pytest

from retrieval.samples import sample_folder
from retrieval.vocabulary.labels import normalised_label
from retrieval.vocabulary.line_items import items_by_label, line_items
from retrieval.vocabulary.mine import mine
from retrieval.vocabulary.named import named_items, named_statements


@pytest.mark.parametrize(
    ("label", "plain"),
    [
        ("Total assets", "total assets"),
        ("Net sales (Note 3):", "net sales"),
        ("Short-term debt (1)", "short term debt"),
        ("Shareholders’ equity", "shareholders' equity"),
        ("Additions to property *", "additions to property"),
        ("—", ""),
    ],
)
def test_labels_are_comparable_across_filings(label, plain):
    assert normalised_label(label) == plain


def test_the_vocabulary_knows_what_companies_print():
    items = line_items()
    assert items["Assets"].statement == "balance sheet"
    assert (
        items["PaymentsToAcquirePropertyPlantAndEquipment"].name == "payments to acquire property plant and equipment"
    )
    assert {"capital expenditures", "purchases of property and equipment"} <= items[
        "PaymentsToAcquirePropertyPlantAndEquipment"
    ].labels.keys()
    assert items_by_label()["inventories"][0].concept == "InventoryNet"


@pytest.mark.parametrize(
    ("question", "concepts"),
    [
        ("What was Acme's capital expenditure?", {"PaymentsToAcquirePropertyPlantAndEquipment"}),
        ("What is the net PPNE of Acme?", {"PropertyPlantAndEquipmentNet"}),
        (
            "Acme's quick ratio",
            {"CashAndCashEquivalentsAtCarryingValue", "AccountsReceivableNetCurrent", "LiabilitiesCurrent"},
        ),
        # the ratio, and not the cash flow that its name begins with
        ("its operating cash flow ratio", {"NetCashProvidedByUsedInOperatingActivities", "LiabilitiesCurrent"}),
        ("What were total current assets?", {"AssetsCurrent"}),
        ("Who is the chief executive?", set()),
    ],
)
def test_questions_name_items_in_the_fields_own_words(question, concepts):
    assert {item.concept for item in named_items(question)} == concepts


@pytest.mark.parametrize(
    ("question", "statements"),
    [
        ("capex by the cash flow statement", ("cash flow statement",)),
        ("What is capex?", ("cash flow statement",)),
        ("return on assets", ("balance sheet", "income statement")),
        ("According to the P&L, what were total assets?", ("income statement",)),
        ("Which segment had the highest operating income?", ()),
        ("Who audits it?", ()),
    ],
)
def test_questions_call_for_statements(question, statements):
    assert named_statements(question, named_items(question)) == statements


def test_concepts_of_two_companies_are_mined_with_label_and_statement(tmp_path):
    filing = (sample_folder() / "larkfield-10k-2023.html").read_bytes()
    for company in ("AAA", "BBB"):
        (tmp_path / f"{company}_1.html.gz").write_bytes(gzip.compress(filing))
    mined = {record["concept"]: record for record in mine(sorted(tmp_path.iterdir()))}
    assert mined["Assets"]["statement"] == "balance sheet"
    assert mined["Assets"]["labels"] == {"total assets": 2}
    assert mined["NetCashProvidedByUsedInOperatingActivities"]["statement"] == "cash flow statement"
    assert mine([tmp_path / "AAA_1.html.gz"]) == []
