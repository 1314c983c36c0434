"""The judge: one recorded input in, the journal entries that follow from it out.

This is the whole way from samples to verdicts: engine, then alarms, then criteria. It is pure:
live running, replay of last night and a unit test are the same call.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from pydantic import TypeAdapter

from alarms import book
from alarms.alarm import AlarmEvent
from alarms.book import AlarmBook, AlarmMemory
from compliance import judge as compliance
from compliance.criterion import Criterion
from compliance.facts import Record
from compliance.judge import ComplianceJudge, ComplianceMemory, VerdictChange
from firstout import entries
from journal.entry import Draft
from monitor.changes import Change
from monitor.compiled import compile_plant
from monitor.engine import Engine, StateView, clock_step, judged_until
from monitor.inputs import Input, by_instant
from monitor.state import State, from_blocks, layout, new_state, to_blocks
from plant.errors import JournalError, RequestError
from plant.moment import SECOND, from_text, to_text
from plant.name import Name
from plant.plant import Plant

_DAY = 86_400 * SECOND

_REFUSALS = {
    "not_found": Name("没有这条报警", "there is no such alarm"),
    "already_acknowledged": Name("该报警已被确认", "the alarm is acknowledged already"),
    "occurrence_passed": Name(
        "报警已再次触发，请重新查看后确认",
        "the alarm has called again; look at it again and acknowledge that",
    ),
    "unknown_act": Name("不支持的操作", "this act is not known"),
}


@dataclass(frozen=True)
class Act:
    """What a person asks of the monitor: `kind` is `acknowledge`; `actor` an opaque account id."""

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
    """Judges one applied plant version against the criteria."""

    def __init__(self, plant: Plant, criteria: Iterable[Criterion]) -> None:
        self.plant = plant
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
        for item in self.plant.evidence:
            performed_at = (
                from_text(item.performed)
                if item.days_before is None
                else known_at - round(item.days_before * _DAY)
            )
            record = Record(item.id, item.type, item.subject, performed_at)
            self._compliance.add_evidence(memory.compliance, record)
            body = {
                "type": item.type,
                "subject": item.subject,
                "name": item.name.as_json(),
                "performed_at": to_text(performed_at),
            }
            drafts.append(Draft("evidence", item.id, known_at, known_at, entries.MONITOR, body))
        return drafts

    def advance(self, memory: Memory, given: Input) -> list[Draft]:
        """Judge one input; `memory` is advanced in place."""
        step = clock_step(memory.engine, given)
        if step:
            book.shift_clock(memory.alarms, step)
            compliance.shift_clock(memory.compliance, step)
        return [draft for part in by_instant(given) for draft in self._advance(memory, part)]

    def _advance(self, memory: Memory, given: Input) -> list[Draft]:
        changes, now = self._engine.advance(memory.engine, given)
        view = StateView(self.compiled, memory.engine)
        known_at = given.known_at
        happened = self._alarms.advance(memory.alarms, changes, view, now)
        found = self._compliance.advance(memory.compliance, changes, view, now)
        drafts = self._of_changes(changes, known_at)
        drafts += [entries.of_alarm(event, known_at) for event in happened]
        for item in found:
            if isinstance(item, VerdictChange):
                drafts.append(entries.of_verdict(item, known_at))
            else:
                drafts.append(entries.of_violation(item, known_at))
        return drafts

    def act(self, memory: Memory, act: Act) -> tuple[list[Draft], dict[str, object]]:
        """Judge what a person asks; give the entries and the answer to be returned."""
        try:
            event = self._acknowledge(memory, act)
        except RequestError as error:
            message = _REFUSALS[error.code].as_json()
            return [], {"ok": False, "code": error.code, "message": message}
        return [entries.of_alarm(event, act.known_at)], {"ok": True}

    def _acknowledge(self, memory: Memory, act: Act) -> AlarmEvent:
        alarm, occurrence = act.body.get("alarm"), act.body.get("occurrence")
        if act.kind != "acknowledge" or not isinstance(alarm, str):
            raise RequestError("unknown_act", f"{act.kind!r} is not an act the monitor knows")
        return self._alarms.acknowledge(
            memory.alarms,
            alarm,
            occurrence if isinstance(occurrence, int) else None,
            act.actor,
            str(act.body.get("comment", "")),
            act.known_at,
        )

    def _of_changes(self, changes: Iterable[Change], known_at: int) -> list[Draft]:
        drafts = (entries.of_change(self.plant, change, known_at) for change in changes)
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
