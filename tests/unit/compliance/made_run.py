"""One run of a made plant: engine, then the one criterion it was made for, in seconds."""

from collections.abc import Iterable, Mapping

from compliance.coverage import Coverage, coverage
from compliance.facts import Record
from compliance.judge import ComplianceJudge
from compliance.memory import ComplianceMemory
from monitor.changes import Change
from plant.plant import Plant
from plant.quality import Reason
from tests.small_plant import Bench
from tests.unit.compliance.made import Way, calm, plant_for, records_for

STEP_S = 5


class Run:
    """The subject of one way, polled every 5 s; `now` is the second that was polled last."""

    def __init__(
        self, way: Way, plant: Plant | None = None, records: Iterable[Record] | None = None
    ) -> None:
        self.way = way
        self.plant = plant_for(way) if plant is None else plant
        self.now = 0
        self._bench = Bench(self.plant)
        self._judge = ComplianceJudge(self.plant, [way.criterion])
        self.memory = ComplianceMemory()
        for item in records_for(way) if records is None else records:
            self._judge.add_evidence(self.memory, item)
        self._shown: dict[str, float] = {}
        self.poll()

    def show(self, values: Mapping[str, float]) -> "Run":
        """Let signals show these values from now on."""
        self._shown.update(values)
        return self

    def poll(self, seconds: float = STEP_S, lost: Iterable[str] = ()) -> "Run":
        """Read all signals every 5 s for so long; those `lost` do not answer."""
        lost, end = set(lost), self.now + seconds
        ids = {signal.id for signal in self.plant.signals}
        values = {k: v for k, v in (calm(self.way) | self._shown).items() if k in ids}
        while self.now < end:
            self.now += STEP_S
            good = {name: value for name, value in values.items() if name not in lost}
            self._take(self._bench.values(self.now, **good) if good else [])
            if lost:
                self._take(self._bench.bad(self.now, *sorted(lost), reason=Reason.NO_ANSWER))
            self._take(self._bench.tick(self.now + 0.1))
        return self

    def _take(self, changes: list[Change]) -> None:
        self._judge.advance(self.memory, changes, self._bench.view, self._bench.now)

    @property
    def verdict(self) -> str:
        """The verdict of the cell."""
        return str(self.memory.cells[self.way.key].finding.verdict)

    @property
    def codes(self) -> set[str]:
        """Why."""
        return {ground.code for ground in self.memory.cells[self.way.key].finding.grounds}

    @property
    def exceedances(self) -> set[str]:
        """The limits on the live list because they are passed."""
        standing = self.memory.violations.get(self.way.key, {}).items()
        return {name for name, entry in standing if entry.kind == "exceedance"}


def has_gap(way: Way, plant: Plant) -> bool:
    """Say whether the coverage matrix shows a gap for the subject."""
    [cell] = [
        cell
        for cell in coverage(plant, [way.criterion])
        if f"{cell.criterion.id}@{cell.subject.id}" == way.key
    ]
    return cell.covered is Coverage.GAP
