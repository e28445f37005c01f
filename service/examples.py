"""Requests and responses as the API's description shows them: a question over the corpus, and what comes of it."""

from __future__ import annotations

from typing import Any

from fastapi.openapi.models import Example

Shown = dict[str, Any]

_QUESTION = "How many tonnes of beef did China buy from Russia in 2021?"
_QUOTE = (
    "According to Chinese customs statistics, China imported 20,000 tonnes of beef from Russia in 2021, an increase of "
    "210.2 percent from 2020, and is now the largest export market for this product."
)
_PLACE: Shown = {
    "passage_id": "russian-chinese-dialogue-2022.128686-129244.c2a43419",
    "document_id": "russian-chinese-dialogue-2022",
    "document_title": "Russian-Chinese Dialogue: The 2022 Model",
    "pages": [44, 44],
    "section": ["3.1. Trade and Economic Cooperation between Russia and China", "Russia-China Trade Cooperation"],
    "spans": [[128686, 128879]],
}
_ADDRESS = "https://baijiahao.baidu.com/s?id=1723116670009200548&wfr=spider&for=pc"
_NOTE: Shown = {
    "key": 92,
    "number": 92,
    "label": "92",
    "text": f"Chinanews, January 27, 2022. URL: {_ADDRESS}",
    "urls": [_ADDRESS],
    "printed_urls": [_ADDRESS],
    "spans": [[130476, 130580]],
    "printed": [130305, 130308],
    "marker": [128879, 128881],
    "markers": [[128879, 128881]],
    "region": None,
    "caller": [[128686, 128879]],
    "found": "printed",
    "confidence": 0.99,
    "style": "superscript",
    "page": 44,
    "refers_to": None,
}
PASSAGE: Shown = {**_PLACE, "kind": "body", "text": _QUOTE, "footnotes": [_NOTE]}
_SCORES = {"dense": 0.76, "lexical": 12.6, "late": 0.64, "sentence": 0.62, "phrase": 0.85, "reranked": None}
_MATCH = {"word": "beef", "weight": 0.16, "start": 73, "end": 77, "cosine": 0.95, "exact": True}
_HIT = {**PASSAGE, "score": 2.02, "scores": _SCORES, "matches": [_MATCH], "callers": [], "duplicates": []}
_CITATION = {**_PLACE, "mark": 1, "quote": _QUOTE, "footnotes": [_NOTE], "verified": True}
_SENTENCE = {"text": f"{_QUOTE} [1]", "marks": [1], "support": "supported", "reason": ""}

SEARCHED: Shown = {"hits": [_HIT]}
ANSWER: Shown = {
    "question": _QUESTION,
    "answer": f"{_QUOTE} [1]",
    "mode": "extractive",
    "confidence": 0.8645,
    "citations": [_CITATION],
    "hits": [_HIT],
    "notice": None,
    "read_as": _QUESTION,
    "sentences": [_SENTENCE],
    "unmet": [],
    "usage": None,
}
STREAM = (
    'event: passages\ndata: {"hits":[…]}\nid: 1\n\n'
    'event: token\ndata: {"text":"According to Chinese customs statistics, … [1]"}\nid: 2\n\n'
    'event: sentence\ndata: {"text":"… [1]","marks":[1],"support":"supported","reason":""}\nid: 3\n\n'
    'event: answer\ndata: {"question":"…","answer":"…","mode":"extractive",…}\nid: 4\n\n'
)
DOCUMENT: Shown = {
    "id": "valdai-shanghai-2016",
    "title": "Valdai Club Shanghai Conference",
    "media_type": "text/plain",
    "sha256": "d8ee704fc27f71bcfd660edb1b3d80be1e7e1669eed882ae247adc68e458303a",
    "characters": 4689,
    "passages": 9,
    "footnotes": 0,
    "authors": [],
    "publisher": "Valdai Discussion Club",
    "date": "2016-03-25",
    "questions": ["Who opened the Shanghai conference of March 2016?"],
}
DOCUMENTS: Shown = {"documents": [DOCUMENT]}
TEXT: Shown = {
    "document_id": "valdai-shanghai-2016",
    "start": 0,
    "end": 31,
    "length": 4689,
    "text": "Valdai Club Shanghai Conference",
}
CONTENTS: Shown = {
    "document_id": _PLACE["document_id"],
    "sections": [
        {
            "path": ["3. Overcoming the Effects of the Pandemic …"],
            "level": 1,
            "start": 119782,
            "end": 208780,
            "pages": [41, 67],
        }
    ],
    "pages": [
        {"page": 41, "start": 119375, "known": "printed"},
        {"page": 42, "start": 122763, "known": "interpolated"},
    ],
    "blocks": [
        {"kind": "heading", "start": 122104, "end": 122134},
        {"kind": "paragraph", "start": 122136, "end": 122290},
        {"kind": "footnote", "start": 122292, "end": 122545},
    ],
}
UPLOADING = (
    'event: progress\ndata: {"done":0,"total":0}\nid: 1\n\n'
    'event: progress\ndata: {"done":64,"total":120}\nid: 2\n\n'
    'event: document\ndata: {"id":"river-report","title":"River Report",…}\nid: 3\n\n'
)
FOOTNOTES: Shown = {
    "document_id": _PLACE["document_id"],
    "footnotes": [{**_NOTE, "caller_text": _QUOTE, "passages": [_PLACE["passage_id"]]}],
}
PASSAGE_WITH_NEIGHBOURS: Shown = {
    "passage": PASSAGE,
    "previous": "russian-chinese-dialogue-2022.128097-128685.b28ae4fe",
    "next": "russian-chinese-dialogue-2022.129248-129689.c8a2bd3c",
}
ALIVE: Shown = {"status": "alive"}
READY: Shown = {"status": "ready", "generation": 2, "documents": 2, "passages": 663}

SEARCHES: dict[str, Example] = {
    "plain": {"summary": "Words", "value": {"query": "beef exports to China"}},
    "filtered": {
        "summary": "Only notes of some pages",
        "value": {"query": "customs statistics", "k": 3, "filters": {"kinds": ["footnote"], "pages": [40, 50]}},
    },
}
QUESTIONS: dict[str, Example] = {
    "plain": {"summary": "A question", "value": {"question": _QUESTION}},
    "follow-up": {
        "summary": "A question after another, streamed",
        "value": {
            "question": "And in 2020?",
            "history": [{"role": "user", "content": _QUESTION}, {"role": "assistant", "content": f"{_QUOTE} [1]"}],
            "stream": True,
        },
    },
}
CHATS: dict[str, Example] = {
    "plain": {
        "summary": "A question",
        "value": {"model": "ibid", "messages": [{"role": "user", "content": _QUESTION}]},
    },
    "streamed": {
        "summary": "Streamed, with usage figures",
        "value": {
            "model": "ibid-extractive",
            "messages": [{"role": "user", "content": _QUESTION}],
            "stream": True,
            "stream_options": {"include_usage": True},
        },
    },
}
_SAID = (
    f"{_QUOTE} [1]\n\n**Sources**\n\n"
    "- [1] Russian-Chinese Dialogue: The 2022 Model, Russia-China Trade Cooperation, p. 44"
)
COMPLETION: Shown = {
    "id": "chatcmpl-6f1c7c3f0f4f4f0d8f1b7a3c2d1e0f9a",
    "object": "chat.completion",
    "created": 1767225600,
    "model": "ibid",
    "choices": [{"index": 0, "message": {"role": "assistant", "content": _SAID}, "finish_reason": "stop"}],
    "usage": {"prompt_tokens": 812, "completion_tokens": 71, "total_tokens": 883},
    "citations": [_CITATION],
    "ibid": {"mode": "extractive", "confidence": 0.8645, "notice": None, "sentences": [_SENTENCE]},
}
CHUNKS = (
    'data: {"id":"chatcmpl-…","object":"chat.completion.chunk","choices":[{"index":0,'
    '"delta":{"role":"assistant","content":""},"finish_reason":null}],…}\n\n'
    'data: {…"delta":{"content":"According to Chinese customs statistics, … [1]"},"finish_reason":null}],…}\n\n'
    'data: {…"delta":{},"finish_reason":"stop"}],…,"citations":[…],"ibid":{…}}\n\n'
    "data: [DONE]\n\n"
)
MODEL: Shown = {"id": "ibid", "object": "model", "created": 1767225600, "owned_by": "ibid"}
MODELS: Shown = {"object": "list", "data": [MODEL]}
