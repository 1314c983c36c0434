"""Verdicts, and how several findings become one."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Verdict(StrEnum):
    """What can be shown of one criterion at one subject."""

    PASS = "pass"  # noqa: S105 - a verdict, not a password
    FAIL = "fail"
    SUSPECT = "suspect"
    UNKNOWN = "unknown"
    NOT_APPLICABLE = "not_applicable"


# AND gives the worst: what is shown to be wrong outweighs what is not known, and what is not
# known outweighs what is shown to be right.
_WORST_FIRST = (Verdict.FAIL, Verdict.SUSPECT, Verdict.UNKNOWN, Verdict.PASS)


@dataclass(frozen=True)
class Reference:
    """What a reason speaks of: a `signal`, `limit`, `interlock`, `demand` or `evidence`."""

    type: str
    id: str


@dataclass(frozen=True)
class Ground:
    """One reason of a verdict: a stable code for programs, a sentence for people, references."""

    code: str
    zh: str
    en: str
    refs: tuple[Reference, ...] = ()


@dataclass(frozen=True)
class Finding:
    """What one requirement gives: a verdict, and why when it is not a pass."""

    verdict: Verdict
    grounds: tuple[Ground, ...] = ()


def all_of(findings: Iterable[Finding]) -> Finding:
    """Combine findings that must all hold: the worst verdict, with the grounds that made it."""
    return _first(_WORST_FIRST, findings)


def any_of(findings: Iterable[Finding]) -> Finding:
    """Combine alternatives of which one must hold: the best verdict, with its grounds."""
    return _first(tuple(reversed(_WORST_FIRST)), findings)


def _first(order: tuple[Verdict, ...], findings: Iterable[Finding]) -> Finding:
    known = list(findings)
    for verdict in order:
        found = [finding for finding in known if finding.verdict is verdict]
        if found:
            grounds = (ground for finding in found for ground in finding.grounds)
            return Finding(verdict, tuple(dict.fromkeys(grounds)))
    return Finding(Verdict.UNKNOWN)
