"""EDGAR's full submission text files: a header, then every document of a filing, images included.

Source of the format: the Public Dissemination Service's technical specification (SEC).
"""

from __future__ import annotations

import re

_BEGIN = re.compile(rb"<(?:SEC|IMS)-DOCUMENT>|^\s*<SUBMISSION>")


def main_document(data: bytes) -> tuple[bytes, bytes]:
    """The header of a submission and its first document, which is the filing itself; other files have no header."""
    start = data.find(b"<DOCUMENT>") if _BEGIN.search(data[:1024]) else -1
    text = data.find(b"<TEXT>", start)
    if min(start, text) < 0:
        return b"", data
    end = data.find(b"</TEXT>", text)
    document = data[text + len(b"<TEXT>") : end if end > 0 else len(data)].strip()
    return data[:start], document.removeprefix(b"<XBRL>").removesuffix(b"</XBRL>").strip()
