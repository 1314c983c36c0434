"""The one door to the compiler of hot loops."""

from collections.abc import Callable
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])


def hot(loop: Loop) -> Loop:
    """Compile a loop; it gives the same answers uncompiled (`fastmath` is off).

    What was compiled is kept for the next process where there is a writable folder for it.
    """
    try:
        return cast("Loop", numba.njit(cache=True)(loop))
    except RuntimeError:
        return cast("Loop", numba.njit(loop))
