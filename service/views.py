"""Statements of several parties: each side's own, side by side."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from index.late import Floats, weighted_mean
from index.pruning import is_stop_word
from index.question import Question, words_of
from service.choosing import READ_HITS, choose, is_row, value
from service.quotable import Quotable
from service.sides import Sides, asked_sides, same_party, speakers, speaks_for

READ_VIEWS = 10
"""Hits that are looked at for sentences of somebody whose views are asked for, or for rows to compare."""

SIDE_WORTH = 0.1
"""What it is worth to a sentence to be of the side that is asked for, or of another takes off."""

MAX_BEHIND = 0.3
"""How far the best sentence of one side may lie behind that of the other, to be shown beside it."""

CONTESTED = 0.03
"""How near to the question (mean cosine) another party's sentence has to come, where no side is asked for."""

SHARED = 0.3
"""Share of the shorter one's words that two statements on one thing have in common at the least, stop words aside."""

Who = Sequence[tuple[str, ...]]


def choose_views(question: Question, parts: Sequence[Quotable]) -> list[Quotable]:
    """As ``choose``, with an eye to who says what.

    Where the views of several are asked for, the best sentence of each; where those of one are, that one's sentences
    before those of others. Else, beside a sentence that is somebody's, what another says that is as near.
    """
    who = [speakers(part.text, part.hit.passage.section) for part in parts]
    sides = asked_sides(question.read_as, {name for names in who for name in names})
    if sides.several:
        found = _each(question, parts, who, sides)
        if len(found) > 1:
            return found
    near = [number for number, part in enumerate(parts) if part.rank < READ_HITS or is_row(part)]
    if len(sides.names) == 1:
        return choose(question, parts, _worth(sides.names[0], who))
    chosen = choose(question, [parts[number] for number in near])
    return chosen + _contested(question, chosen, [parts[n] for n in near], [who[n] for n in near])


def _each(question: Question, parts: Sequence[Quotable], who: Who, sides: Sides) -> list[Quotable]:
    """The best sentence of each side; of the two that are nearest to the question where none is named."""
    ranked = sorted(
        ((value(question, part), number) for number, part in enumerate(parts) if who[number]),
        key=lambda pair: (-pair[0], pair[1]),
    )
    names = sides.names if len(sides.names) > 1 else _two(who, [number for _, number in ranked])
    found = [next(((worth, n) for worth, n in ranked if speaks_for(name, who[n])), None) for name in names]
    best = max((pair[0] for pair in found if pair is not None), default=0.0)
    return [parts[pair[1]] for pair in found if pair is not None and pair[0] >= best - MAX_BEHIND]


def _two(who: Who, ranked: Sequence[int]) -> list[str]:
    """The two parties of which each has a sentence of its own, those with the best."""
    found: list[str] = []
    for number in ranked:
        name = who[number][0]
        if speaks_for(name, who[number]) and not any(same_party(name, other) for other in found):
            found.append(name)
    return found[:2]


def _worth(party: str, who: Who) -> Floats:
    own = [SIDE_WORTH * speaks_for(party, names) for names in who]
    other = [SIDE_WORTH * (bool(names) and not any(same_party(party, name) for name in names)) for names in who]
    return np.array(own, dtype=np.float32) - np.array(other, dtype=np.float32)


def _contested(question: Question, chosen: Sequence[Quotable], parts: Sequence[Quotable], who: Who) -> list[Quotable]:
    """What another party says that is as near to the question as the first chosen, if that is somebody's."""
    first = speakers(chosen[0].text, chosen[0].hit.passage.section) if chosen else ()
    if not first or not speaks_for(first[0], first):
        return []
    least = weighted_mean(chosen[0].matches, question.asked) - CONTESTED
    others = [
        (weighted_mean(part.matches, question.asked), part)
        for part, names in zip(parts, who, strict=True)
        if names and not any(same_party(first[0], name) for name in names) and _is_on_the_same(chosen[0], part)
    ]
    best, part = max(others, key=lambda pair: pair[0], default=(-1.0, chosen[0]))
    return [part] if best >= least and not any(part is other for other in chosen) else []


def _is_on_the_same(one: Quotable, other: Quotable) -> bool:
    """Whether two statements speak of the same thing, by their words."""
    words, others = ({w.casefold() for _, w in words_of(part.text) if not is_stop_word(w)} for part in (one, other))
    return len(words & others) >= SHARED * min(len(words), len(others))
