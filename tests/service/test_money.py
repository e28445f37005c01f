"""A sum in another currency, or a share of what was none, is found; how a currency is written is all the same."""

from __future__ import annotations

import pytest

from service.units import plain_money, unmet_units


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("It cost $5 million.", "It cost 5 million U.S. dollars."),
        ("It cost 5 million US dollars.", r"It cost \$5 million."),
        ("It cost USD 5m.", "Value (million dollars) 5"),
        ("It cost RUB 12bn.", "It cost 12 billion roubles."),
        ("It cost 12 billion rubles.", "It cost ₽12 bn."),
        ("It cost CNY 5mn.", "It cost 5 million yuan."),
        ("It cost ¥5 million.", "It cost 5 million yuan."),
        ("It cost €5 million.", "It cost 5 million euros."),
        ("It rose by 5 per cent.", "It rose by 5%."),
        ("The dollar and the euro fell.", "Money lost its worth."),  # nothing is counted
    ],
)
def test_a_unit_is_met_however_it_is_written(sentence: str, evidence: str) -> None:
    assert unmet_units(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence", "unmet"),
    [
        ("It cost €5 million.", "It cost 5 million dollars in Europe.", "euro"),
        ("It cost 5 million US dollars.", "It cost 5 million yuan.", "dollar"),
        ("It cost RUB 5 million.", "It cost 5 million yuan.", "rouble"),
        ("It rose by 5%.", "It rose by 5 boats.", "percent"),
    ],
)
def test_another_unit_is_named(sentence: str, evidence: str, unmet: str) -> None:
    assert unmet_units(sentence, evidence) == [unmet]


def test_codes_of_currencies_are_no_names() -> None:
    assert plain_money("US$5m, EUR 3 and 7 bn USD, of the US") == "$5 million, €3 and 7 bn, of the US"
