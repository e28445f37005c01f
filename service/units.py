"""What numbers count: shares and sums of money, so that a sentence names no other than what it cites."""

from __future__ import annotations

import re

_SCALE = r"(?:thousand|million|mln|mn|m|billion|bln|bn|trillion|trln|tn)"
_WHOSE = r"(?:US|U\.S\.|American|Chinese|Russian)"
_UNITS = {
    "percent": (r"%|\bper ?cent\b|\bpercentage\b|\bpct\b", ""),
    "dollar": (r"\$|\bUSD\b|\bdollars?\b", r"US\$|\$|USD"),
    "euro": (r"€|\bEUR\b|\beuros?\b", r"€|EUR"),
    "pound": (r"£|\bGBP\b|\bpounds?\b", r"£|GBP"),
    "rouble": (r"₽|\bRUB\b|\brou?bles?\b", r"₽|RUB"),
    "yuan": (r"¥|\bCNY\b|\bRMB\b|\byuan\b|\brenminbi\b", r"CNY|RMB"),
    "yen": (r"¥|\bJPY\b|\byen\b", r"JPY"),
}
"""How each is written anywhere, and before its number."""

_ANYWHERE = {unit: re.compile(written, re.IGNORECASE) for unit, (written, _) in _UNITS.items()}
_COUNTED = {
    unit: re.compile(
        rf"(?:\d|\b{_SCALE})\s?(?:{_WHOSE} )?(?:{written})" + (rf"|(?<!\w)(?:{before})\s?\d" if before else ""),
        re.IGNORECASE,
    )
    for unit, (written, before) in _UNITS.items()
}
_BEFORE = re.compile(r"(?<!\w)(?P<unit>US\$|[$€£¥₽]|(?:USD|EUR|GBP|RUB|CNY|RMB|JPY)\b)\s?(?=\d)")
_AFTER = re.compile(rf"(?<=[\dmn])\s?(?:USD|EUR|GBP|RUB|CNY|RMB|JPY)\b|(?<=[\dn] ){_WHOSE} (?=dollars?\b)")
_SHORT = re.compile(r"(?<=[$€£¥₽])(?P<number>\d[\d.,]*)\s?(?P<scale>[mkb])\b", re.IGNORECASE)
_SIGNS = {"USD": "$", "US$": "$", "EUR": "€", "GBP": "£", "RUB": "₽", "CNY": "¥", "RMB": "¥", "JPY": "¥"}
_WRITTEN_OUT = {"k": "thousand", "m": "million", "b": "billion"}


def unmet_units(sentence: str, evidence: str) -> list[str]:
    """Units of a sentence's numbers that its evidence never speaks of, by their names.

    >>> unmet_units("It cost €5 million, 20 percent more.", "It cost $5 million, 20% more.")
    ['euro']
    """
    counted = [unit for unit, pattern in _COUNTED.items() if pattern.search(sentence)]
    if "yuan" in counted and "yen" in counted:  # one sign for both
        counted.remove("yen")
    return [unit for unit in counted if not _ANYWHERE[unit].search(evidence)]


def plain_money(text: str) -> str:
    """A text with the codes of currencies as signs, so that none is taken for a name, and short scales in words.

    >>> plain_money("RUB 12bn, US$5m and 3 million USD")
    '₽12bn, $5 million and 3 million'
    """
    text = _BEFORE.sub(lambda found: _SIGNS.get(found["unit"], found["unit"]), text)
    text = _AFTER.sub("", text)
    return _SHORT.sub(lambda found: f"{found['number']} {_WRITTEN_OUT[found['scale'].lower()]}", text)
