"""What was compiled is kept under a name that tells of everything compiled into it."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from numba.core.errors import TypingError

from monitor.hot import digest_of, hot


def loop_of(text: str, **known: object) -> Callable[..., Any]:
    names: dict[str, Any] = dict(known)
    exec(text, names)  # noqa: S102 - as if it stood in a file of its own
    loop: Callable[..., Any] = names["loop"]
    return loop


ADD = "def loop(a):\n    return a + LIMIT\n"
CALL = "def loop(a):\n    return part(a)\n"


def test_the_same_loop_has_the_same_name() -> None:
    assert digest_of(loop_of(ADD, LIMIT=1)) == digest_of(loop_of(ADD, LIMIT=1))


def test_another_constant_gives_another_name() -> None:
    assert digest_of(loop_of(ADD, LIMIT=1)) != digest_of(loop_of(ADD, LIMIT=2))


def test_a_change_in_what_a_loop_calls_gives_it_another_name() -> None:
    one, two = (hot(loop_of(ADD, LIMIT=limit)) for limit in (1, 2))
    assert digest_of(loop_of(CALL, part=one)) != digest_of(loop_of(CALL, part=two))


def test_a_compiled_loop_does_what_it_says() -> None:
    assert hot(loop_of(ADD, LIMIT=2))(3) == 5


def test_a_loop_that_allocates_is_refused() -> None:
    with pytest.raises(TypingError, match="zeros"):
        hot(loop_of("def loop(a):\n    return np.zeros(a).sum()\n", np=np))(3)
