"""Causes that must bring effects within seconds: what the plant's own controller does."""

from dataclasses import dataclass
from enum import StrEnum

from plant.name import Name


class OnBad(StrEnum):
    """What the controller does with a channel that it knows to be faulty (standards 4.4).

    REMOVE: it votes with the others. VOTE: it counts as a vote for the trip. TRIP: it trips.
    """

    REMOVE = "remove"
    VOTE = "vote"
    TRIP = "trip"


class Reset(StrEnum):
    """How an interlock that has tripped becomes ready again."""

    MANUAL = "manual"
    AUTO = "auto"


@dataclass(frozen=True)
class Cause:
    """Limits (`signal:LEVEL`) of which at least `votes` must be passed to demand the effects.

    One limit alone is 1oo1. `on_bad` is what the controller does with a faulty channel.
    """

    limits: tuple[str, ...]
    votes: int = 1
    on_bad: OnBad = OnBad.REMOVE

    @property
    def id(self) -> str:
        """The limit of a 1oo1, else e.g. `2oo3(a:HH b:HH c:HH)`; unique in its interlock."""
        if len(self.limits) == 1:
            return self.limits[0]
        return f"{self.voting}({' '.join(self.limits)})"

    @property
    def voting(self) -> str:
        """The designed voting, such as `2oo3`."""
        return f"{self.votes}oo{len(self.limits)}"

    @property
    def signals(self) -> tuple[str, ...]:
        """The signals whose limits vote, each once."""
        return tuple(dict.fromkeys(limit.rpartition(":")[0] for limit in self.limits))


@dataclass(frozen=True)
class Effect:
    """The feedback `signal` must show `state` (0 or 1) within `within_s` seconds of the cause.

    An effect without feedback has no `signal`, but a `role`: it exists and cannot be proven.
    """

    signal: str
    state: int
    within_s: float
    role: str = ""


@dataclass(frozen=True)
class Interlock:
    """A protective function of the plant's controller, as the plant folder declares it.

    `bypass` names the signals that read 1 while the function is bypassed, `armed` the one that
    reads 1 while it is in service ("" when there is none); `proof_test_days` is the proof-test
    interval. `effects_in_normal_use` says that the effects also come without a cause (a valve
    that closes at the end of every cast), so that this is no spurious trip. `sil` is the safety
    integrity level claimed for it, 0 for none.
    """

    id: str
    equipment: str
    name: Name
    causes: tuple[Cause, ...]
    effects: tuple[Effect, ...]
    bypass: tuple[str, ...]
    proof_test_days: int
    armed: str = ""
    reset: Reset = Reset.MANUAL
    effects_in_normal_use: bool = False
    sil: int = 0

    @property
    def cause_limits(self) -> tuple[str, ...]:
        """The limits of all causes, in declared order, each once."""
        return tuple(dict.fromkeys(limit for cause in self.causes for limit in cause.limits))

    @property
    def cause_signals(self) -> tuple[str, ...]:
        """The signals whose limits are causes, in declared order, each once."""
        return tuple(dict.fromkeys(signal for cause in self.causes for signal in cause.signals))

    @property
    def feedbacks(self) -> tuple[str, ...]:
        """The feedback signals of the effects that have one, each once."""
        return tuple(dict.fromkeys(effect.signal for effect in self.effects if effect.signal))

    @property
    def signals(self) -> tuple[str, ...]:
        """Every signal the interlock depends on: causes, feedbacks, bypass, armed."""
        armed = (self.armed,) if self.armed else ()
        return tuple(dict.fromkeys((*self.cause_signals, *self.feedbacks, *self.bypass, *armed)))
