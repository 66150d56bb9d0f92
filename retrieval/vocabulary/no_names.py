"""Capitalised words of questions about filings that name no company."""

from __future__ import annotations

from functools import lru_cache

from retrieval.vocabulary.line_items import items_by_label

MIN_COMPANIES = 3  # that print a row label before its words are taken for words of accounting

# They begin or join sentences; they are never part of a name that is written in ordinary case.
FUNCTION_WORDS = frozenset(
    (
        "what which who whom whose when where why how is are was were be been do does did has have had can could "
        "will would should shall may might must not in on at for from of by to as with into over under between during "
        "among since until before after about within without the a an and or but if than then that this these those "
        "there here it its their they we our you your i he she his her my me us any all both each every either neither "
        "no yes so such also only just please versus vs per via regarding concerning excluding including considering "
        "using basing based looking given assuming assume according compare compute calculate extract find state "
        "determine provide identify summarize summarise report list name give tell show describe explain discuss answer "
        "round define estimate approach look tell address respond write say check get much many more most less least "
        "following question information here's what's who's how's let's"
    ).split()
)
_REPORT_WORDS = (
    "fy q1 q2 q3 q4 h1 h2 usd eur gbp gaap non-gaap nongaap sec eps ebitda ebitdar ebit capex ppe ppne pp&e r&d sg&a mda "
    "d&a cogs roa roe roi roic roce dpo dso dio ccc fcf ffo affo arr arpu aum cagr cet1 nii nim var yoy y/y qoq p&l m&a "
    "p/e ttm ltm ytd kpi md&a tsr rsu rsus psu psus espp esg ceo cfo coo cto cio evp svp vp 10-k 10-q 8-k 20-f 40-f 6-k k q "
    "10k 10q 8k item items note notes form forms schedule exhibit exhibits part section appendix page table figure rule "
    "regulation topic annual quarterly report reports filing filings statement statements consolidated financial balance "
    "sheet sheets cash flow flows earnings company company's corporation registrant parent subsidiary subsidiaries group "
    "board directors director audit committee chairman chief executive officer officers president vice management "
    "stockholders shareholders class series level tier common preferred stock shares securities exchange act commission "
    "segment segments division divisions unit units business businesses product products service services brand brands "
    "fiscal year years quarter quarters month months january february march april may june july august september october "
    "november december jan feb mar apr jun jul aug sept sep oct nov dec monday tuesday wednesday thursday friday saturday "
    "sunday first second third fourth internet web covid covid-19 millions billions thousands million billion thousand "
    "discussion analysis properties legal proceedings factors supplementary data critical accounting policies estimates "
    "plan plans program agreement proxy code ethics conduct independent registered public firm auditor opinion ratio percentage percent amount basis number "
    "growth ii iii iv vi ai it ip hr iot jv joint venture"
)
_BODIES = (
    "fasb iasb ifrs asc asu sfas pcaob irs fda ftc fcc doj epa osha ema eu eea un oecd nato nyse nasdaq s&p moody's libor "
    "sofr cms hhs dea cfpb occ fdic federal reserve congress senate treasury ofac gdpr hipaa ccpa fcpa gilti tcja cares "
    "medicare medicaid basel gdp cpi llp pricewaterhousecoopers pwc deloitte touche ernst young ey kpmg bdo grant "
    "thornton"
)
_PLACES = (
    "us u.s usa u.s.a uk u.k uae america american europe european emea apac latam asia asian africa african pacific "
    "atlantic north south east west northern southern eastern western central middle united states kingdom canada "
    "canadian mexico mexican brazil argentina chile colombia china chinese japan japanese korea korean india indian "
    "taiwan singapore hong kong australia australian zealand russia russian ukraine germany german france french italy "
    "italian spain spanish ireland irish britain british england scotland wales switzerland swiss netherlands dutch "
    "belgium sweden norway denmark finland poland austria portugal greece turkey israel egypt nigeria kenya saudi arabia "
    "vietnam thailand malaysia indonesia philippines alabama alaska arizona arkansas california colorado connecticut "
    "delaware florida georgia hawaii idaho illinois indiana iowa kansas kentucky louisiana maine maryland massachusetts "
    "michigan minnesota mississippi missouri montana nebraska nevada hampshire jersey carolina dakota ohio oklahoma oregon "
    "pennsylvania rhode island tennessee texas utah vermont virginia washington wisconsin wyoming york london paris tokyo "
    "beijing shanghai chicago boston seattle houston dallas atlanta francisco angeles antarctica rico puerto new city"
)
PLACES = frozenset(_PLACES.split())


@lru_cache(maxsize=1)
def no_names() -> frozenset[str]:
    """Words, lower case, of which a phrase that names no company may consist: of reports and accounting, bodies, places."""
    labels = (label for label, items in items_by_label().items() if items[0].labels.get(label, 0) >= MIN_COMPANIES)
    accounting = {word.strip("(),:") for label in labels for word in label.split()}
    return FUNCTION_WORDS | PLACES | frozenset(_REPORT_WORDS.split()) | frozenset(_BODIES.split()) | accounting
