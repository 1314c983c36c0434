"""From a value as a server gives it to a raw number, which `gateway.scaling` takes on from."""

import math

from gateway.opcua.notification import Item, Kind


def raw_number(item: Item, *, discrete: bool) -> float:
    """Give the number of a value, or NaN if the signal cannot be that.

    A discrete signal is a Boolean, or a number that is 0 or 1; a measured one is any integer or
    real number. What is neither (text, lists, structures, nothing) never is.
    """
    if item.kind == Kind.NOTHING:
        return math.nan
    if discrete:
        return item.value if item.value in (0.0, 1.0) else math.nan
    return item.value if item.kind == Kind.NUMBER else math.nan
