"""Things that follow from each other in a circle."""

from collections.abc import Mapping, Sequence


def circles(follows: Mapping[str, Sequence[str]]) -> list[tuple[str, ...]]:
    """Give each circle once, beginning with its first member in the order of `follows`.

    `follows[a]` names what `a` follows from; names that have no entry follow from nothing.
    """
    found: list[tuple[str, ...]] = []
    done: set[str] = set()
    for start in follows:
        path: list[str] = []
        on_path: dict[str, int] = {}
        waiting = [(start, iter(follows[start]))] if start not in done else []
        while waiting:  # a plain loop: a chain may be longer than the interpreter's stack
            name, rest = waiting[-1]
            if name not in on_path:
                on_path[name] = len(path)
                path.append(name)
            following = next(rest, None)
            if following is None:
                waiting.pop()
                done.add(name)
                del on_path[path.pop()]
            elif following in on_path:
                found.append(tuple(path[on_path[following] :]))
            elif following in follows and following not in done:
                waiting.append((following, iter(follows[following])))
    return found


def shown(circle: Sequence[str]) -> str:
    """Write a circle: a → b → a."""
    return " → ".join((*circle, circle[0]))
