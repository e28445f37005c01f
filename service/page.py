"""A page that a command writes: one HTML file that stands alone, fetches nothing and runs nothing."""

from __future__ import annotations

from html import escape
from pathlib import Path

STYLE = Path(__file__).parent / "data" / "page.css"

SHORT = 160
"""Characters of a note or a sentence that a tooltip or a list shows."""


def page(title: str, body: str, style: Path) -> str:
    """The page: ``body`` is HTML, ``title`` is text; ``style`` is added to what all pages have."""
    return f"""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>{escape(title)}</title>
<style>
{STYLE.read_text(encoding="utf-8")}
{style.read_text(encoding="utf-8")}</style>
</head>
<body>
{body}
</body>
</html>
"""


def quoted(text: str) -> str:
    """``text`` for an attribute."""
    return escape(text).replace("\r", " ").replace("\n", " ")


def shortened(text: str) -> str:
    """The beginning of ``text``, with an ellipsis if there is more."""
    return text if len(text) <= SHORT else f"{text[: SHORT - 1].rstrip()}…"
