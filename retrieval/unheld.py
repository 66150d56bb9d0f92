"""Whether a question asks about a company that the index does not hold.

A company of the index that is named as such settles the matter: other names are then what the question says of
it, unless figures of both are asked for. Otherwise every name that stands as the company asked about must be the
brand, subsidiary or segment of a company that filed; and one that the filings never speak of is refused wherever
it stands.
"""

from __future__ import annotations

from retrieval.index.index import Index
from retrieval.mentions import Mention
from retrieval.names import is_known
from retrieval.query import Query
from retrieval.spoken_of import is_ordinary, speaks_of, spoken_of
from retrieval.standing import asked_together

_OWNS = ("'s", "’s")


def unheld_company(query: Query, index: Index) -> str | None:
    """The company asked about, as the question calls it, where no filing in the index is of it; else `None`."""
    held = [m for m in query.mentions if m.companies and not m.more]
    others = [m for m in query.mentions if not m.companies or (m.more and not _own_product(m, index))]
    if held:
        others = [m for m in others if any(_together(query.text, m, one) for one in held)]
    for mention in sorted(others, key=lambda m: m.standing != "asked"):
        if _is_unheld(mention, query, index, asked=mention.standing == "asked" or bool(held)):
            return mention.text
    return None


def _is_unheld(mention: Mention, query: Query, index: Index, *, asked: bool) -> bool:
    """Whether a name is another company's.

    Names that the filings speak of neither as their own nor as of a firm are refused where a figure of the
    statements is asked for; else they may be people, laws, places and what not.
    """
    if mention.plain and is_ordinary(index, mention.text):  # "reliance industries's", which no filing says, is a name
        return query.text.startswith(_OWNS, mention.end) and not spoken_of(index, mention.text).passages
    suspected = asked or (mention.known and mention.standing != "party")
    if not suspected:
        return not speaks_of(index, mention.text)
    if is_known(mention.text):
        return True
    spoken = spoken_of(index, mention.text)
    if not spoken.passages:
        return True
    firm = mention.known or spoken.is_outside or bool(query.items)
    return firm and not spoken.is_own and not spoken.is_general


def _own_product(mention: Mention, index: Index) -> bool:
    """Whether a company's name with more words is its own: "Apple Watch" stands in Apple's filings, "Apple Hospitality" not."""
    if is_known(mention.text):
        return False
    filings = [record.id for record in index.documents() if record.identity.company in mention.companies]
    return speaks_of(index, mention.more, filings)


def _together(question: str, one: Mention, other: Mention) -> bool:
    first, second = sorted((one, other), key=lambda m: m.start)
    return asked_together(question, (first.start, first.end), (second.start, second.end))
