"""Causes that must bring effects within seconds: what the plant's own controller does."""

from dataclasses import dataclass

from plant.name import Name


@dataclass(frozen=True)
class Cause:
    """A limit (`signal:LEVEL`) that alone demands the interlock's effects (1oo1)."""

    limit: str


@dataclass(frozen=True)
class Effect:
    """The feedback `signal` must show `state` (0 or 1) within `within_s` seconds of the cause."""

    signal: str
    state: int
    within_s: float


@dataclass(frozen=True)
class Interlock:
    """A protective function of the plant's controller, as the plant folder declares it.

    `bypass` names the signals that read 1 while the function is bypassed;
    `proof_test_days` is the proof-test interval.
    """

    id: str
    equipment: str
    name: Name
    causes: tuple[Cause, ...]
    effects: tuple[Effect, ...]
    bypass: tuple[str, ...]
    proof_test_days: int

    @property
    def cause_signals(self) -> tuple[str, ...]:
        """The signals whose limits are causes, in declared order, each once."""
        return tuple(dict.fromkeys(cause.limit.rpartition(":")[0] for cause in self.causes))

    @property
    def signals(self) -> tuple[str, ...]:
        """Every signal the interlock depends on: causes, feedbacks, bypass."""
        effects = (effect.signal for effect in self.effects)
        return tuple(dict.fromkeys((*self.cause_signals, *effects, *self.bypass)))
