"""The interlock of the stories: two causes, two effects, two bypass keys.

The interlock `trip` has the causes `a:H` and `b:H` (100 each), the effects `gate` = 1 within 3 s
and `drain` = 1 within 3 s, and the bypass signals `key1` and `key2`. Everything is polled each
0.5 s and holds for 1.5 s.
"""

from monitor.changes import (
    DemandChange,
    InterlockChange,
)
from plant.moment import SECOND
from plant.plant import Plant
from tests.small_plant import (
    Bench,
    analog,
    interlock,
    limit,
    plant_of,
    switch,
)

CALM = {"a": 50, "b": 50, "gate": 0, "drain": 0, "key1": 0, "key2": 0}


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


class Story(Bench):
    """A bench that polls all signals each half second; `set` changes what they show."""

    def __post_init__(self) -> None:
        super().__post_init__()
        self.shows = {name: float(value) for name, value in CALM.items()}

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

    @property
    def states(self) -> list[str]:
        return [change.after.value for change in self.of(InterlockChange)]
