"""The interlock of the stories: two causes, two effects, two bypass keys.

The interlock `trip` has the causes `a:H` and `b:H` (100 each), the effects `gate` = 1 within 3 s
and `drain` = 1 within 3 s, and the bypass signals `key1` and `key2`. Everything is polled each
0.5 s and holds for 1.5 s.
"""

from monitor.changes import (
    DemandChange,
    InterlockChange,
)
from plant.interlock import Cause, Effect, Interlock
from plant.moment import SECOND
from plant.name import Name
from plant.plant import Plant
from plant.quality import Reason
from tests.small_plant import (
    Bench,
    analog,
    interlock,
    limit,
    plant_of,
    switch,
)

CALM = {"a": 50, "b": 50, "c": 50, "gate": 0, "drain": 0, "key1": 0, "key2": 0, "key3": 1}


def plant(*, effects: tuple[str, ...] = ("gate", "drain"), on: float = 0.0) -> Plant:
    return plant_of(
        [
            analog("a", limit("a", "H", 100, on=on)),
            analog("b", limit("b", "H", 100)),
            switch("gate"),
            switch("drain"),
            switch("key1", role="interlock.bypass"),
            switch("key2", role="interlock.bypass"),
        ],
        [
            interlock(
                "trip", ["a:H", "b:H"], [(name, 1, 3.0) for name in effects], ["key1", "key2"]
            )
        ],
    )


def voted(
    *causes: Cause,
    effects: tuple[Effect, ...] = (Effect("gate", 1, 3.0),),
    on: float = 0.0,
    armed: str = "",
    normal: bool = False,
) -> Plant:
    """Give a plant whose interlock votes over `a:H`, `b:H`, `c:H`; as designed 2oo3."""
    trip = Interlock(
        id="trip",
        equipment="caster",
        name=Name("联锁", "trip"),
        causes=causes or (Cause(("a:H", "b:H", "c:H"), 2),),
        effects=effects,
        bypass=("key1",),
        proof_test_days=90,
        armed=armed,
        effects_in_normal_use=normal,
    )
    switches = ("gate", "drain", "key1", *((armed,) if armed else ()))
    return plant_of(
        [
            *(analog(name, limit(name, "H", 100, on=on)) for name in "abc"),
            *(switch(name) for name in switches),
        ],
        [trip],
    )


class Story(Bench):
    """A bench that polls all signals each half second; `poll` changes what they show."""

    def __post_init__(self) -> None:
        super().__post_init__()
        names = [signal.id for signal in self.plant.signals]
        self.shows = {name: float(CALM[name]) for name in names if name in CALM}

    def poll(self, second: float, **shows: float) -> None:
        self.shows |= shows
        self.values(second, **self.shows)

    def polls(self, first: float, last: float, **shows: float) -> None:
        for half in range(round(first * 2), round(last * 2) + 1):
            self.poll(half / 2, **shows)

    @property
    def told(self) -> list[tuple[str, str]]:
        return [(change.event.value, change.result.value) for change in self.of(DemandChange)]

    @property
    def last(self) -> DemandChange:
        return self.of(DemandChange)[-1]

    def responses(self) -> list[tuple[str, float | None, float | None]]:
        return [
            (
                seen.result.value,
                None if seen.shortest is None else seen.shortest / SECOND,
                None if seen.longest is None else seen.longest / SECOND,
            )
            for seen in self.last.effects
        ]

    def fault(self, second: float, *names: str, reason: Reason = Reason.SENSOR_FAULT) -> None:
        """Give BAD samples of `names`, which are not polled from here on."""
        for name in names:
            self.shows.pop(name, None)
        self.bad(second, *names, reason=reason)

    @property
    def effective(self) -> list[tuple[str, int | None]]:
        return [(v.effective, v.tolerance) for v in self.of(InterlockChange)[-1].votings]

    @property
    def states(self) -> list[str]:
        return [change.after.value for change in self.of(InterlockChange)]
