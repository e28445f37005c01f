"""Questions that the speed runs ask, of the length and kind that people ask."""

from __future__ import annotations

QUESTIONS = [
    "When did Russia and China sign the Treaty's extension, and for how long?",
    "How many tonnes of beef did China buy from Russia in 2021?",
    "Who opened the Shanghai conference of March 2016?",
    "share of timber in russian exports to china",
    "Why do Chinese experts think integration in the Eurasian Economic Union has bottlenecks?",
]
