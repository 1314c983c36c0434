from hypothesis import given
from hypothesis import strategies as st

from plant.circles import circles, shown


def test_no_circle() -> None:
    assert circles({"a": ("b", "c"), "b": ("c", "elsewhere"), "c": ()}) == []


def test_each_circle_once() -> None:
    follows = {"a": ("b",), "b": ("c",), "c": ("a",), "d": ("d",), "e": ("a", "d")}

    assert circles(follows) == [("a", "b", "c"), ("d",)]
    assert shown(circles(follows)[0]) == "a → b → c → a"


def test_a_chain_longer_than_the_interpreter_s_stack() -> None:
    chain = {str(number): (str(number + 1),) for number in range(50_000)}

    assert circles(chain) == []
    assert len(circles({**chain, "50000": ("0",)})[0]) == 50_001


@given(st.dictionaries(st.integers(0, 6), st.lists(st.integers(0, 6), max_size=3)))
def test_a_circle_is_found_just_when_there_is_one(edges: dict[int, list[int]]) -> None:
    follows = {str(key): [str(value) for value in values] for key, values in edges.items()}
    found = circles(follows)

    for circle in found:
        for one, other in zip(circle, (*circle[1:], circle[0]), strict=True):
            assert other in follows[one]
    left = dict(follows)
    while leaves := [name for name in left if not any(other in left for other in left[name])]:
        for name in leaves:
            del left[name]
    assert bool(found) is bool(left)
