"""The one door to the compiler of hot loops."""

import hashlib
from collections.abc import Callable
from types import CodeType
from typing import Any, TypeVar, cast

import numba

Loop = TypeVar("Loop", bound=Callable[..., Any])

# Without numba's runtime: the loops allocate nothing, so nothing needs its references counted.
# Counted, each array that a loop hands on costs two atomic steps: the busy run of `bench.kernel`
# then takes nearly three times as long.
# A loop that does allocate is then refused when it is compiled. See numba issue 2345.
_OPTIONS: dict[str, Any] = {"_nrt": False}

_digests: dict[int, str] = {}


def hot(loop: Loop) -> Loop:
    """Compile a loop; it gives the same answers uncompiled (`fastmath` is off).

    What was compiled is kept for the next process where there is a writable folder for it. The
    compiler looks only at the loop's own file to see whether that is still current, so the name
    under which it is kept tells of everything that was compiled into it: another loop or constant
    of another file gives another name, and never yesterday's judgement.
    """
    return _compile(loop, inline=False)


def hot_part(loop: Loop) -> Loop:
    """Compile a part of a loop into whoever calls it: for what is done for every sample."""
    return _compile(loop, inline=True)


def _compile(loop: Loop, *, inline: bool) -> Loop:
    digest = digest_of(loop)
    loop.__qualname__ = f"{loop.__qualname__}_{digest}"
    try:
        compiled = cast("Loop", numba.njit(cache=True, forceinline=inline, **_OPTIONS)(loop))
    except RuntimeError:
        compiled = cast("Loop", numba.njit(forceinline=inline, **_OPTIONS)(loop))
    _digests[id(compiled)] = digest
    return compiled


def digest_of(loop: Callable[..., Any]) -> str:
    """Give a short name of what a loop does, the loops and constants that it uses included."""
    code: CodeType = loop.__code__
    parts = [repr(_OPTIONS), code.co_code.hex(), repr(code.co_consts), repr(code.co_names)]
    for name in code.co_names:
        used = loop.__globals__.get(name)
        if isinstance(used, int | float | str):
            parts.append(repr(used))
        else:
            parts.append(_digests.get(id(used), ""))
    return hashlib.sha256("\n".join(parts).encode()).hexdigest()[:12]
