"""How OCR errs in numbers: what may be left of one on the page."""

from __future__ import annotations

from functools import lru_cache

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹", "0123456789")

_LOOKALIKES = {
    "0": "oOQDº°C",
    "1": "lIi|t!",
    "2": "Zz",
    "3": "E",
    "4": "A",
    "5": "Ss$",
    "6": "bG",
    "7": "TY",
    "8": "B&",
    "9": "gqP",
}
_ANY = "*"
"""What OCR puts for a raised character that it cannot tell."""

_READ = frozenset(f" {_ANY}").union(*_LOOKALIKES.values(), map(chr, SUPERSCRIPTS))
_WRONG_DIGIT = 1.5
_LOST_DIGIT = 1.5


@lru_cache(maxsize=10_000)
def misreading(token: str, number: int) -> float | None:
    """How far ``token`` is from ``number`` as OCR errs: 0 where it is the number, None where it cannot be.

    A digit for another digit, or a lost digit, is forgiven only beside one that is right.

    >>> misreading("To", 70), misreading("*6", 86), misreading("⁹⁰", 99), misreading("To", 71)
    (1.0, 0.5, 1.5, None)
    """
    if not token.strip(_ANY):
        return None  # nothing is left that could be told from another number
    if not is_readable(token):
        return None
    costs = {0: 0.0}  # cost by how many digits of the number have been met
    digits = str(number)
    for character in token.translate(SUPERSCRIPTS).replace(" ", ""):
        following: dict[int, float] = {}
        for met, cost in costs.items():
            if character == _ANY:  # one digit, or a speck on the paper
                _keep_least(following, met, cost + 1.0)
            for lost in range(len(digits) - met):
                step = _confusion(character, digits[met + lost])
                if step is not None:
                    _keep_least(following, met + lost + 1, cost + step + lost * _LOST_DIGIT)
        costs = following
    least = min((cost + (len(digits) - met) * _LOST_DIGIT for met, cost in costs.items()), default=None)
    return least if least is not None and least < min(3.0, 1.5 * len(digits)) else None


def is_readable(token: str) -> bool:
    """Whether ``token`` may be a damaged number at all.

    >>> is_readable("T2"), is_readable("The")
    (True, False)
    """
    return all(character in _READ or character.isdecimal() for character in token)


def _keep_least(costs: dict[int, float], met: int, cost: float) -> None:
    costs[met] = min(costs.get(met, cost), cost)


def _confusion(character: str, digit: str) -> float | None:
    if character == digit:
        return 0.0
    if character == _ANY or character in _LOOKALIKES[digit]:
        return 0.5
    return _WRONG_DIGIT if character.isdecimal() else None
