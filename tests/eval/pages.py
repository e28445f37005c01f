"""A document of two pages: a sentence and a word that the page breaks, notes, a running head, a table."""

from __future__ import annotations

PAGES = """Annals of Rivers

1. Silt

Rivers carry silt towards the delta every spring.¹ The farmers of the delta and the Canal Part-

¹ Ada Marsh, "On Silt," River Press, 2019. URL: https://example.org/silt

1 Annals of Rivers

nership share the harvest, which weighed 5,400 tonnes in 2021.² Nobody keeps the dam.

² Ben Reed, "Herons of the Old Canal," Canal Letters, 2020.

2. Boats

Table 1. Mills by Village

| Village | Mills | Staff |
|---|---|---|
| Alder | 5 | 12 |
| Merrow | 9 | 31 |

The ferry of Southgate sails twice a day. It carries mail and oranges.

2 Annals of Rivers

3. Floods

The flood of 1953 broke the dam at Westmere. Nobody keeps the dam.

3 Annals of Rivers
"""

GOATS = """Goats

Three goats graze on the steppe. The ferry of Southgate sails twice a day.
"""

TEXTS = {"rivers": PAGES, "goats": GOATS}
