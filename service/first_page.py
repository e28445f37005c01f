"""The chat page as it is first sent: one file for all addresses, laid out and furnished for the one that is asked.

A browser finds the modules of the page one import after another, each a round trip further; named in the head, they
all come at once. And what it draws before they run must not move when they do.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

WEB = Path(__file__).parent / "web"
_IMPORT = re.compile(r'^import [^;]*? from "\./([\w-]+\.js)";', re.MULTILINE)


@dataclass(frozen=True, slots=True)
class View:
    """What an address shows: the ``modules`` that draw it, and the classes that the body has from the first."""

    modules: tuple[str, ...]
    classes: tuple[str, ...] = ()


STARTING = View(("main.js", "start.js"))
ASKING = View(("main.js", "talk.js"))
SHELF = View(("main.js", "library.js"), ("reading",))
READING = View(("main.js", "library.js", "reader.js"), ("reading", "reading-one"))


class FirstPage:
    """Makes the page. ``has_llm`` says from the first whether a language model can be chosen."""

    def __init__(self, has_llm: bool) -> None:
        plain = (WEB / "index.html").read_text(encoding="utf-8")
        classes = ("has-llm",) if has_llm else ()
        self._made = {view: _made(plain, view, classes) for view in (STARTING, ASKING, SHELF, READING)}

    def of(self, view: View) -> str:
        """The page for an address that shows ``view``."""
        return self._made[view]


def imported(modules: Iterable[str]) -> list[str]:
    """Names of modules, and of all that they import before they run, each once."""
    found: dict[str, None] = {}
    left = [*modules]
    while left:
        name = left.pop(0)
        if name not in found:
            found[name] = None
            left += _IMPORT.findall((WEB / name).read_text(encoding="utf-8"))
    return [*found]


def _made(page: str, view: View, classes: tuple[str, ...]) -> str:
    links = [f'<link rel="modulepreload" href="/web/{name}">' for name in imported(view.modules)]
    if "reading" in view.classes:
        links.append('<link rel="stylesheet" href="/web/reader.css">')
        page = page.replace('<main id="asking">', '<main id="asking" hidden>')
        page = page.replace('<main id="library" hidden>', '<main id="library">')
    if named := " ".join((*classes, *view.classes)):
        page = page.replace("<body>", f'<body class="{named}">')
    return page.replace("</head>", "".join(f"  {link}\n" for link in links) + "</head>")
