"""Random numbers as values: the generator's state goes in and comes out, so runs repeat."""

_MULTIPLIER = 6364136223846793005
_INCREMENT = 1442695040888963407
_MASK = (1 << 64) - 1


def seeded(seed: int) -> int:
    """Give the first state for a seed."""
    return advanced(advanced(seed & _MASK))


def advanced(state: int) -> int:
    """Give the state after this one (a 64-bit linear congruential generator)."""
    return (state * _MULTIPLIER + _INCREMENT) & _MASK


def bell(state: int) -> tuple[float, int]:
    """Draw from a bell-like spread with deviation 1, never beyond 3.5; give it and the new state.

    The sum of four even draws: bounded, so that noise alone can never reach an alarm limit.
    """
    total = 0.0
    for _ in range(4):
        state = advanced(state)
        total += (state >> 32) / 2**32 - 0.5
    return total * 3.0**0.5, state
