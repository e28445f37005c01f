"""Callers in many threads share places to compute in: together, in turn, each with its own results and errors."""

from __future__ import annotations

import threading
from concurrent.futures import Future, ThreadPoolExecutor

import pytest
from waiting import wait_until

from index.gathering import AHEAD, TOGETHER, Gatherer


class Squares:
    """Answers with squares, and keeps what it was asked at once. "gate" waits until it is opened; "bad" is refused."""

    def __init__(self) -> None:
        self.asked: list[list[object]] = []
        self.entered = threading.Semaphore(0)
        self.open = threading.Event()
        self.at_once = self.most_at_once = 0
        self._lock = threading.Lock()

    def __call__(self, items: list[object]) -> list[int]:
        """The square of each number. Raises ValueError, KeyboardInterrupt."""
        with self._lock:
            self.asked.append(items)
            self.at_once += 1
            self.most_at_once = max(self.at_once, self.most_at_once)
        self.entered.release()
        try:
            if "gate" in items:
                assert self.open.wait(30)
            if "stop" in items:
                raise KeyboardInterrupt
            return [self._square(item) for item in items]
        finally:
            with self._lock:
                self.at_once -= 1

    def _square(self, item: object) -> int:
        if item == "bad":
            raise ValueError("bad is no number")
        return item * item if isinstance(item, int) else 0


class Crowd:
    """Callers in threads of their own, behind one that holds the only place until it is let go."""

    def __init__(self, gatherer: Gatherer[object, int], squares: Squares) -> None:
        self.gatherer, self.squares = gatherer, squares
        self.pool = ThreadPoolExecutor(64)
        self.first = self.pool.submit(gatherer.ask, ["gate"])
        assert squares.entered.acquire(timeout=30)

    def ask(self, *items: object) -> Future[list[int]]:
        """Ask in another thread, and come back when the question waits."""
        before = self.gatherer.waiting
        asked = self.pool.submit(self.gatherer.ask, items)
        wait_until(lambda: self.gatherer.waiting > before)
        return asked

    def let_go(self) -> None:
        """Let the first caller finish, and all after it."""
        self.squares.open.set()
        self.first.result(30)


def one_place() -> tuple[Gatherer[object, int], Squares]:
    squares = Squares()
    return Gatherer(squares, 1), squares


def test_a_caller_that_is_alone_is_answered_in_its_own_thread() -> None:
    asked_in: list[int] = []

    def answer(items: list[int]) -> list[int]:
        asked_in.append(threading.get_ident())
        return [-item for item in items]

    before = threading.active_count()
    assert Gatherer(answer, 2).ask([3, 1, 2]) == [-3, -1, -2]
    assert asked_in == [threading.get_ident()]
    assert threading.active_count() == before


def test_those_that_come_meanwhile_are_answered_together_each_with_its_own() -> None:
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    asked = [crowd.ask(number, number + 100) for number in range(10)]
    crowd.let_go()
    assert [future.result(30) for future in asked] == [[n * n, (n + 100) ** 2] for n in range(10)]
    assert squares.asked[1:] == [[item for n in range(10) for item in (n, n + 100)]]


def test_no_more_are_put_together_than_is_good_but_one_caller_is_never_parted() -> None:
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    asked = [crowd.ask(*range(TOGETHER + 5)), *(crowd.ask(number) for number in range(TOGETHER + 3))]
    crowd.let_go()
    assert all(future.result(30) is not None for future in asked)
    assert [len(items) for items in squares.asked[1:]] == [TOGETHER + 5, TOGETHER, 3]


def test_how_many_are_put_together_can_be_set() -> None:
    squares = Squares()
    crowd = Crowd(Gatherer(squares, 1, together=3), squares)
    asked = [crowd.ask(number) for number in range(7)]
    crowd.let_go()
    assert [future.result(30) for future in asked] == [[n * n] for n in range(7)]
    assert squares.asked[1:] == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_place_leaves_the_other_places_their_share() -> None:
    """The first stays taken, so that the other one answers all: half of what waits each time."""
    squares = Squares()
    gatherer: Gatherer[object, int] = Gatherer(squares, 2)
    crowd = Crowd(gatherer, squares)
    with gatherer.place():
        asked = [crowd.ask(number) for number in range(8)]
    assert [future.result(30) for future in asked] == [[n * n] for n in range(8)]
    assert squares.asked[1:] == [[0, 1, 2, 3], [4, 5], [6], [7]]
    crowd.let_go()


def test_an_error_reaches_the_caller_it_belongs_to_and_no_other() -> None:
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    good, bad, other = crowd.ask(3), crowd.ask(4, "bad"), crowd.ask(5)
    crowd.let_go()
    assert (good.result(30), other.result(30)) == ([9], [25])
    with pytest.raises(ValueError, match="bad is no number"):
        bad.result(30)
    assert gatherer.ask([6]) == [36]


def test_a_caller_that_is_interrupted_while_it_answers_leaves_the_others_to_be_answered() -> None:
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    stopped, other = crowd.ask("stop"), crowd.ask(5)
    # Whoever leads meets the interrupt: both may, and each is free of it when it asks again.
    crowd.let_go()
    with pytest.raises(KeyboardInterrupt):
        stopped.result(30)
    wait_until(other.done)
    assert other.exception() is None or isinstance(other.exception(), KeyboardInterrupt)
    assert gatherer.waiting == 0
    assert gatherer.ask([6]) == [36]


def test_many_threads_are_all_answered_rightly_and_never_more_at_once_than_places() -> None:
    squares = Squares()
    gatherer: Gatherer[object, int] = Gatherer(squares, 3)

    def use(number: int) -> bool:
        if number % 7 == 0:
            with gatherer.place():
                return True
        return gatherer.ask([number]) == [number * number]

    with ThreadPoolExecutor(32) as pool:
        assert all(pool.map(use, range(2000)))
    assert squares.most_at_once <= 3


def test_questions_overtake_long_work_that_waits() -> None:
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    order: list[str] = []

    def work() -> None:
        with gatherer.place():
            order.append(f"after {len(squares.asked)} answers")

    long = crowd.pool.submit(work)
    wait_until(lambda: gatherer.waiting_long == 1)
    asked = [crowd.ask(number) for number in range(5)]
    crowd.let_go()
    long.result(30)
    assert [future.result(30) for future in asked] == [[n * n] for n in range(5)]
    assert order == ["after 2 answers"]


def test_long_work_has_its_turn_however_many_questions_come() -> None:
    """Each caller asks again as soon as it is answered, so that there always is a question that waits."""
    gatherer, squares = one_place()
    crowd = Crowd(gatherer, squares)
    done = threading.Event()

    def insist(number: int) -> int:
        asked = 0
        while not done.is_set():
            gatherer.ask([number])
            asked += 1
        return asked

    insisting = [crowd.pool.submit(insist, number) for number in range(4)]
    wait_until(lambda: gatherer.waiting == 4)

    def work() -> int:
        before = len(squares.asked)
        with gatherer.place():
            return len(squares.asked) - before

    long = crowd.pool.submit(work)
    wait_until(lambda: gatherer.waiting_long == 1)
    crowd.let_go()
    try:
        assert long.result(30) <= AHEAD
    finally:
        done.set()
    assert all(future.result(30) for future in insisting)


def test_an_error_in_long_work_gives_its_place_back() -> None:
    gatherer, _ = one_place()
    with pytest.raises(RuntimeError, match="long"), gatherer.place():
        raise RuntimeError("long")
    assert gatherer.ask([2]) == [4]


def test_there_must_be_a_place() -> None:
    with pytest.raises(ValueError, match="places must be 1 or more, got 0"):
        Gatherer(Squares(), 0)
