"""Makers of hostile and broken files, each with what is to become of it: part of the reason, or `None` for "read"."""

import gzip
import io
import os
import zlib
from dataclasses import dataclass
from functools import cache


@dataclass(frozen=True)
class Case:
    """A file to be written and the reason with which it is skipped; `None` where it is read."""

    name: str
    data: bytes
    reason: str | None


def pdf(*texts, **options):
    """A PDF with one page a text; `encrypt`, `mediabox` as options."""
    from reportlab.pdfgen.canvas import Canvas

    out = io.BytesIO()
    canvas = Canvas(out, pagesize=options.get("mediabox", (612, 792)), invariant=1, encrypt=options.get("encrypt"))
    for text in texts:
        if text:
            canvas.drawString(72, 700, text)
        canvas.showPage()
    canvas.save()
    return out.getvalue()


def raw_pdf(*objects, root=1):
    """A PDF from the bodies of its objects, with a right cross-reference table."""
    out, places = b"%PDF-1.7\n", []
    for number, body in enumerate(objects, 1):
        places.append(len(out))
        out += f"{number} 0 obj\n".encode() + body + b"\nendobj\n"
    table = len(out)
    out += f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode()
    out += b"".join(f"{place:010} 00000 n \n".encode() for place in places)
    return out + f"trailer<</Size {len(objects) + 1}/Root {root} 0 R>>\nstartxref\n{table}\n%%EOF".encode()


def stream(data, extra=b""):
    return b"<<" + extra + b"/Length " + str(len(data)).encode() + b">>stream\n" + data + b"\nendstream"


def many_pages(count):
    kids = b" ".join(b"3 0 R" for _ in range(count))
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[" + kids + b"]/Count " + str(count).encode() + b">>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 10 10]>>",
    )


@cache
def _squeezed():
    return zlib.compress(b" " * 300_000_000, 9)


def flate_bomb(times=1):
    """A page whose content unpacks to 300 MB; squeezed twice, from some hundred bytes."""
    content = _squeezed()
    for _ in range(times - 1):
        content = zlib.compress(content, 9)
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 4 0 R>>",
        stream(content, b"/Filter[" + b"/FlateDecode" * times + b"]"),
    )


def self_drawing():
    """A page whose only content is a form that draws itself."""
    form = b"/Type/XObject/Subtype/Form/BBox[0 0 600 800]/Resources<</XObject<</F 4 0 R>>>>"
    return raw_pdf(
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[3 0 R]/Count 1>>",
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 600 800]/Contents 5 0 R/Resources<</XObject<</F 4 0 R>>>>>>",
        stream(b"/F Do", form),
        stream(b"/F Do"),
    )


def looping_table():
    """A cross-reference table that goes on at itself."""
    good = pdf(READABLE)
    start = good.rindex(b"xref", 0, good.rindex(b"startxref"))
    return good.replace(b"/Size", f"/Prev {start} /Size".encode(), 1)


def deep_tree(levels):
    """A page below so many nodes of the page tree."""
    nodes = [f"<</Type/Pages/Kids[{number + 3} 0 R]/Count 1>>".encode() for number in range(levels)]
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", *nodes, b"<</Type/Page/MediaBox[0 0 600 800]>>")


def cyclic_pages():
    return raw_pdf(b"<</Type/Catalog/Pages 2 0 R>>", b"<</Type/Pages/Kids[2 0 R 2 0 R]/Count 2>>")


HTML = b"<html><body><p>Revenue was $5 million in the year.</p></body></html>"
TEXT = b"Revenue was $5 million in the year.\n"
READABLE = "Revenue was $5 million in the year."
READING = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY f SYSTEM "file:///etc/passwd"><!ENTITY % p SYSTEM "http://192.0.2.1/">%p;]>'
BLOW_UP = b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "' + b"ha" * 50_000 + b'">]><html><body><p>'
LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + b"".join(f'<!ENTITY {chr(98 + i)} "{f"&{chr(97 + i)};" * 10}">'.encode() for i in range(12))
    + b"]><html><body><p>Revenue &m; was $5 million.</p></body></html>"
)


@cache
def cases():
    """At least forty of them."""
    return tuple(_cases())


def _cases():
    good_pdf = pdf(READABLE)
    yield Case("empty.pdf", b"", "empty file")
    yield Case("empty.txt", b"", "empty file")
    yield Case("blank.txt", b" \n\t\r\n", "empty file")
    yield Case("zeros.txt", b"\x00" * 5000, "empty file")
    yield Case("blank.html", b"<html><body></body></html>", "no text in the HTML")
    yield Case("comment.html", b"<html><!-- nothing --></html>", "no text in the HTML")
    yield Case(
        "hidden.html", b"<html><body><div style='display:none'>secret</div></body></html>", "no text in the HTML"
    )
    yield Case("script.html", b"<html><script>alert('x')</script></html>", "no text in the HTML")
    yield Case("cut.pdf", good_pdf[:200], "damaged PDF")
    yield Case("header.pdf", b"%PDF-1.7\n", "damaged PDF")
    yield Case("garbage.pdf", b"%PDF-1.7\n" + bytes(range(256)) * 40, "damaged PDF")
    yield Case("tail.pdf", good_pdf[:-40], "damaged PDF")
    yield Case("locked.pdf", pdf(READABLE, encrypt="secret"), "encrypted")
    yield Case("scan.pdf", pdf("", ""), "no text layer")
    yield Case("endless.pdf", many_pages(100_000), "more than 5000")
    yield Case("bomb.pdf", flate_bomb(), "no text layer")
    yield Case("bombs.pdf", flate_bomb(times=2), "no text layer")
    yield Case("itself.pdf", self_drawing(), "no text layer")
    yield Case("loop.pdf", looping_table(), None)
    yield Case("tree.pdf", deep_tree(5_000), "")
    yield Case("cycle.pdf", cyclic_pages(), "")
    yield Case("wall.pdf", pdf(READABLE, mediabox=(14_000, 14_000)), None)
    yield Case("pdf.txt", good_pdf, None)  # mislabelled: goes by content
    yield Case("html.pdf", HTML, None)
    yield Case("text.html", TEXT, None)
    yield Case("image.pdf", b"\x89PNG\r\n\x1a\n" + b"\x00" * 100, "image")
    yield Case("photo.jpg", b"\xff\xd8\xff\xe0" + b"\x00" * 100, "image")
    yield Case("fax.tif", b"II*\x00" + b"\x00" * 100, "image")
    yield Case("sheet.xlsx", b"PK\x03\x04" + b"\x00" * 100, "zip archive or an office document")
    yield Case("sheet.xls", b"\xd0\xcf\x11\xe0" + b"\x00" * 100, "old office document")
    yield Case("sheet.csv", b"item,2022\nrevenue,5\n", "spreadsheets are not read")
    yield Case("facts.json", b'{"revenue": 5}', "a data file is not a filing")
    yield Case("sheet.ods", b"PK\x03\x04" + b"\x00" * 100, "zip archive or an office document")
    yield Case("program.txt", b"\x7fELF" + b"\x00" * 100, "a program")
    yield Case("program.pdf", b"MZ\x90\x00" + b"\x00" * 100, "a program")
    yield Case("base.txt", b"SQLite format 3\x00" + b"\x00" * 100, "a database")
    yield Case("files.tar", b"a" * 257 + b"ustar" + b"\x00" * 300, "tar archives")
    yield Case("files.7z", b"7z\xbc\xaf" + b"\x00" * 100, "7z archives")
    yield Case("letter.rtf", b"{\\rtf1 hello}", "RTF")
    yield Case("noise.txt", os.urandom(4000), "not text")
    yield Case("cut.txt.gz", gzip.compress(TEXT * 100)[:60], "damaged gzip")
    yield Case("twice.txt.gz", gzip.compress(gzip.compress(TEXT)), "gzipped twice")
    yield Case("bomb.txt.gz", gzip.compress(b"a" * 210_000_000, 1), "unpacks to more than 200 MB")
    yield Case("empty.txt.gz", gzip.compress(b""), "empty file")
    yield Case("good.html.gz", gzip.compress(HTML), None)
    yield Case("deep.html", b"<html><body>" + b"<div>" * 100_000 + b"text" + b"</div>" * 100_000, "nested")
    yield Case("tables.html", b"<html><body>" + b"<table><tr><td>" * 3000 + b"1", "nested")
    yield Case("open.html", b"<html><body>" + b"<b>" * 1500 + TEXT, None)
    yield Case("laughs.html", LAUGHS, None)
    yield Case("blow_up.html", BLOW_UP + b"&a;" * 20_000 + b" Revenue was $5 million.</p></body></html>", None)
    yield Case("reading.html", READING + b"<html><body><p>Revenue &f; was $5 million.</p></body></html>", None)
    yield Case("cells.html", b"<html><table>" + (b"<tr>" + b"<td>5" * 100) * 300 + b"</table></html>", None)
    yield Case("spans.html", b"<html><table><tr><td colspan=999999999>Sales<td rowspan=99999999>5</table>", None)
    yield Case("wide.html", b"<html><body><p>" + b"x" * 5_000_000 + b" Revenue.</p></body></html>", None)
    yield Case("attribute.html", b"<html><body><p style='" + b"a" * 2_000_000 + b"'>Revenue was up.</p>", None)
    yield Case("nul.html", HTML.replace(b"Revenue", b"Reve\x00nue"), None)
    yield Case("utf16.txt", "Revenue was €5 million.".encode("utf-16"), None)
    yield Case("latin.txt", "Umsatz der Müller AG: 5 Millionen €".encode("cp1252"), None)
    yield Case("bom.txt", b"\xef\xbb\xbf" + TEXT, None)
    yield Case("mac.txt", b"Revenue was up.\rCosts were down.\r", None)
    yield Case("line.txt", b"word " * 2_000_000, None)
    yield Case("digits.txt", b"7" * 3_000_000, None)
    yield Case("odd.txt", b"\n".join(part * 20_000 for part in ODD), None)
    yield Case("controls.txt", b"Revenue \x07\x1b[31m was up by five percent in the year and so on and on.", None)
    yield Case("markdown.md", b"# Item 7\n\n| | 2022 |\n|---|---|\n| Sales | 5 |\n", None)
    yield Case("odd\nname.txt", TEXT, None)
    yield Case("side.txt", TEXT, "unknown field 'companny'")
    yield Case("side2.txt", TEXT, "fiscal_year is 'x', not a int")
    yield Case("side3.txt", TEXT, "its sidecar is not TOML")


# what makes careless patterns try again and again
ODD = (
    b"(",
    b"1,",
    b"$ ",
    b"|",
    b"- ",
    b". ",
    b"1 ",
    b"a  ",
    b"  ",
    b"\t5",
    b"(1) ",
    b"<b>",
    b"# ",
    b"January ",
    b"'s ",
    b"1.",
    b"&",
)

SIDECARS = {"side.txt": 'companny = "Acme"', "side2.txt": 'fiscal_year = "x"', "side3.txt": "company = "}
