"""Which role a signal plays, guessed from its name and unit."""

import re

from plant.role import ROLES, Role
from plant.unit import comparable

_FILLER = frozenset({"of", "the", "a", "at", "in", "and"})


def guess_role(texts: list[str], unit: str | None, *, discrete: bool) -> Role | None:
    """Give the one role that the texts name best; None when none or several equally do.

    A role fits when its Chinese name stands in a text, or all words of its English name do, and
    its unit measures the same quantity.
    """
    best: list[Role] = []
    longest = 0
    for role in ROLES.values():
        if role.discrete is not discrete or not _fits(role, unit):
            continue
        length = max((_length(role, text) for text in texts), default=0)
        if length > longest:
            best, longest = [role], length
        elif length and length == longest:
            best.append(role)
    return best[0] if len(best) == 1 else None


def _fits(role: Role, unit: str | None) -> bool:
    return role.unit is None or unit is None or comparable(unit, role.unit)


def _length(role: Role, text: str) -> int:
    """Say how much of the text the role's name explains; 0 when it does not stand there."""
    if role.name.zh in text.replace(" ", ""):
        return 2 * len(role.name.zh)  # a Chinese character says about as much as two letters
    wanted = _words(role.name.en)
    return len("".join(wanted)) if wanted and wanted <= _words(text) else 0


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"[a-z0-9]+", text.lower())) - _FILLER
