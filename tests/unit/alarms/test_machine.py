"""Whatever the process and people do: condition and acknowledgement stay apart."""

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from alarms.alarm import Alarm
from plant.errors import RequestError
from plant.quality import Quality, Reason
from tests.unit.alarms.test_book import CALM, Room, plant

_NAMES = st.sampled_from(["a:high", "a:low", "a:quality", "plc:device", "gw:node", "trip:bypass"])


class Alarms(RuleBasedStateMachine):
    """Polls, losses and ticks on one side, acknowledgements on the other."""

    @initialize()
    def begin(self) -> None:
        self.room, self.second = Room(plant()), 0.0
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
            assert alarm.occurrence > 0
            assert alarm.message.zh
            assert alarm.message.en
            if alarm.signal == "a" and alarm.kind in ("high", "low"):
                assert alarm.active == bool(alarm.levels)


Alarms.TestCase.settings = settings(
    max_examples=60,
    stateful_step_count=30,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow],
)
TestAlarms = Alarms.TestCase
