"""Whatever the process and people do: condition, acknowledgement, latch and suppression."""

from dataclasses import replace

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule
from pydantic import TypeAdapter

from alarms.alarm import Alarm
from alarms.book import AlarmBook
from alarms.memory import AlarmMemory
from monitor.changes import SuppressionChange
from plant.errors import RequestError
from plant.plant import Plant
from plant.quality import Quality, Reason
from plant.signal import Level
from tests.small_plant import at
from tests.unit.alarms.desk import suppression, with_suppressions
from tests.unit.alarms.test_book import CALM, Room, plant

_NAMES = st.sampled_from(["a:high", "a:low", "a:quality", "plc:device", "gw:node", "trip:bypass"])
_MEMORY = TypeAdapter(AlarmMemory)
_LATCHING = (Level.HH, Level.L)
_SUPPRESSED = {"low": ("a:L",), "lows": ("a:L", "a:LL"), "highs": ("a:H", "a:HH")}


def machine_plant() -> Plant:
    made = plant()
    first, *others = made.signals
    limits = (replace(item, latching=item.level in _LATCHING) for item in first.limits)
    made = replace(made, signals=(replace(first, limits=tuple(limits)), *others))
    return with_suppressions(made, *(suppression(*item) for item in _FLAT))


_FLAT = [(name, *limits) for name, limits in _SUPPRESSED.items()]


class Alarms(RuleBasedStateMachine):
    """Polls, losses, ticks and suppressions on one side, what people do on the other."""

    @initialize()
    def begin(self) -> None:
        # The engine knows of no suppression: here they come and go as the machine likes.
        self.room, self.second = Room(plant()), 0.0
        self.room.book = AlarmBook(machine_plant())
        self.before: dict[str, Alarm] = {}

    def process(self) -> None:
        """Check what the process may do to alarms, after it did something."""
        for name, old in self.before.items():
            new = self.room.alarm(name)  # an alarm never vanishes
            assert new.occurrence >= old.occurrence
            if not old.acknowledged:
                assert not new.acknowledged, "the process acknowledged an alarm"
            elif new.occurrence == old.occurrence:
                assert new.acknowledged
            if old.latched:
                assert new.latched, "the process let go of a latch"
            if new.suppressed_by is not None:
                assert new.occurrence == old.occurrence, "a suppressed alarm called"
        self.before = dict(self.room.memory.alarms)

    @rule(
        a=st.sampled_from([10, 20, 25, 50, 50, 75, 80, 90]),
        gate=st.sampled_from([0, 1]),
        key=st.sampled_from([0, 0, 1]),
        trust=st.sampled_from([Quality.GOOD] * 4 + [Quality.UNCERTAIN]),
    )
    def poll(self, a: float, gate: float, key: float, trust: Quality) -> None:
        self.second += 0.5
        self.room.values(self.second, trust, **(CALM | {"a": a, "gate": gate, "key1": key}))
        self.process()

    @rule(reason=st.sampled_from([Reason.NO_ANSWER, Reason.SENSOR_FAULT]))
    def lose(self, reason: Reason) -> None:
        active = {n for n in self.room.active if n.endswith((":high", ":low"))}
        self.second += 0.5
        self.room.bad(self.second, "a", "gate", reason=reason)
        assert active <= self.room.active, "bad data cleared an alarm"
        self.process()

    @rule(by=st.sampled_from([0.1, 1.0, 5.0]))
    def wait(self, by: float) -> None:
        self.second += by
        self.room.tick(self.second)
        self.process()

    @rule()
    def node_dies(self) -> None:
        self.second += 0.5
        self.room.died(self.second)
        self.process()

    @rule()
    def node_is_born(self) -> None:
        self.second += 0.5
        self.room.born(self.second)
        self.process()

    @rule(name=st.sampled_from(sorted(_SUPPRESSED)), on=st.booleans())
    def suppress(self, name: str, on: bool) -> None:  # noqa: FBT001 - drawn by name
        before = dict(self.room.memory.alarms)
        change = SuppressionChange(name, on, self.room.now)
        room = self.room
        room.heard += room.book.advance(room.memory, [change], room.view, room.now)
        for name_, old in before.items():
            new = self.room.alarm(name_)
            assert (new.active, new.levels, new.value) == (old.active, old.levels, old.value)
        self.process()

    @rule()
    def restart(self) -> None:
        """Put the memory away and take it out again: nothing of it is lost."""
        again = _MEMORY.validate_json(_MEMORY.dump_json(self.room.memory))
        assert again == self.room.memory
        self.room.memory = again

    @rule(name=_NAMES, passed=st.sampled_from([None, 0, -1]))
    def reset(self, name: str, passed: int | None) -> None:
        old = self.room.memory.alarms.get(name)
        occurrence = None if passed is None or old is None else old.occurrence + passed
        try:
            self.room.book.reset(self.room.memory, name, occurrence, "zhang", "", at(999))
        except RequestError:
            ready = old is not None and old.latched and old.acknowledged and not old.active
            assert not ready or passed == -1
            assert self.room.memory.alarms == self.before
            return
        assert old is not None
        assert (old.active, old.acknowledged, old.latched) == (False, True, True)
        assert self.room.alarm(name) == replace(old, latched=False)
        self.before = dict(self.room.memory.alarms)

    @rule(name=_NAMES, passed=st.sampled_from([None, 0, -1]))
    def acknowledge(self, name: str, passed: int | None) -> None:
        old = self.room.memory.alarms.get(name)
        occurrence = None if passed is None or old is None else old.occurrence + passed
        try:
            self.room.acknowledge(name, occurrence)
        except RequestError:
            assert old is None or old.acknowledged or passed == -1
            assert self.room.memory.alarms == self.before
            return
        assert old is not None
        assert not old.acknowledged
        new = self.room.alarm(name)
        assert (new.active, new.occurrence, new.levels) == (old.active, old.occurrence, old.levels)
        assert new.acknowledged
        self.before = dict(self.room.memory.alarms)

    @invariant()
    def every_alarm_is_sound(self) -> None:
        for alarm in self.room.memory.alarms.values() if hasattr(self, "room") else ():
            assert alarm.occurrence > 0 or alarm.kind in ("high", "low")
            assert alarm.acknowledged or alarm.occurrence > 0
            assert alarm.occurrence > 0 or not alarm.latched
            assert alarm.message.zh
            assert alarm.message.en
            if alarm.signal == "a" and alarm.kind in ("high", "low"):
                assert alarm.active == bool(alarm.levels)
                on = self.room.memory.suppressions
                held = {limit for name in on for limit in _SUPPRESSED[name]}
                assert set(alarm.muted) == {x for x in alarm.levels if f"a:{x}" in held}
                if alarm.calling:
                    assert alarm.suppressed_by is None, "something that calls is held back"
                elif alarm.active and alarm.acknowledged:
                    assert alarm.suppressed_by in on


Alarms.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAlarms = Alarms.TestCase
