"""The judge: one recorded input in, the journal entries that follow from it out.

This is the whole way from samples to verdicts: engine, then alarms, then criteria. It is pure:
live running, replay of last night and a unit test are the same call.
"""

import hashlib
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from alarms.alarm import AlarmEvent
from alarms.book import AlarmBook
from alarms.memory import AlarmMemory
from alarms.memory import shift_clock as shift_alarms
from compliance.criterion import Criterion
from compliance.judge import ComplianceJudge, VerdictChange
from compliance.memory import ComplianceMemory
from compliance.memory import shift_clock as shift_compliance
from compliance.violations import Violation
from firstout import declare_operating, entries, records
from journal.entry import Draft
from monitor.carry_over import carry_over
from monitor.changes import Change
from monitor.compiled import compile_plant
from monitor.engine import Engine
from monitor.inputs import Input, by_instant
from monitor.nodes import clock_step, judged_until
from monitor.state import State, from_blocks, layout, new_state, to_blocks
from monitor.state_view import StateView
from plant.errors import JournalError, RequestError
from plant.name import Name
from plant.plant import Plant

DraftChange = Callable[[Plant, Change, int], Draft | None]

_REFUSALS = {
    "not_found": Name("没有这条报警", "there is no such alarm"),
    "already_acknowledged": Name("该报警已被确认", "the alarm is acknowledged already"),
    "occurrence_passed": Name(
        "报警已再次触发，请重新查看后再操作",
        "the alarm has called again; look at it again before you act",
    ),
    "not_latched": Name("该报警没有锁存，无需复位", "the alarm is not latched"),
    "still_active": Name(
        "报警条件仍然存在，不能复位", "the alarm's condition still holds; it cannot be reset"
    ),
    "not_acknowledged": Name("请先确认再复位", "acknowledge the alarm before you reset it"),
    "unknown_act": Name("不支持的操作", "this act is not known"),
    **declare_operating.REFUSALS,
}


@dataclass(frozen=True)
class Act:
    """What a person asks of the monitor: `actor` is an opaque account id.

    `kind` is `acknowledge` or `reset`, both of one occurrence of an alarm, or
    `declare_operating`, of an equipment.
    """

    kind: str
    actor: str
    body: Mapping[str, object]
    known_at: int


@dataclass(eq=False)
class Memory:
    """Everything the judge remembers; the caller owns it."""

    engine: State
    alarms: AlarmMemory = field(default_factory=AlarmMemory)
    compliance: ComplianceMemory = field(default_factory=ComplianceMemory)


_ALARMS = TypeAdapter(AlarmMemory)
_COMPLIANCE = TypeAdapter(ComplianceMemory)
_LAYOUT = hashlib.sha256(
    f"{layout()}{_ALARMS.json_schema()}{_COMPLIANCE.json_schema()}".encode()
).digest()


class Judge:
    """Judges one applied plant version against the criteria.

    `draft_change` says which changes become drafts: those of the journal, unless a replay wants
    to tell more.
    """

    def __init__(
        self,
        plant: Plant,
        criteria: Iterable[Criterion],
        draft_change: DraftChange = entries.of_change,
    ) -> None:
        self.plant = plant
        self.draft_change = draft_change
        self.compiled = compile_plant(plant)
        self._engine = Engine(self.compiled)
        self._alarms = AlarmBook(plant)
        self._compliance = ComplianceJudge(plant, criteria)

    def new_memory(self) -> Memory:
        """Give the memory of a plant of which nothing is known yet."""
        return Memory(new_state(self.compiled))

    def apply(self, memory: Memory, files: Mapping[str, str], known_at: int) -> list[Draft]:
        """Draft the entries of taking in this plant version, its starting records included."""
        body: dict[str, object] = {"version": self.plant.version, "files": dict(files)}
        drafts = [Draft("plant", self.plant.version, known_at, known_at, entries.MONITOR, body)]
        return drafts + self._take_records(memory, known_at)

    def take_over(
        self, before: "Judge", memory: Memory, known_at: int
    ) -> tuple[Memory, list[Draft]]:
        """Go on from another version of the plant with what `before` remembered.

        Draft what ends with the other version, settle the standing alarms and verdicts of what is
        gone, and take in the records that are new. `memory` belongs to nobody afterwards.
        """
        carried = carry_over(before.compiled, memory.engine, self.compiled, known_at)
        drafts = before.say(memory, carried.ended, known_at)
        memory.engine = carried.state
        for plant in (carried.continued, self.plant):
            settled = AlarmBook(plant).retire(memory.alarms, known_at)
            drafts += [entries.of_alarm(event, known_at) for event in settled]
        closed = self._compliance.retire(memory.compliance, known_at)
        drafts += [_of_finding(item, known_at) for item in closed]
        drafts += self._take_records(memory, known_at)
        drafts += self.say(memory, carried.begun, known_at)
        view = self.view(memory)
        found = self._compliance.advance(memory.compliance, carried.begun, view, known_at)
        return memory, drafts + [_of_finding(item, known_at) for item in found]

    def say(self, memory: Memory, changes: Iterable[Change], known_at: int) -> list[Draft]:
        """Draft changes that follow from no input, and the alarms that follow from them."""
        changes = list(changes)
        happened = self._alarms.advance(memory.alarms, changes, self.view(memory), known_at)
        self._compliance.note(memory.compliance, changes)
        drafts = self._of_changes(changes, known_at)
        return drafts + [entries.of_alarm(event, known_at) for event in happened]

    def _take_records(self, memory: Memory, known_at: int) -> list[Draft]:
        """Take in the folder's records that are not known yet, and draft their entries."""
        known = {r.id: r for shelf in memory.compliance.evidence.values() for r in shelf}
        drafts = []
        for item in self.plant.evidence:
            record = records.record_of(item, known_at)
            if not records.is_known(item, record, known.get(item.id)):
                self._compliance.add_evidence(memory.compliance, record)
                drafts.append(entries.of_record(record, known_at))
        return drafts

    def advance(self, memory: Memory, given: Input) -> list[Draft]:
        """Judge one input; `memory` is advanced in place."""
        step = clock_step(memory.engine, given)
        if step:
            shift_alarms(memory.alarms, step)
            shift_compliance(memory.compliance, step)
        return [draft for part in by_instant(given) for draft in self._advance(memory, part)]

    def _advance(self, memory: Memory, given: Input) -> list[Draft]:
        changes, now = self._engine.advance(memory.engine, given)
        view = StateView(self.compiled, memory.engine)
        known_at = given.known_at
        happened = self._alarms.advance(memory.alarms, changes, view, now)
        found = self._compliance.advance(memory.compliance, changes, view, now)
        drafts = self._of_changes(changes, known_at)
        drafts += [entries.of_alarm(event, known_at) for event in happened]
        return drafts + [_of_finding(item, known_at) for item in found]

    def act(self, memory: Memory, act: Act) -> tuple[list[Draft], dict[str, object]]:
        """Judge what a person asks; give the entries and the answer to be returned."""
        try:
            draft = self._do(memory, act)
        except RequestError as error:
            message = _REFUSALS[error.code].as_json()
            return [], {"ok": False, "code": error.code, "message": message}
        return [draft], {"ok": True}

    def _do(self, memory: Memory, act: Act) -> Draft:
        if act.kind != declare_operating.KIND:
            return entries.of_alarm(self._of_alarm(memory, act), act.known_at)
        declared = declare_operating.read_declared(self.plant, act.actor, act.body, act.known_at)
        self._compliance.declare_operating(memory.compliance, declared)
        return entries.of_declared(declared, act.known_at)

    def _of_alarm(self, memory: Memory, act: Act) -> AlarmEvent:
        alarm, occurrence = act.body.get("alarm"), act.body.get("occurrence")
        done = {"acknowledge": self._alarms.acknowledge, "reset": self._alarms.reset}.get(act.kind)
        if done is None or not isinstance(alarm, str):
            raise RequestError("unknown_act", f"{act.kind!r} is not an act the monitor knows")
        return done(
            memory.alarms,
            alarm,
            occurrence if isinstance(occurrence, int) else None,
            act.actor,
            str(act.body.get("comment", "")),
            act.known_at,
        )

    def _of_changes(self, changes: Iterable[Change], known_at: int) -> list[Draft]:
        drafts = (self.draft_change(self.plant, change, known_at) for change in changes)
        return [draft for draft in drafts if draft is not None]

    def view(self, memory: Memory) -> StateView:
        """Give the live values and their trust."""
        return StateView(self.compiled, memory.engine)

    def judged_until(self, memory: Memory) -> int:
        """Give the time up to which everything is judged."""
        return judged_until(memory.engine)

    def to_blocks(self, memory: Memory) -> dict[str, bytes]:
        """Put the memory away as named blocks."""
        return {
            "layout": _LAYOUT,
            **to_blocks(memory.engine),
            "alarms": _ALARMS.dump_json(memory.alarms),
            "compliance": _COMPLIANCE.dump_json(memory.compliance),
        }

    def from_blocks(self, blocks: Mapping[str, bytes]) -> Memory:
        """Take a memory out again, exactly as it was put away for this plant version.

        Raises:
            JournalError: it was put away in another form, by another version of Firstout.
        """
        if blocks.get("layout") != _LAYOUT:
            raise JournalError(
                "the state in this journal was written by another version of Firstout, which "
                "must go on with it; or keep this data folder as the record, and begin another"
            )
        return Memory(
            from_blocks(self.compiled, blocks),
            _ALARMS.validate_json(blocks["alarms"]),
            _COMPLIANCE.validate_json(blocks["compliance"]),
        )


def _of_finding(item: VerdictChange | Violation, known_at: int) -> Draft:
    if isinstance(item, VerdictChange):
        return entries.of_verdict(item, known_at)
    return entries.of_violation(item, known_at)
