"""A conversation: follow-ups, going back, starting anew, what the browser keeps of it, and what can be taken along."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page, expect
from told import ANSWER, MARS, QUESTION, answer, answers, ask, evidence, note, told

SHANGHAI = "Who opened the Shanghai conference of March 2016?"
FOLLOW_UP = "Where does this figure come from?"


def in_sight(page: Page, question: str) -> bool:
    """Whether the heading of this question is in the upper half of what is seen."""
    place = page.get_by_role("heading", name=question).bounding_box()
    return place is not None and 0 <= place["y"] < 400


def test_a_follow_up_is_asked_with_what_was_said_and_earlier_turns_stay_above(page: Page) -> None:
    ask(page, QUESTION)
    with page.expect_request("**/v1/ask") as sent:
        ask(page, FOLLOW_UP)
    user, assistant = sent.value.post_data_json["history"]
    assert user == {"role": "user", "content": QUESTION}
    assert "20,000 tonnes of beef" in assistant["content"]
    expect(page.locator(".turn:last-child")).to_contain_text("General Administration of Customs")
    expect(page.locator(".turn .question")).to_have_text([QUESTION, FOLLOW_UP])
    assert in_sight(page, FOLLOW_UP)
    expect(page.locator(".turn").first.locator("details").first).not_to_have_attribute("open", "")
    assert page.evaluate("document.activeElement.id") == "question"  # to go on typing


def test_one_goes_back_to_an_earlier_turn_by_the_menu_and_by_the_browser(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, SHANGHAI)
    page.get_by_text("Questions (2)").click()
    page.locator(".menu-list").get_by_role("link", name=QUESTION).click()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_focused()
    assert in_sight(page, QUESTION)
    assert page.url.endswith("2021%3F")
    page.go_back()
    expect(page.get_by_role("heading", name=SHANGHAI)).to_be_focused()
    assert in_sight(page, SHANGHAI)
    page.go_back()
    expect(page.get_by_role("heading", name=QUESTION)).to_be_focused()
    assert page.title() == f"{QUESTION} · Ibid"
    page.go_back()
    expect(page.get_by_text("For example")).to_be_visible()
    expect(page.locator(".turn")).to_have_count(0)
    page.go_forward()
    page.go_forward()
    expect(page.get_by_role("heading", name=SHANGHAI)).to_be_focused()
    expect(page.locator(".turn")).to_have_count(2)


def test_a_conversation_survives_a_reload_and_is_found_again_after_a_new_one(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, MARS)
    said = page.locator("#turns").inner_text()
    page.reload()
    expect(page.locator(".turn")).to_have_count(2)
    expect(page.locator(ANSWER)).to_contain_text("Too little to answer from")
    page.locator(".turn").first.locator("details").first.evaluate("details => { details.open = false }")
    assert page.locator("#turns").inner_text() == said
    page.get_by_role("link", name="New", exact=True).click()
    expect(page.locator(".turn")).to_have_count(0)
    assert page.url.endswith("/")
    expect(page.locator("#question")).to_be_focused()
    with page.expect_request("**/v1/ask") as sent:
        ask(page, SHANGHAI)
    assert sent.value.post_data_json["history"] == []
    page.get_by_role("link", name="New", exact=True).click()
    page.locator("#earlier").get_by_role("link", name=QUESTION).click()
    expect(page.locator(".turn")).to_have_count(2)
    page.get_by_role("link", name="New", exact=True).click()
    page.get_by_role("button", name=f"Forget: {SHANGHAI}").click()
    page.get_by_role("button", name=f"Forget: {QUESTION}").click()
    expect(page.locator("#earlier")).to_be_hidden()
    assert page.evaluate("localStorage.length") == 0


def test_an_answer_that_was_under_way_when_the_page_was_left_can_be_asked_again(page: Page) -> None:
    page.route("**/v1/ask", lambda route: None)
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".busy")).to_be_visible()
    page.reload()
    expect(page.locator(".turn .notice")).to_contain_text("The page was left before the answer was complete")
    page.unroute_all()
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(ANSWER)).to_be_visible()


def test_a_link_asks_its_question_on_its_own(page: Page) -> None:
    ask(page, QUESTION)
    page.goto("/?q=Who+opened+the+Shanghai+conference+of+March+2016%3F")
    expect(page.locator(ANSWER)).to_be_visible()
    expect(page.locator(".turn .question")).to_have_text([SHANGHAI])
    page.go_back()
    expect(page.locator(".turn .question")).to_have_text([QUESTION])


def test_two_tabs_do_not_lose_each_others_turns(page: Page) -> None:
    ask(page, QUESTION)
    with page.context.expect_page() as opened:
        page.evaluate("window.open('/')")
    other = opened.value
    other.locator("#earlier").get_by_role("link", name=QUESTION).click()
    ask(other, SHANGHAI)
    ask(page, MARS)
    page.reload()
    expect(page.locator(".turn .question")).to_have_text([QUESTION, SHANGHAI, MARS])


def test_a_tab_that_saw_no_answer_does_not_take_away_what_came_in_another(page: Page) -> None:
    page.evaluate(
        """() => {
            window.held = new Promise((go) => { window.let_go = go; });
            const fetched = window.fetch;
            window.fetch = async (...asked) => {
                if (asked[0] === '/v1/ask') await window.held;
                return fetched(...asked);
            };
        }"""
    )
    page.fill("#question", QUESTION)
    page.press("#question", "Enter")
    expect(page.locator(".busy")).to_be_visible()
    with page.context.expect_page() as opened:
        page.evaluate("window.open('/')")
    other = opened.value
    other.locator("#earlier").get_by_role("link", name=QUESTION).click()
    expect(other.locator(".turn .notice")).to_contain_text("The page was left")
    page.evaluate("window.let_go()")
    expect(page.locator(ANSWER)).to_be_visible()
    ask(other, MARS)
    page.reload()
    expect(page.locator(".turn .question")).to_have_text([QUESTION, MARS])
    expect(page.locator(".turn .mode")).to_have_count(2)


def test_a_conversation_that_is_opened_again_is_asked_of_the_same_as_before(page: Page) -> None:
    page.goto(f"/?q={MARS}&document=valdai-shanghai-2016")
    expect(page.locator(ANSWER)).to_be_visible()
    page.reload()
    expect(page.locator("#restriction")).to_contain_text("Asking only valdai-shanghai-2016")
    with page.expect_request("**/v1/ask") as sent:
        ask(page, SHANGHAI)
    assert sent.value.post_data_json["filters"]["document_ids"] == ["valdai-shanghai-2016"]


def test_a_question_that_is_too_long_for_an_address_has_no_link_to_copy(page: Page) -> None:
    ask(page, f"{MARS} " * 100)
    expect(page.locator(".turn").get_by_role("button", name="Copy", exact=True)).to_be_visible()
    expect(page.get_by_role("button", name="Copy link")).to_have_count(0)


@pytest.mark.parametrize(
    "kept",
    [
        "no JSON",
        "null",
        '{"turns": 7}',
        '{"turns": [{"id": "1", "question": 5}, null, {"id": "2", "question": "x", "state": "done", "answer": {}}]}',
        '{"turns": [{"id": "1", "question": "x", "state": "failed", "restriction": {"label": "x", "pages": 5}}]}',
        '{"turns": [{"id": "1", "question": "x", "state": "failed", "partial": {}}]}',
        '{"turns": [{"id": "1", "question": "x", "state": "failed", "partial": "x", "sentences": [null]}]}',
    ],
)
def test_what_is_broken_in_the_storage_is_not_there(page: Page, kept: str) -> None:
    page.evaluate("kept => localStorage.setItem('ibid.conversation.0mwweyfsl-1', kept)", kept)
    page.evaluate("history.replaceState({conversation: '0mwweyfsl-1', turn: '1'}, '', '/')")
    page.reload()
    expect(page.get_by_text("For example")).to_be_visible()
    expect(page.locator("#earlier")).to_be_hidden()
    ask(page, QUESTION)


@pytest.mark.parametrize("state", ["done", "failed", "no such state"])
def test_a_turn_that_is_kept_without_its_end_can_be_asked_again(page: Page, state: str) -> None:
    turn = {"id": "1", "question": MARS, "state": state}
    page.evaluate("kept => localStorage.setItem('ibid.conversation.0mwweyfsl-1', kept)", json.dumps({"turns": [turn]}))
    page.reload()
    page.locator("#earlier").get_by_role("link", name=MARS).click()
    expect(page.locator(".turn .notice")).to_contain_text("The page was left before the answer was complete")
    page.get_by_role("button", name="Ask again").click()
    expect(page.locator(ANSWER)).to_be_visible()


def test_of_a_conversation_that_is_partly_broken_the_rest_is_shown(page: Page) -> None:
    ask(page, QUESTION)
    ask(page, MARS)
    page.evaluate(
        """() => {
            const [key] = Object.keys(localStorage);
            const kept = JSON.parse(localStorage.getItem(key));
            kept.turns[0].answer.citations[0].spans = "none";
            localStorage.setItem(key, JSON.stringify(kept));
        }"""
    )
    page.reload()
    expect(page.locator(".turn .question")).to_have_text([MARS])


def test_a_full_storage_gives_up_the_oldest_conversation_and_says_when_nothing_fits(page: Page) -> None:
    ask(page, QUESTION)
    page.get_by_role("link", name="New", exact=True).click()
    fill = """() => {
        let text = "";
        for (let size = 2 ** 23; size > 0; size >>= 1)
            try { localStorage.setItem("foreign", text + "x".repeat(size)); text += "x".repeat(size); } catch {}
    }"""
    page.evaluate(fill)
    ask(page, SHANGHAI)
    expect(page.locator("#unkept")).to_be_hidden()
    kept = page.evaluate("Object.keys(localStorage).filter(key => key.startsWith('ibid.')).length")
    assert kept == 1
    page.reload()
    expect(page.locator(".turn .question")).to_have_text([SHANGHAI])
    page.get_by_role("link", name="New", exact=True).click()
    page.evaluate(
        "Object.keys(localStorage).filter(key => key.startsWith('ibid.')).forEach(k => localStorage.removeItem(k))"
    )
    page.evaluate(fill)
    ask(page, MARS)
    expect(page.locator("#unkept")).to_contain_text("this conversation will be gone when it is left")


def test_a_browser_that_keeps_nothing_still_answers(page: Page) -> None:
    page.add_init_script("Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } })")
    page.goto("/")
    ask(page, QUESTION)
    expect(page.locator("#unkept")).to_be_visible()
    ask(page, FOLLOW_UP)
    expect(page.locator(".turn")).to_have_count(2)


def test_only_the_newest_conversations_and_turns_are_kept(page: Page) -> None:
    kept = page.evaluate(
        """async () => {
            const { createStore } = await import("/web/conversation.js");
            const store = createStore();
            const turn = (n) => ({ id: `t${String(n).padStart(3, "0")}`, question: `q${n}`, state: "stopped" });
            for (let n = 100; n < 125; n += 1) store.write({ id: `c${n}`, turns: [turn(1)] });
            store.write({ id: "c999", turns: Array.from({ length: 60 }, (_, n) => turn(n)) });
            return [store.list().map((one) => one.id), store.read("c999").turns.map((one) => one.question)];
        }"""
    )
    assert kept[0] == ["c999", *(f"c{n}" for n in range(124, 105, -1))]
    assert kept[1] == [f"q{n}" for n in range(10, 60)]


def made_up(page: Page) -> None:
    """A conversation of two turns with everything that an export has to carry."""
    cited = evidence(
        'Trade <grew> by *5* % & {"more".', mark=1, footnotes=[note("Source, 2021.", ["https://a.example/x_y"])]
    )
    again = evidence(
        "Second quote.", mark=2, document_id="valdai-shanghai-2016", document_title="Valdai", verified=False
    )
    answers(
        page,
        told(("answer", answer("It grew [1], it is said [2].", citations=[cited, again]))),
        told(("answer", answer("Once more [1].", citations=[cited]))),
    )
    ask(page, "How much?")
    ask(page, "And then?")


def saved(page: Page, item: str) -> tuple[str, str]:
    """Choose an item of the menu of exports: the name and the text of the file that comes."""
    page.get_by_text("Export").click()
    with page.expect_download() as download:
        page.get_by_role("button", name=item).click()
    return download.value.suggested_filename, Path(download.value.path()).read_text(encoding="utf-8")


def test_a_conversation_is_exported_as_markdown_with_its_notes(page: Page) -> None:
    made_up(page)
    name, text = saved(page, "Markdown")
    assert name == "ibid.md"
    assert "## How much?\n\nIt grew[^1], it is said[^2].\n\n" in text
    assert "## And then?\n\nOnce more[^3].\n\n" in text
    assert '[^1]: “Trade \\<grew\\> by \\*5\\* % & {"more".” [A made-up document, pp. 3–4 · 1. Section]' in text
    assert "/documents/made-up#c=0-5,9-12>)\n\n    Note 7: Source, 2021. https://a.example/x\\_y" in text
    assert "[^2]: “Second quote.” [Valdai, pp. 3–4 · 1. Section]" in text
    assert text.count("(not verified)") == 1


def test_its_sources_are_exported_for_reference_managers(page: Page) -> None:
    made_up(page)
    name, text = saved(page, "CSL-JSON")
    assert name == "ibid.json"
    unknown, known = json.loads(text)
    assert (unknown["id"], unknown["title"], unknown["type"]) == ("made-up", "A made-up document", "document")
    assert known["issued"] == {"date-parts": [[2016, 3, 25]]}
    assert known["publisher"] == "Valdai Discussion Club"
    assert "“Second quote.” (pp. 3–4)" in known["note"]
    name, text = saved(page, "BibTeX")
    assert name == "ibid.bib"
    assert text.count("@misc{made-up,\n") == 1
    assert "@techreport{valdai-shanghai-2016,\n  title = {{Valdai Club Shanghai Conference" in text
    assert "  institution = {Valdai Discussion Club},\n" in text
    assert text.count("{") == text.count("}")
    assert "  year = {2016},\n  date = {2016-03-25}" in text
    quote = '“Trade <grew> by *5* \\% \\& \\textbraceleft{}"more".” (pp. 3–4)'
    assert f"{quote} Note 7: Source, 2021. https://a.example/x\\_y" in text


def test_documents_that_are_not_in_latin_letters_have_keys_of_their_own(page: Page) -> None:
    cited = [evidence("Q.", mark=mark, document_id=name) for mark, name in ((1, "报告"), (2, "年报"))]
    answers(page, told(("answer", answer("It grew [1] [2].", citations=cited))))
    ask(page, "How much?")
    _, text = saved(page, "BibTeX")
    assert "@misc{62a5544a,\n" in text
    assert "@misc{5e7462a5,\n" in text


def test_what_a_language_model_wrote_as_markdown_stays_so_and_nothing_else_does(page: Page) -> None:
    text = "# Trade\n\n- It **grew** [1] .\n- ![x](http://a.example/y) `a_b`\n\n<b>So</b> 5 * 3 * 2."
    answers(page, told(("answer", answer(text, citations=[evidence("Quote.", mark=1)]))))
    ask(page, "How much?")
    _, saved_text = saved(page, "Markdown")
    kept = "### Trade\n\n- It **grew**[^1].\n\n- !\\[x\\](http://a.example/y) `a_b`\n\n\\<b\\>So\\</b\\> 5 \\* 3 \\* 2."
    assert kept in saved_text


def test_an_answer_a_link_and_a_conversation_are_copied(open_page: Callable[..., Page]) -> None:
    page = open_page(permissions=["clipboard-read", "clipboard-write"])
    made_up(page)
    clipboard = "navigator.clipboard.readText()"
    turn = page.locator(".turn").first
    turn.get_by_role("button", name="Copy", exact=True).click()
    expect(turn.get_by_role("button", name="Copied")).to_be_visible()
    copied = page.evaluate(clipboard)
    assert copied.startswith("How much?\n\nIt grew [1], it is said [2].\n\n[1] “Trade <grew>")
    assert "    Note 7: Source, 2021. https://a.example/x_y" in copied
    turn.get_by_role("button", name="Copy link").click()
    expect(page.get_by_role("log")).to_contain_text("Copied")
    page.wait_for_function(f"async () => (await {clipboard}).endsWith('/?q=How+much%3F')")
    page.get_by_text("Export").click()
    page.get_by_role("button", name="Copy all").click()
    page.wait_for_function(f"async () => (await {clipboard}).includes('* * *')")
    assert page.evaluate(clipboard).count("[1] “Trade") == 2


def test_a_conversation_goes_by_keyboard_alone(page: Page) -> None:
    page.keyboard.press("Control+k")
    page.keyboard.type("What is")
    page.keyboard.press("Shift+Enter")
    page.keyboard.type("the population of Mars?")
    expect(page.locator(".turn")).to_have_count(0)
    page.keyboard.press("Enter")
    expect(page.locator(ANSWER)).to_be_visible()
    page.keyboard.press("ArrowUp")
    expect(page.locator("#question")).to_have_value("What is\nthe population of Mars?")
    page.get_by_text("Questions (1)").focus()
    page.keyboard.press("Enter")
    item = page.locator(".menu-list a")
    expect(item).to_be_visible()
    page.keyboard.press("Escape")
    expect(item).to_be_hidden()
    assert page.evaluate("document.activeElement.tagName") == "SUMMARY"
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    expect(page.locator(".question")).to_be_focused()
