"""The monitor: the judging loop, the journal's one writer.

Messages, ticks and acts are judged in one order. Entries, answers, positions and the state they
follow from commit together: at once when there is an entry or an answer, else each second.
A commit that fails ends the process; it starts again from the last commit, and nothing is lost,
for the gateways keep what was not committed.
"""

import contextlib
import queue
import threading
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import structlog

from firstout import plant_folder
from firstout.applying import apply
from firstout.applying.reading import Requests
from firstout.broker import broker_of
from firstout.clock import Clock
from firstout.data_folder import DataFolder
from firstout.entries import MONITOR
from firstout.input_log import InputLog
from firstout.intake import HOST, Heard, PlantIntake
from firstout.judge import Act, Judge, Memory
from firstout.latencies import Latencies
from firstout.live_values import LiveValues
from firstout.outage import Outage
from firstout.recording import Applied, Snapshot
from journal import inbox
from journal.entry import Draft
from journal.open import begin_reading
from journal.write import Commit, Writer
from monitor.inputs import Input, Samples, Started, Tick
from monitor.warm_up import warm_up
from plant.errors import JournalError, PlantError, TelemetryError
from plant.moment import MILLISECOND, SECOND, to_text
from plant.read import version_of
from telemetry.mqtt import Link, Session
from telemetry.sparkplug import state as host_state
from telemetry.sparkplug.topic import node_filter

TICK = 100 * MILLISECOND
COMMIT_EVERY = SECOND
# A turn this late was no turn of ours: the process stood still, or the clock was stepped.
PAUSE = SECOND
# Others call the monitor dead by then (the heartbeat's age, architecture section 2).
LONG_PAUSE = 3 * SECOND
# A monitor that stands still again and again is too slow; its silence must not pass for a pause.
REST = 5 * SECOND
_INPUTS_BLOCK = "inputs"
_MOST_AT_ONCE = 2000

_log = structlog.get_logger(MONITOR)

_Arrival = tuple[str, bytes, int] | bool


class Monitor:
    """One plant's monitor; constructing wires it, `run` judges until `stop` is set."""

    def __init__(self, data: DataFolder, folder: Path | None, clock: Clock) -> None:
        self._data = data
        self._clock = clock
        self._arrivals: queue.SimpleQueue[_Arrival] = queue.SimpleQueue()
        self._drafts: list[Draft] = []
        self._saved: dict[str, bytes] = {}
        self._committed_at = self._ticked_at = self._resumed_at = 0
        self._dropped: Counter[str] = Counter()
        self._outage: Outage | None = None
        files = plant_folder.read_files(folder) if folder is not None else None
        self._writer, applied = _open_journal(data, files)
        plant = plant_folder.check_files(applied)
        criteria = plant_folder.criteria()
        self._judge = Judge(plant, criteria)
        self._requests = Requests(criteria)
        self._inputs = InputLog(data.inputs)
        self._memory = self._resume(applied)
        self._folder = folder
        self._folder_differs = _differs(folder, plant.version)
        if self._folder_differs:
            _log.warning("the plant folder differs from the version in force; it is not loaded")
        self._intake = PlantIntake(self._judge.compiled, self._writer.load_positions())
        self._live = LiveValues(self._judge.compiled, self._writer.epoch)
        self._latencies = Latencies(plant.gateway)
        self._link = Link(
            broker_of(data, MONITOR),
            f"firstout:monitor:{plant.id}",
            self._session,
            lambda topic, payload: self._arrivals.put((topic, payload, self._clock.now())),
            self._arrivals.put,
        )

    def run(self, stop: threading.Event) -> None:
        """Judge until `stop` is set, then commit what was judged."""
        self._commit()  # the gateway waits for the applied plant, and may start meanwhile
        warm_up(self._judge.compiled)  # else the first samples wait, and seem to be old
        self._judge_one(self._memory, Started(self._clock.now()))
        self._link.start()
        self._intake.expect_nodes(self._clock.now())
        while not stop.is_set():
            if not self._link.alive:
                raise TelemetryError("the broker link has died of an error of ours")
            self._turn()
        self._drafts.append(self._self_entry({"event": "stopped"}))
        self._commit()
        now_ms = self._clock.now() // MILLISECOND
        self._link.close([host_state.death(HOST, now_ms)])
        self._inputs.close()
        self._writer.close()

    def _resume(self, files: dict[str, str]) -> Memory:
        """Take the state out of the journal, or apply the plant for the first time."""
        blocks = self._writer.load_blocks()
        mark = blocks.pop(_INPUTS_BLOCK, None)
        self._inputs.resume(mark)
        self._saved = blocks
        now = self._clock.now()
        if blocks:
            memory = self._judge.from_blocks(blocks)
        else:
            memory = self._judge.new_memory()
            self._inputs.add(Applied(self._judge.plant.version, now))
            self._drafts += self._judge.apply(memory, files, now)
        self._note_outage("started", memory)
        self._judge_one(memory, Started(now))
        return memory

    def _note_outage(self, event: str, memory: Memory) -> None:
        """Journal until when was judged: what lies between then and now was not, meanwhile."""
        until = self._judge.judged_until(memory)
        told = to_text(until) if until > 0 else None
        begun = self._self_entry({"event": event, "judged_until": told})
        self._drafts.append(begun)
        if told is not None:
            nodes = memory.engine.memory.nodes
            self._outage = Outage(self._judge.compiled, nodes, begun.known_at)

    def _note_caught_up(self) -> None:
        """Journal what of an outage has been judged since, and what never was."""
        if self._outage is None:
            return
        body = self._outage.news(self._memory.engine.memory.nodes)
        if body is not None:
            self._drafts.append(self._self_entry(body))
        if self._outage.over:
            self._outage = None

    def _self_entry(self, body: dict[str, object]) -> Draft:
        now = self._clock.now()
        return Draft(MONITOR, MONITOR, now, now, MONITOR, body)

    def _session(self) -> Session:
        now = self._clock.now()
        group = self._judge.plant.id
        return Session(
            will=host_state.will(HOST, now // MILLISECOND),
            subscriptions=((node_filter(group), 0), (host_state.topic(HOST), 1)),
            hello=(
                host_state.birth(HOST, now // MILLISECOND),
                *self._intake.greetings(now),
            ),
        )

    def _turn(self) -> None:
        """Take what has arrived, or wait for the next tick; judge, commit and tell."""
        heard = Heard()
        self._gather(heard)
        now = self._clock.now()
        if now - self._ticked_at >= TICK or now < self._ticked_at:
            self._ticked_at = now
            self._intake.tick(now, self._judged(), heard)
            heard.inputs.append(Tick(now))
        for given in heard.inputs:
            self._judge_one(self._memory, given)
            if isinstance(given, Samples):
                self._live.touch(given.slots)
                self._latencies.note_judged(given, self._clock.now())
        self._note_caught_up()
        for lost in heard.lost:
            body: dict[str, object] = {"spool": lost.spool, "from": lost.first, "to": lost.last}
            self._drafts.append(Draft("lost", lost.node, now, now, MONITOR, body))
        due = now - self._committed_at >= COMMIT_EVERY or now < self._committed_at
        if due or self._drafts or heard.replies or self._somebody_asks():
            self._commit()
        for message in heard.replies:
            self._link.publish(message)
        self._tell(due=due)

    def _gather(self, heard: Heard) -> None:
        wait = (self._ticked_at + TICK - self._clock.now()) / SECOND
        arrivals: list[_Arrival] = []
        with contextlib.suppress(queue.Empty):
            arrivals.append(self._arrivals.get(timeout=min(max(wait, 0.001), TICK / SECOND)))
            while len(arrivals) < _MOST_AT_ONCE:
                arrivals.append(self._arrivals.get_nowait())
        self._note_pause(heard)
        for arrival in arrivals:
            self._hear(arrival, heard)

    def _note_pause(self, heard: Heard) -> None:
        """Begin again if we stood still: what came meanwhile is judged before it is called old."""
        now = self._clock.now()
        if now < self._ticked_at:
            self._resumed_at = now
            self._intake.resumed(now)
        elif self._ticked_at and now - self._ticked_at > PAUSE and now - self._resumed_at > REST:
            _log.warning("judging stood still", seconds=(now - self._ticked_at) / SECOND)
            self._resumed_at = now
            if now - self._ticked_at > LONG_PAUSE:
                self._note_outage("resumed", self._memory)
            self._intake.resumed(now)
            heard.inputs.append(Started(now))

    def _hear(self, arrival: _Arrival, heard: Heard) -> None:
        if isinstance(arrival, bool):
            _log.info("broker connected" if arrival else "broker lost", fault=self._link.fault)
            if not arrival:
                self._intake.disconnected(self._clock.now(), self._judged(), heard)
            return
        topic, payload, at = arrival
        self._intake.receive(topic, payload, at, self._judged(), heard)

    def _judged(self) -> "LiveValues.Times":
        return self._memory.engine.signals["seen_at"]

    def _judge_one(self, memory: Memory, given: Input) -> None:
        self._inputs.add(given)
        self._drafts += self._judge.advance(memory, given)
        if self._outage is not None:
            self._outage.note(given, memory.engine.memory.nodes)

    def _somebody_asks(self) -> bool:
        with begin_reading(self._writer.engine) as connection:
            return bool(inbox.waiting(connection))

    def _commit(self) -> None:
        now = self._clock.now()
        drafts, self._drafts = self._drafts, []
        compiled = self._judge.compiled
        with self._latencies.commit(), self._writer.transaction() as commit:
            commit.append(drafts)
            waiting = commit.asked()
            for ask in waiting:
                if ask.kind != apply.KIND:
                    self._answer(commit, ask, now)
                elif (answer := self._apply(commit, ask, waiting, now)) is not None:
                    commit.answer(ask.id, answer)
            blocks = self._judge.to_blocks(self._memory)
            blocks[_INPUTS_BLOCK] = self._inputs.flush(now, lambda: self._snapshot(now))
            changed = {k: v for k, v in blocks.items() if self._saved.get(k) != v}
            commit.save_blocks(changed, self._saved.keys() - blocks.keys())
            commit.save_positions(self._intake.positions())
            until = max(self._judge.judged_until(self._memory), 0)
            commit.beat(now, until, self._detail())
        self._saved = blocks
        self._committed_at = now
        self._intake.note_committed()
        if self._judge.compiled is not compiled:
            self._go_over(now)

    def _snapshot(self, now: int) -> Snapshot:
        return Snapshot(self._judge.plant.version, self._judge.to_blocks(self._memory), now)

    def _go_over(self, now: int) -> None:
        """Hear the nodes as the plant version that has just been committed names them.

        The gateways go over by themselves; a birth that comes before tells of the old version.
        """
        plant = self._judge.plant
        _log.info("another plant version is in force", version=plant.version)
        self._outage = None  # what the nodes still tell is of the other version's signals
        before, self._intake = self._intake, self._intake.following(self._judge.compiled, now)
        self._dropped += before.refusals
        self._live = LiveValues(self._judge.compiled, self._writer.epoch)
        self._latencies.follow(plant.gateway)
        self._folder_differs = _differs(self._folder, plant.version)
        for message in self._intake.greetings(now):
            self._link.publish(message)

    def _answer(self, commit: Commit, ask: inbox.Ask, now: int) -> None:
        act = Act(ask.kind, ask.actor, ask.body, now)
        self._inputs.add(act)
        drafts, answer = self._judge.act(self._memory, act)
        for entry in commit.append(drafts):
            answer["seq"] = entry.seq
        commit.answer(ask.id, answer)

    def _apply(
        self, commit: Commit, ask: inbox.Ask, waiting: Sequence[inbox.Ask], now: int
    ) -> dict[str, object] | None:
        """Go over to another plant version, if that may be done; None while it is looked into."""
        try:
            ready = self._requests.look(ask, waiting, self._judge.plant, now)
        except apply.RefusedError as refused:
            return refused.answer()
        if ready is None:
            return None
        self._inputs.add(ready.applied)
        self._memory, drafts = apply.take_in(self._judge, self._memory, ready.applied, ready.judge)
        self._judge = ready.judge
        entry, *_ = commit.append(drafts)
        return {"ok": True, "version": ready.applied.version, "seq": entry.seq}

    def _tell(self, *, due: bool) -> None:
        now = self._clock.now()
        view = self._judge.view(self._memory)
        until = max(self._judge.judged_until(self._memory), 0)
        seq = self._writer.head().seq
        message = self._live.message(view, now, until, seq, catching_up=self._catching_up())
        if message is not None:
            self._link.publish(message)
        if due:
            for progress in self._intake.progress(rewind=False):
                self._link.publish(progress)

    def _catching_up(self) -> bool:
        return any(not node.settled for node in self._memory.engine.memory.nodes.values())

    def _detail(self) -> dict[str, object]:
        nodes = self._memory.engine.memory.nodes
        return {
            "version": self._judge.plant.version,
            "folder_differs": self._folder_differs,
            "catching_up": self._catching_up(),
            "linked": self._link.connected,
            "nodes": {name: node.told or "unknown" for name, node in nodes.items()},
            "dropped": dict(self._dropped + self._intake.refusals),
            "latencies": self._latencies.told(),
            "last_fault": self._intake.last_fault[:500],
        }


def _differs(folder: Path | None, version: str) -> bool:
    """Say whether there is a plant folder that is not the version in force."""
    if folder is None:
        return False
    try:
        return version_of(plant_folder.read_files(folder)) != version
    except PlantError:
        return True


def _open_journal(data: DataFolder, files: dict[str, str] | None) -> tuple[Writer, dict[str, str]]:
    """Open the journal and give the files of the version in force, or of the folder to apply."""
    if files is None:
        applied = plant_folder.wait_for_applied(data, wait_s=0)
        plant = plant_folder.check_files(applied.files)
        return Writer.open(data.journal, plant.id), applied.files
    writer = Writer.open(data.journal, plant_folder.check_files(files).id)
    in_force = writer.applied_version()
    return writer, in_force.files if in_force is not None else files


def run_monitor(data: DataFolder, folder: Path | None, stop: threading.Event) -> None:
    """Run the monitor of the plant in `data` until `stop` is set.

    Raises:
        PlantError: the folder to apply is wrong.
        JournalError: the journal is held by another writer, broken, or cannot be written.
    """
    try:
        Monitor(data, folder, Clock()).run(stop)
    except JournalError as error:
        _log.error("the monitor stops: it cannot keep its record", error=str(error))
        raise
