import re

import pytest

from experiments.guide import FOLDER, Snippet, as_printed, run, snippets, with_outputs

PAGES = sorted(FOLDER.glob("[0-9]*.md"))
PAGE = """# A page

```python
x = 2
```

```python
print(x / 3)
```

```text
0.67
```

Then:

```python
print("a")
```

```text varies
b
```
"""


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_prints_what_it_says(path):
    page = path.read_text(encoding="utf-8")
    found = snippets(page)
    assert len(found) >= 3 and any(snippet.printed for snippet in found)
    for snippet, printed in zip(found, run(page, path.name), strict=True):
        assert as_printed(snippet, printed), f"{snippet.code}\nprinted\n{printed}\nand the page says\n{snippet.printed}"


@pytest.mark.parametrize("path", PAGES, ids=lambda path: path.stem)
def test_a_page_leads_to_pages_that_are_there(path):
    text = re.sub(r"```.*?```", "", path.read_text(encoding="utf-8"), flags=re.DOTALL)
    links = re.findall(r"\]\(([^)#]+)\)", text)
    assert links and all((path.parent / link).is_file() for link in links)


def test_the_picture_of_page_7_is_of_the_answer_that_the_page_explains():
    page = (FOLDER / "7-what-carried-an-answer.md").read_text(encoding="utf-8")
    picture = (FOLDER / "figures" / "attribution.svg").read_text(encoding="utf-8")
    [said] = re.findall(r"embeddings, score (\d+\.\d+)\n", page)
    [drawn] = re.findall(r"of a score of (\d+\.\d+)", picture)
    assert float(drawn) == pytest.approx(float(said), abs=0.02)


def test_what_blocks_print_is_written_below_them():
    outputs = list(run(PAGE, "page"))
    assert outputs == ["", "0.6666666666666666\n", "a\n"]
    written = with_outputs(PAGE, outputs)
    assert written == PAGE.replace("0.67", "0.6666666666666666").replace("\nb\n", "\na\n")
    assert with_outputs(written, outputs) == written


@pytest.mark.parametrize(
    ("said", "printed", "varies", "alike"),
    [
        ("a 0.50\n", "a 0.51\n", False, True),
        ("a 0.50\n", "a 0.59\n", False, False),
        ("a 0.50\n", "b 0.50\n", False, False),
        ("a 5\n", "a 6\n", False, False),
        ("", "a\n", False, False),
        ("a\n", "b\n", True, True),
        ("a\n", "b\nc\n", True, False),
    ],
)
def test_outputs_are_compared_to_the_last_digits(said, printed, varies, alike):
    assert as_printed(Snippet("", said, varies, (0, 0)), printed) == alike
