"""First-out: in which order the causes of a demand came, as far as the readings tell."""

from collections.abc import Iterable
from dataclasses import replace

from monitor.changes import CauseSeen


def sequence(causes: Iterable[CauseSeen]) -> tuple[CauseSeen, ...]:
    """Order causes as they came, each with its rank from 1.

    The cause whose interval ends first comes first; causes whose intervals begin before that end
    cannot be told apart from it and share its rank. The rest is ranked the same way, without
    leaving ranks out.
    """
    rest = sorted(causes, key=lambda cause: cause.latest)
    ranked: list[CauseSeen] = []
    rank = 0
    while rest:
        rank += 1
        first = rest[0]
        tied = [c for c in rest if c is first or c.earliest < first.latest]
        rest = [c for c in rest if c is not first and c.earliest >= first.latest]
        ranked += [replace(cause, rank=rank) for cause in tied]
    return tuple(ranked)


def first_out(causes: Iterable[CauseSeen]) -> tuple[str, ...]:
    """Name the cause that came first; several when they cannot be told apart: a tie."""
    return tuple(cause.limit for cause in sequence(causes) if cause.rank == 1)
