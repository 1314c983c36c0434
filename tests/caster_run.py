"""A plant of one caster, judged in memory: polls and ticks in seconds, drafts out."""

from functools import cache
from typing import Any

from firstout import plant_folder
from firstout.judge import Act, Judge
from journal.entry import Draft
from monitor.inputs import Input, Started, Tick
from plant.quality import Quality, Reason
from tests.plant_files import caster_plant
from tests.small_plant import Point, at, samples

NODE = "gw1"
CALM = {
    "caster-1.water_pressure": 0.30,
    "caster-1.water_flow": 220.0,
    "caster-1.water_temperature": 25.0,
    "caster-1.outlet_level": 150.0,
    "caster-1.launder_level": 150.0,
    "caster-1.gate_closed": 0.0,
    "caster-1.drain_open": 0.0,
    "caster-1.lock_locked": 1.0,
    "caster-1.bypass": 0.0,
    "caster-1.water_outlet_temperature": 37.0,
    "caster-1.emergency_water_pressure": 0.25,
    "caster-1.launder_cut": 0.0,
    "caster-1.emergency_water": 0.0,
}


@cache
def caster_judge() -> Judge:
    """Give a judge of the caster plant; it holds no memory, so tests may share it."""
    return Judge(caster_plant(), plant_folder.criteria())


class CasterRun:
    """One run of the caster plant; `values` are what its controller shows next."""

    def __init__(self, judge: Judge | None = None, *, evidence: bool = True) -> None:
        self.judge = judge or caster_judge()
        self.memory = self.judge.new_memory()
        self.values = dict(CALM)
        self.trust: dict[str, tuple[Quality, Reason]] = {}
        self.drafts: list[Draft] = []
        if evidence:
            self.drafts += self.judge.apply(self.memory, {}, at(0))
        self.give(Started(at(0)))

    def give(self, given: Input) -> list[Draft]:
        drafts = self.judge.advance(self.memory, given)
        self.drafts += drafts
        return drafts

    def set(self, **values: float) -> None:
        """Let signals of caster-1 show other values from the next poll on."""
        self.values |= {f"caster-1.{name}": value for name, value in values.items()}

    def spoil(
        self, *names: str, quality: Quality = Quality.BAD, reason: Reason = Reason.NO_ANSWER
    ) -> None:
        """Let signals of caster-1 arrive with another quality from the next poll on."""
        self.trust |= {f"caster-1.{name}": (quality, reason) for name in names}

    def heal(self) -> None:
        self.trust.clear()

    def poll(self, second: float) -> list[Draft]:
        slot = self.judge.compiled.slot
        points = [
            Point(slot[name], at(second), value, *self.trust.get(name, (Quality.GOOD, Reason(0))))
            for name, value in self.values.items()
        ]
        return self.give(samples(points, at(second), node=NODE))

    def tick(self, second: float) -> list[Draft]:
        return self.give(Tick(at(second)))

    def run(self, first: float, last: float) -> list[Draft]:
        """Poll and tick every half second from `first` to `last`."""
        said, half = [], round(first * 2)
        while half <= last * 2:
            said += self.poll(half / 2) + self.tick(half / 2 + 0.05)
            half += 1
        return said

    def act(self, second: float, **body: object) -> dict[str, object]:
        act = Act("acknowledge", "operator", body, at(second))
        drafts, answer = self.judge.act(self.memory, act)
        self.drafts += drafts
        return answer

    def bodies(self, kind: str, subject: str | None = None) -> list[dict[str, Any]]:
        """Give the bodies of all drafts of a kind (and of one subject), in order."""
        return [
            dict(draft.body)
            for draft in self.drafts
            if draft.kind == kind and subject in (None, draft.subject)
        ]

    def verdict(self, criterion: str) -> str:
        """Give the verdict that stands."""
        cell = self.memory.compliance.cells[f"{criterion}@caster-1"]
        return str(cell.finding.verdict)

    def grounds(self, criterion: str) -> list[str]:
        """Give the codes of the reasons that stand."""
        cell = self.memory.compliance.cells[f"{criterion}@caster-1"]
        return [ground.code for ground in cell.finding.grounds]
