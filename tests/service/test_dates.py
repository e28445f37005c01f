"""A date is the same however it is written, and one that its evidence contradicts is found."""

from __future__ import annotations

import pytest

from service.dates import in_words, unmet_dates


@pytest.mark.parametrize(
    ("sentence", "evidence"),
    [
        ("on 25 March 2016", "On March 25, 2016,"),
        ("on the 25th of March", "On March 25, 2016,"),
        ("on Mar. 25, 2016", "25 March 2016"),
        ("in March 2016", "On March 25, 2016,"),
        ("on March 25, 2016", "In 2016, on March 25,"),
        ("on March 25, 2016", "in March 2016"),
        ("on 25 March 2016", "April 1, 2015"),  # nothing is said of March; what is missing, numbers and names tell
        ("on 27 March 2016", "March 25–27, 2016"),
        ("from 10 to 20 January", "from January 10 to 20"),
        ("in March 2016 and March 2017", "in March 2016, and again in March 2017"),
        ("It may 5 times", "in May 2016"),
    ],
)
def test_a_date_that_is_there_or_not_spoken_of_is_not_contradicted(sentence: str, evidence: str) -> None:
    assert unmet_dates(sentence, evidence) == []


@pytest.mark.parametrize(
    ("sentence", "evidence", "unmet"),
    [
        ("on 25 March 2015", "On March 25, 2016; it was built in 2015", "25 March 2015"),
        ("on March 26, 2016", "On March 25, 2016, 26 boats came", "March 26, 2016"),
        ("in March 2015", "In March 2016, as in May 2015,", "March 2015"),
        ("on 28 March", "March 25–27, 2016", "28 March"),
    ],
)
def test_another_day_or_year_of_a_month_is_found(sentence: str, evidence: str, unmet: str) -> None:
    assert unmet_dates(sentence, evidence) == [unmet]


@pytest.mark.parametrize(
    ("text", "worded"),
    [
        ("2016-03-25", "25 March 2016"),
        ("25.03.2016", "25 March 2016"),
        ("3/25/2016", "25 March 2016"),
        ("05/06/2016", "05/06/2016"),  # nobody knows which is the month
        ("2016-13-25", "2016-13-25"),
        ("25/30/2016", "25/30/2016"),
    ],
)
def test_dates_of_numbers_are_put_in_words_where_they_are_clear(text: str, worded: str) -> None:
    assert in_words(text) == worded
