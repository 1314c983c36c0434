"""What a gateway knows about each consumer: how far it has committed, and whether it is stuck."""

from dataclasses import dataclass, field

from telemetry.delivery import Committed, Position

_ALIVE_S = 3.0


@dataclass(slots=True)
class _Consumer:
    position: Position | None = None
    heard_at: float = float("-inf")
    behind_since: float | None = None
    rewound: tuple[Position, float] | None = None


@dataclass(slots=True)
class Progress:
    """Follows the named consumers of one spool; times are monotonic seconds, passed in.

    The first of them sets the pace: what is live is sent as it can take it, and another one that
    lacks something gets that in between.
    A consumer is stuck when it keeps talking but has stood still for `standstill_s` while it is
    behind what was sent. One that is silent is away: sending again would reach nobody.
    """

    spool: str
    consumers: tuple[str, ...]
    standstill_s: float = 2.0
    repeat_s: float = 1.0
    _states: dict[str, _Consumer] = field(init=False)

    def __post_init__(self) -> None:
        self._states = {name: _Consumer() for name in self.consumers}

    @property
    def all_heard(self) -> bool:
        """True when every consumer has said where it is."""
        return all(state.position is not None for state in self._states.values())

    def next_wanted(self) -> int:
        """The first offset that some consumer has not committed; 0 when one has said nothing."""
        return 1 + min((self._offset(state) for state in self._states.values()), default=-1)

    def is_first(self, consumer: str) -> bool:
        """Say whether this is the consumer that sets the pace."""
        return self.consumers[:1] == (consumer,)

    def first_wanted(self) -> int:
        """The first offset that the first consumer has not committed; 0 when it said nothing."""
        return 1 + self._offset(self._states[self.consumers[0]]) if self.consumers else 0

    def first_listens(self, now: float) -> bool:
        """Say whether the first consumer has been heard within the last seconds."""
        return bool(self.consumers) and _listens(self._states[self.consumers[0]], now)

    def late_wanted(self, now: float) -> int | None:
        """The first offset that one of the others lacks; None when none of them listens."""
        others = [self._states[name] for name in self.consumers[1:]]
        wanted = [1 + self._offset(state) for state in others if _listens(state, now)]
        return min(wanted, default=None)

    def heard(
        self, consumer: str, said: Committed, sent_before: int, now: float, *, served: bool = False
    ) -> int | None:
        """Take what a consumer says.

        Args:
            consumer: one of `consumers`; others are ignored.
            said: its message.
            sent_before: the first offset that has not been sent on this connection.
            now: monotonic seconds.
            served: what it lacks is on its way. It may well ask for that, because in between it
                hears what is live; as long as it moves it needs nothing.

        Returns:
            The offset to send again from, or None.
        """
        state = self._states.get(consumer)
        if state is None:
            return None
        before = None if state.position is None else self._offset(state)
        state.position = said.position
        state.heard_at = now
        offset = self._offset(state)
        behind = offset + 1 < sent_before
        if not behind:
            state.behind_since = None
        elif before != offset or state.behind_since is None:
            state.behind_since = now
        stuck = state.behind_since is not None and now - state.behind_since > self.standstill_s
        wants = stuck or (said.rewind and not served)
        if not behind or not wants or self._just_rewound(state, now):
            return None
        state.rewound = said.position, now
        state.behind_since = now
        return offset + 1

    def _just_rewound(self, state: _Consumer, now: float) -> bool:
        # What was sent again is still on its way; the consumer repeats itself meanwhile.
        last = state.rewound
        return last is not None and last[0] == state.position and now - last[1] < self.repeat_s

    def _offset(self, state: _Consumer) -> int:
        position = state.position
        return -1 if position is None or position.spool != self.spool else position.offset


def _listens(state: _Consumer, now: float) -> bool:
    return now - state.heard_at < _ALIVE_S
