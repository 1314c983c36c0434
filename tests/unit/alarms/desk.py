"""An alarm book that is told changes directly, without an engine: times are seconds."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from alarms.alarm import Alarm, AlarmEvent
from alarms.book import AlarmBook
from alarms.memory import AlarmMemory
from monitor.changes import (
    Change,
    LimitChange,
    NodeChange,
    NodeState,
    QualityChange,
    SuppressionChange,
)
from plant.name import Name
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.suppression import Condition, Suppression
from tests.small_plant import NODE, at


def suppression(name: str, *limits: str) -> Suppression:
    condition = Condition("idle", state=1)
    return Suppression(name, Name("停机", "idle"), condition, limits, 3600)


def with_suppressions(plant: Plant, *items: Suppression) -> Plant:
    return replace(plant, suppressions=items)


@dataclass
class Desk:
    """`trusted` is what the engine would say of a signal; what is not in it is GOOD."""

    plant: Plant
    trusted: dict[str, tuple[Quality, Reason]] = field(default_factory=dict)
    heard: list[AlarmEvent] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.book, self.memory, self.now = AlarmBook(self.plant), AlarmMemory(), at(0)
        self.tell(NodeChange(NODE, None, NodeState.ONLINE, at(0)))
        self.heard.clear()

    # --- what the engine says -----------------------------------------------------------------

    def trust(self, signal: str) -> tuple[Quality, Reason]:
        return self.trusted.get(signal, (Quality.GOOD, Reason.NONE))

    def usable(self, _: str) -> tuple[float, int]:
        return 0.0, self.now

    def active(self) -> Mapping[str, tuple[int, int]]:
        return {}

    # --- what happens -------------------------------------------------------------------------

    def tell(self, *changes: Change, second: float = 0) -> list[AlarmEvent]:
        self.now = max([self.now, at(second), *(change.time for change in changes)])
        said = self.book.advance(self.memory, changes, self, self.now)
        self.heard += said
        return said

    def passed(self, limit: str, second: float, value: float = 1.0) -> list[AlarmEvent]:
        moment = at(second)
        return self.tell(LimitChange(limit, True, moment, value, moment, moment))

    def left(self, limit: str, second: float, value: float = 0.0) -> list[AlarmEvent]:
        moment = at(second)
        return self.tell(LimitChange(limit, False, moment, value, moment, moment))

    def suppress(self, name: str, second: float) -> list[AlarmEvent]:
        return self.tell(SuppressionChange(name, True, at(second)))

    def unsuppress(self, name: str, second: float) -> list[AlarmEvent]:
        return self.tell(SuppressionChange(name, False, at(second)))

    def quality(
        self, second: float, reason: Reason, *signals: str, quality: Quality = Quality.BAD
    ) -> list[AlarmEvent]:
        changes = []
        for signal in signals:
            before = self.trust(signal)[0]
            self.trusted[signal] = (quality, reason)
            changes.append(QualityChange(signal, before, quality, reason, at(second)))
        return self.tell(*changes)

    def good(self, second: float, *signals: str) -> list[AlarmEvent]:
        return self.quality(second, Reason.NONE, *signals, quality=Quality.GOOD)

    def wait(self, second: float) -> list[AlarmEvent]:
        return self.tell(second=second)

    def node(self, second: float, state: NodeState) -> list[AlarmEvent]:
        return self.tell(NodeChange(NODE, None, state, at(second)))

    # --- what people do -----------------------------------------------------------------------

    def acknowledge(self, alarm: str, occurrence: int | None = None) -> AlarmEvent:
        event = self.book.acknowledge(self.memory, alarm, occurrence, "zhang", "", self.now)
        self.heard.append(event)
        return event

    def reset(self, alarm: str, occurrence: int | None = None) -> AlarmEvent:
        event = self.book.reset(self.memory, alarm, occurrence, "zhang", "", self.now)
        self.heard.append(event)
        return event

    # --- what is asked ------------------------------------------------------------------------

    def alarm(self, name: str) -> Alarm:
        return self.memory.alarms[name]

    @property
    def told(self) -> list[str]:
        return told(self.heard)


def told(events: Iterable[AlarmEvent]) -> list[str]:
    return [f"{event.alarm.id} {event.event}" for event in events]
