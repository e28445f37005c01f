"""What was read lately is kept, and no more than that."""

from __future__ import annotations

from index.cache import RecentlyUsed


def test_the_least_recently_used_are_let_go_first() -> None:
    cache: RecentlyUsed[str, int] = RecentlyUsed(2)
    cache.put({"a": 1, "b": 2})
    assert cache.get(["a", "x"]) == {"a": 1}
    cache.put({"c": 3})
    assert cache.get(["a", "b", "c"]) == {"a": 1, "c": 3}


def test_cleared_it_keeps_nothing() -> None:
    cache: RecentlyUsed[str, int] = RecentlyUsed(2)
    cache.put({"a": 1})
    cache.clear()
    assert cache.get(["a"]) == {}
