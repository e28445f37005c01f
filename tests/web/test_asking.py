"""What a person who asks sees: the answer, how sure it is, what stands behind it, and what can go wrong."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import anyio
import pytest
from llm_server import SSE, Call, ScriptedServer, chunk, words
from looking import LOADING_FAILED, Watch
from playwright.sync_api import Page, expect
from told import ANSWER, MARS, QUESTION, answer, answers, ask, evidence, never, note, told

LLM_TEXT = (
    "China imported 20,000 tonnes of beef from Russia in 2021 [1]. That was 45,000 tonnes more than before [1]. "
    "Everybody was glad."
)


@pytest.fixture(scope="module")
def llm(serve: Callable[..., str]) -> Iterator[tuple[str, threading.Event]]:
    """A service whose language model says the half of LLM_TEXT, and the rest when the event is set."""
    more = threading.Event()
    half = LLM_TEXT.index("body was glad")  # the sentence before it is whole

    async def script(call: Call) -> None:
        await call.send(SSE)
        await call.pieces(*words(LLM_TEXT[:half]))
        while not more.is_set():
            await call.send(": \n\n")
            await anyio.sleep(0.02)
        await call.pieces(LLM_TEXT[half:])
        await call.send(chunk(end="stop"), "data: [DONE]\n\n")

    with ScriptedServer(script) as server:
        yield serve(llm_base_url=server.url, llm_model="scripted"), more


def test_an_answer_is_quoted_with_a_mark_that_shows_its_quote_and_opens_the_source(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator(".prose")).to_contain_text("20,000 tonnes of beef")
    mark = page.get_by_role("link", name="Citation 1")
    mark.hover()
    card = page.get_by_role("tooltip")
    expect(card).to_contain_text("China imported 20,000 tonnes of beef from Russia in 2021")
    expect(card).to_contain_text("p. 44")
    expect(card).to_contain_text("3.1. Trade and Economic Cooperation")
    expect(card).to_contain_text("Verified word for word")
    quote = card.locator("blockquote").inner_text()
    mark.click()
    expect(page.locator("#source mark").first).to_be_visible()
    assert "".join(page.locator("#source mark").all_inner_texts()) == quote


def test_the_card_of_a_mark_comes_with_the_focus_and_escape_takes_it_away(page: Page) -> None:
    ask(page, QUESTION)
    card = page.get_by_role("tooltip")
    for _ in range(30):  # from the form backwards, as a keyboard goes
        page.keyboard.press("Shift+Tab")
        if "mark" in (page.evaluate("document.activeElement.className") or ""):
            break
    expect(card).to_contain_text("20,000 tonnes")
    assert page.evaluate("document.activeElement.getAttribute('aria-describedby')") == card.get_attribute("id")
    page.keyboard.press("Escape")
    expect(card).to_be_hidden()
    page.keyboard.press("Enter")
    expect(page.locator("#source mark").first).to_be_visible()


def test_an_answer_says_how_sure_it_is_and_why(page: Page) -> None:
    ask(page, QUESTION)
    expect(page.locator(".mode")).to_have_text(re.compile(r"Quoted from the documents · \w+ confidence \(\d+%\)"))
    reasons = page.get_by_label("What of the question is not met")
    expect(reasons).to_be_hidden()
    page.get_by_text("Why not surer?").click()
    expect(reasons).to_contain_text("does not speak of “buy”")


def test_a_sure_answer_is_shown_without_what_speaks_against_it(page: Page) -> None:
    answers(page, told(("answer", answer("It grew.", confidence=0.9, unmet=["it does not speak of “buy”"]))))
    ask(page, QUESTION)
    expect(page.locator(ANSWER)).to_contain_text("high confidence (90%)")
    expect(page.locator(".turn")).not_to_contain_text("buy”")


def test_an_abstention_looks_different_and_offers_the_nearest_passages(page: Page) -> None:
    ask(page, MARS)
    turn = page.locator(".turn")
    expect(turn.locator(".abstained")).to_contain_text("No answer found")
    expect(turn.locator(".mode")).to_contain_text("Too little to answer from · low confidence")
    expect(turn.locator(".unmet")).to_contain_text("no passage found speaks of Mars")
    expect(turn.get_by_text("The nearest passages, for you to judge")).to_be_visible()
    assert turn.locator(".citation blockquote").count() >= 3
    line = "getComputedStyle(document.querySelector('.abstained')).borderInlineStartWidth"
    assert page.evaluate(line) == "3px"
    ask(page, QUESTION)
    expect(page.locator(".turn:last-child .abstained")).to_have_count(0)


def test_an_answer_streams_in_and_doubts_stand_beside_their_sentences(
    open_page: Callable[..., Page], llm: tuple[str, threading.Event]
) -> None:
    at, more = llm
    more.clear()
    page = open_page(at=at)
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    reply = page.locator(".reply")
    expect(reply.locator(".unsupported")).to_contain_text("not supported: “45,000” is not in what it cites")
    expect(reply).to_have_attribute("aria-busy", "true")
    expect(reply).not_to_contain_text("glad")
    expect(page.get_by_role("button", name="Stop")).to_be_visible()
    expect(page.get_by_role("log")).to_contain_text("That was 45,000 tonnes more than before")
    more.set()
    expect(page.locator(ANSWER)).to_contain_text("Written by a language model")
    expect(reply.locator(".prose")).to_contain_text("Everybody was glad. weakly supported: it cites nothing")
    expect(reply.locator(".doubt")).to_have_count(2)
    expect(reply.locator(".notice")).to_contain_text("2 of 3 sentences are not borne out")
    expect(page.get_by_role("log")).to_contain_text("The answer is complete, with 1 citation")


def test_the_mode_is_chosen_where_there_is_a_language_model_and_said_where_there_is_none(
    open_page: Callable[..., Page], llm: tuple[str, threading.Event]
) -> None:
    plain = open_page()
    expect(plain.get_by_text("Answers are quoted word for word.")).to_be_visible()
    expect(plain.get_by_label("Answer by")).to_be_hidden()
    at, more = llm
    more.set()
    page = open_page(at=at)
    page.get_by_label("Answer by").select_option("quotes only")
    ask(page, QUESTION)
    expect(page.locator(ANSWER)).to_contain_text("Quoted from the documents")
    page.get_by_label("Answer by").select_option("language model, always")
    ask(page, QUESTION)
    expect(page.locator(ANSWER)).to_contain_text("Written by a language model")


def test_an_answer_that_begins_anew_shows_nothing_of_what_is_void(page: Page) -> None:
    quoted = evidence("Quoted instead.", mark=1)
    whole = answer("Quoted instead. [1]", mode="extractive", citations=[quoted], notice="The model did not answer.")
    stream = told(
        ("passages", {"hits": []}),
        ("token", {"text": "Half an ans"}),
        ("restart", {"reason": "the language model broke off"}),
        ("token", {"text": "Quoted instead. [1]"}),
        ("answer", whole),
    )
    answers(page, stream)
    ask(page, QUESTION)
    expect(page.locator(".turn")).not_to_contain_text("Half an ans")
    expect(page.locator(".reply .notice")).to_have_text("The model did not answer.")
    expect(page.get_by_role("log")).to_contain_text("The answer begins anew: the language model broke off")


def test_a_stream_that_was_cut_says_so_and_keeps_what_came(page: Page) -> None:
    cut = told(("passages", {"hits": []}), ("token", {"text": "China bought "}))
    asked = answers(page, cut, told(("answer", answer("China bought beef."))))
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    problem = page.locator(".turn .problem")
    expect(problem).to_contain_text("The connection broke off before the answer was complete")
    expect(page.locator(".unfinished")).to_contain_text("China bought")
    problem.get_by_role("button", name="Ask again").click()
    expect(page.locator(".prose")).to_have_text("China bought beef.")
    expect(page.locator(".turn")).to_have_count(1)
    assert [body["question"] for body in asked] == [QUESTION, QUESTION]
    assert page.evaluate("document.activeElement.textContent") == QUESTION  # not lost with the button


def test_a_stream_with_a_gap_is_no_answer(page: Page) -> None:
    answers(page, told(("passages", {"hits": []}), ("answer", answer("Half."))).replace("id: 2", "id: 3"))
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".turn .problem")).to_contain_text("The connection broke off")


def test_events_are_read_however_the_network_cuts_them(page: Page) -> None:
    pieces = [
        "event: tok",
        "en\nid: 1\nda",
        'ta: {"text": "é"}\r\n\r',
        "\n: ping\n\nevent: end\nid: 2\ndata: {}\n",
        "\nid: 3",
    ]
    read = page.evaluate(
        """async (pieces) => {
            const { events } = await import("/web/api.js");
            const bytes = pieces.map((piece) => new TextEncoder().encode(piece));
            const all = new Uint8Array(bytes.flatMap((piece) => [...piece]));
            const seen = [];
            for (const size of [1, 7, all.length]) {
                const body = new ReadableStream({ start(stream) {
                    for (let at = 0; at < all.length; at += size) stream.enqueue(all.slice(at, at + size));
                    stream.close();
                } });
                const list = [];
                for await (const event of events(new Response(body))) list.push(event);
                seen.push(list);
            }
            return seen;
        }""",
        pieces,
    )
    one = [{"id": 1, "name": "token", "data": {"text": "é"}}, {"id": 2, "name": "end", "data": {}}]
    assert read == [one, one, one]


def test_an_error_is_told_in_its_own_sentence_and_asked_again_without_retyping(page: Page, watch: Watch) -> None:
    watch.allow(LOADING_FAILED)
    page.fill("#question", "W" * 5000)
    page.press("#question", "Enter")
    expect(page.locator(".turn .problem")).to_contain_text(re.compile(r"The question has 5,?000 characters"))
    page.route("**/v1/ask", lambda route: route.abort())
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    problem = page.locator(".turn:last-child .problem")
    expect(problem).to_contain_text("The service cannot be reached; check that it is running")
    page.unroute("**/v1/ask")
    problem.get_by_role("button", name="Ask again").click()
    expect(page.locator(ANSWER)).to_contain_text("Quoted from the documents")


def test_a_device_without_a_network_is_told_so(page: Page, watch: Watch) -> None:
    watch.allow(LOADING_FAILED)
    ask(page, QUESTION)  # so that the page has all its parts
    page.context.set_offline(True)
    page.fill("#question", MARS)
    page.press("#question", "Enter")
    expect(page.locator(".turn:last-child .problem")).to_contain_text("This device is offline")


def test_a_page_that_cannot_load_its_other_half_says_so_and_keeps_the_question(page: Page, watch: Watch) -> None:
    watch.allow("Failed to (load|fetch)")
    page.route("**/web/talk.js", lambda route: route.abort())
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.get_by_role("alert")).to_contain_text("could not load a part of itself")
    expect(page.locator("#question")).to_have_value(QUESTION)


@pytest.mark.parametrize("how", ["button", "Escape"])
def test_a_running_answer_is_stopped(page: Page, how: str) -> None:
    never(page)
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    stop.click() if how == "button" else page.keyboard.press(how)
    expect(page.locator(".turn .notice")).to_contain_text("Stopped.")
    expect(page.get_by_role("button", name="Ask", exact=True)).to_be_visible()
    page.unroute_all()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(ANSWER)).to_contain_text("Quoted from the documents")


def test_an_answer_goes_on_while_one_reads_elsewhere_and_presses_escape(page: Page) -> None:
    never(page)
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".busy")).to_be_visible()
    page.get_by_role("link", name="Documents", exact=True).click()
    expect(page.locator("#library .documents li").first).to_be_visible()
    page.keyboard.press("Escape")
    page.go_back()
    expect(page.locator(".busy")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.locator(".turn .notice")).to_contain_text("Stopped.")


def test_an_answer_that_takes_long_says_so_after_five_seconds(page: Page) -> None:
    never(page)
    page.clock.install(time=0)
    page.clock.pause_at(1000)  # or time would go on by itself, however slow the machine
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".busy")).to_have_text("Searching the documents…")
    page.clock.fast_forward(4900)
    expect(page.locator(".busy")).to_have_text("Searching the documents…")
    page.clock.fast_forward(200)
    expect(page.locator(".busy")).to_contain_text("This takes longer than usual")
    expect(page.get_by_role("log")).to_contain_text("This takes longer than usual")


def test_a_restriction_is_shown_sent_and_lifted(open_page: Callable[..., Page]) -> None:
    page = open_page(f"/?q={MARS}&document=valdai-shanghai-2016&pages=1-2")
    expect(page.locator(ANSWER)).to_be_visible()
    expect(page.locator(".turn")).to_contain_text("Asked of valdai-shanghai-2016, pp. 1–2")
    titles = page.locator(".citation .title").all_inner_texts()
    assert titles
    assert all("Valdai Club Shanghai Conference" in title for title in titles)
    asked = answers(page, told(("answer", answer("Nothing."))))
    ask(page, "And there?")
    page.get_by_role("button", name="Ask all documents again").click()
    ask(page, "And elsewhere?")
    assert asked[0]["filters"] == {"document_ids": ["valdai-shanghai-2016"], "section_prefix": [], "pages": [1, 2]}
    assert "filters" not in asked[1]
    expect(page.locator("#restriction")).to_be_hidden()
    assert "document=" not in page.url


def test_what_a_language_model_writes_as_markdown_reads_well(page: Page) -> None:
    text = (
        "## Trade\nChina bought **20,000 tonnes** [1] , *twice* as much [1] .\n\n- Beef: `5` [1]\n- Wheat. A claim.\n"
        "\n3. Third\n[x](javascript:alert(1)) 2 * 3 * 4"
    )
    claim = {"text": "Wheat. A claim.", "marks": [], "support": "unsupported", "reason": "it cites nothing"}
    answers(page, told(("answer", answer(text, citations=[evidence("Quote.", mark=1)], sentences=[claim]))))
    ask(page, QUESTION)
    reply = page.locator(".reply")
    paragraphs = reply.locator("p.prose")
    expect(paragraphs).to_have_text(["Trade", "China bought 20,000 tonnes[1], twice as much[1]."])
    expect(reply.locator("strong")).to_have_text("20,000 tonnes")
    expect(reply.locator("em")).to_have_text("twice")
    items = [
        "Beef: 5[1]",
        "Wheat. A claim. not supported: it cites nothing",
        "Third\n[x](javascript:alert(1)) 2 * 3 * 4",
    ]
    expect(reply.locator("li")).to_have_text(items)
    assert reply.locator("ol li").evaluate("node => node.value") == 3
    expect(reply.locator(".prose a")).to_have_count(3)  # the marks


def test_a_quotation_is_not_read_as_markdown_and_its_addresses_are_links(page: Page) -> None:
    quote = "- As **printed** in (*Table 2*), http://a.example/b"
    cited = evidence(quote, mark=1, footnotes=[note(quote, ["http://a.example/b"])])
    sentence = {"text": f"{quote} [1]", "marks": [1], "support": "supported", "reason": ""}
    whole = answer(f"{quote} [1]", mode="extractive", citations=[cited], sentences=[sentence])
    answers(page, told(("answer", whole)))
    ask(page, QUESTION)
    expect(page.locator(".prose")).to_have_text(f"{quote}[1]")
    link = page.locator(".prose").get_by_role("link", name="http://a.example/b")
    expect(link).to_have_attribute("rel", "noopener noreferrer nofollow")


def test_a_quotation_keeps_the_references_of_its_source_apart_from_its_marks(page: Page) -> None:
    quote = "The king lives in a tower, see [1] and [2]."
    sentence = {"text": f"{quote} [1]", "marks": [1], "support": "supported", "reason": ""}
    cited = [evidence(quote, mark=1)]
    whole = answer(f"{quote} [1]", mode="extractive", citations=cited, sentences=[sentence])
    answers(page, told(("answer", whole)))
    ask(page, QUESTION)
    expect(page.locator(".prose")).to_have_text(f"{quote}[1]")
    expect(page.locator(".prose sup")).to_have_text(["[1]"])
    page.get_by_text("Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name="Markdown").click()
    text = Path(download.value.path()).read_text(encoding="utf-8")
    assert "The king lives in a tower, see \\[1\\] and \\[2\\].[^1]\n" in text


def test_an_answer_of_blanks_and_stars_is_no_work(page: Page) -> None:
    texts = [" " * 100_000, "*" * 100_000, "** a " * 20_000, "**a " * 20_000, " *a" * 30_000, "`" * 100_000]
    milliseconds = page.evaluate(
        """async (texts) => {
            const { blocksOf, splitMarks, stressed } = await import("/web/text.js");
            const began = performance.now();
            for (const text of texts) [stressed(text), blocksOf(text), splitMarks(text, new Map())];
            return performance.now() - began;
        }""",
        texts,
    )
    assert milliseconds < 2000  # a hundred at home; what grows with the square of a text takes many seconds


def test_a_screen_reader_hears_what_is_said_against_a_sentence(page: Page) -> None:
    bad = {"text": "It fell.", "marks": [], "support": "weak", "reason": "it cites nothing"}
    answers(
        page, told(("token", {"text": "It fell."}), ("sentence", bad), ("answer", answer("It fell.", sentences=[bad])))
    )
    ask(page, QUESTION)
    expect(page.get_by_role("log")).to_contain_text("It fell. weakly supported: it cites nothing")


def test_examples_are_those_of_the_documents_that_are_there(open_page: Callable[..., Page]) -> None:
    page = open_page()
    examples = page.get_by_role("region", name="For example").get_by_role("link")
    expect(examples).to_have_count(3)
    examples.filter(has_text="Who opened the Shanghai conference").click()
    expect(page.locator(ANSWER)).to_be_visible()
    own = {"id": "own", "title": "My own", "passages": 1, "footnotes": 0, "characters": 9, "questions": []}
    page.route("**/v1/documents", lambda route: route.fulfill(json={"documents": [own]}))
    page.goto("/")
    expect(page.get_by_role("link", name="My own")).to_be_visible()
    expect(page.get_by_text("For example")).to_be_hidden()


def test_of_many_documents_the_first_page_lists_some(page: Page) -> None:
    many = [
        {"id": f"d{n}", "title": f"Title {n}", "passages": 1, "footnotes": 0, "characters": 9, "questions": [f"Q{n}?"]}
        for n in range(1000)
    ]
    page.route("**/v1/documents", lambda route: route.fulfill(json={"documents": many}))
    page.goto("/")
    expect(page.get_by_role("link", name="All 1,000 documents")).to_be_visible()
    expect(page.locator("#documents li")).to_have_count(8)
    expect(page.locator("#examples li")).to_have_count(4)


def test_hostile_answers_stay_text(page: Page) -> None:
    script = "<script>window.hit = 1</script><img src=x onerror='window.hit = 1'>"
    override = "\u202etxet desrever\u202c"
    noted = note(f"See {script} javascript:alert(1)", ["javascript:alert(1)"])
    citation = evidence(f"{script} {override}", mark=1, document_title=script, section=[script], footnotes=[noted])
    sentence = {"text": f"{script} [1]", "marks": [1], "support": "weak", "reason": script}
    text = f"{script} [1] {'W' * 100_000} {override} [99] [x](javascript:alert(1))"
    hostile = answer(text, citations=[citation], hits=[evidence(script)], sentences=[sentence])
    hostile.update(notice=script, unmet=[script])
    answers(page, told(("token", {"text": script}), ("sentence", sentence), ("answer", hostile)))
    ask(page, script)
    page.get_by_role("link", name="Citation 1").hover()
    expect(page.get_by_role("tooltip")).to_contain_text("onerror")
    assert page.evaluate("window.hit") is None
    assert page.locator("#turns script, #turns img, .card script, .card img").count() == 0
    assert page.locator("a[href^='javascript:']").count() == 0
    expect(page.locator(".prose")).to_contain_text("[99]")
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.reload()
    expect(page.locator(ANSWER)).to_be_visible()
    assert page.evaluate("window.hit") is None


def test_quotations_run_in_the_direction_of_their_script(page: Page) -> None:
    arabic, chinese = "التعاون بين روسيا والصين", "中俄贸易额首次突破9000亿元"
    quotes = [evidence(arabic, mark=1), evidence(chinese, mark=2)]
    answers(page, told(("answer", answer("Two sources. [1] [2]", citations=quotes))))
    ask(page, "كم؟")
    direction = "node => getComputedStyle(node).direction"
    assert page.locator(".question").evaluate(direction) == "rtl"
    assert page.locator("blockquote", has_text=arabic).evaluate(direction) == "rtl"
    assert page.locator("blockquote", has_text=chinese).evaluate(direction) == "ltr"
    assert page.locator(".prose").evaluate(direction) == "ltr"
