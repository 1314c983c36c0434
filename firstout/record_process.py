"""The recorder: keeps every sample that the plant's nodes send in the historian.

Points and positions are written together, and only then told to the gateways, which keep their
records until then. So a crash of this process loses nothing, and a store that is away for long
costs no memory here: what it has not taken stays in the spools and is asked for again.
"""

import contextlib
import threading
from dataclasses import replace

import structlog

from api.recorder import RecorderState
from firstout import plant_folder
from firstout.arrivals import Arrival, Arrivals
from firstout.broker import broker_of
from firstout.clock import Clock
from firstout.computed import Computed
from firstout.computed_past import read_past
from firstout.data_folder import DataFolder
from firstout.gathering import Gathering
from firstout.historian_settings import open_historian, upkeep_of
from firstout.intake import RECORDER, Heard, PlantIntake
from firstout.keeping import Keeping
from firstout.recorder_state import Teller, read_state
from historian.historian import Historian, HistorianError, Positions
from journal.applied import applied_version, version_in_force
from journal.open import open_database
from monitor.compiled import compile_plant
from monitor.inputs import Died, Samples
from plant.errors import JournalError, TelemetryError
from plant.moment import MILLISECOND, SECOND
from plant.plant import Plant
from telemetry.mqtt import Link, Session
from telemetry.sparkplug.topic import Verb, node_filter

TURN = 100 * MILLISECOND
WRITE_EVERY = SECOND
# Sooner when so much has come: a gateway sends a backlog only so far beyond what is committed.
MOST_POINTS = 20_000
MOST_MESSAGES = 1_000
# While the store takes nothing: samples that no spool keeps.
MOST_FOREIGN = 200_000
# While a write takes long: messages that have come meanwhile.
_MOST_BYTES = 64 << 20
_OPEN_AGAIN_S = 2.0

_log = structlog.get_logger("record")


class Recorder:
    """One plant's recorder; constructing wires it, `run` records until `stop` is set."""

    def __init__(
        self,
        data: DataFolder,
        plant: Plant,
        store: Historian,
        positions: Positions,
        state: RecorderState,
        clock: Clock,
    ) -> None:
        self._plant = plant
        self._store = store
        self._keeping = Keeping(store, state)
        self._clock = clock
        self._journal = open_database(data.journal)
        self._intake = PlantIntake(compile_plant(plant), positions, RECORDER)
        self._gathering = Gathering(_names(plant))
        self._computed = self._computed_from_here()
        self._messages = 0
        self._ticked_at = self._written_at = 0
        self._teller = Teller(data)
        self._arrivals = Arrivals(_MOST_BYTES)
        self._link = Link(
            broker_of(data, RECORDER),
            f"firstout:recorder:{plant.id}",
            lambda: Session(subscriptions=((node_filter(plant.id), 0),)),
            lambda topic, payload: self._arrivals.put_message(topic, payload, clock.now()),
            self._arrivals.put_state,
        )

    def run(self, stop: threading.Event) -> None:
        """Record until `stop` is set, then write what has come."""
        self._link.start()
        try:
            while not stop.is_set():
                if not self._link.alive:
                    raise TelemetryError("the broker link has died of an error of ours")
                self._turn()
            self._write(self._clock.now())
            self._tell(self._clock.now())
        finally:
            self._link.close()
            self._journal.dispose()

    def _turn(self) -> None:
        """Take what has arrived, or wait a little; write when it is time."""
        for arrival in self._arrivals.take(TURN / SECOND, MOST_MESSAGES):
            self._hear(arrival)
            if self._keeping.kept and len(self._gathering) >= MOST_POINTS:
                self._write(self._clock.now())
        now = self._clock.now()
        if now - self._ticked_at >= TURN or now < self._ticked_at:
            self._ticked_at = now
            heard = Heard()
            self._intake.tick(now, None, heard)
            self._take(heard)
        due = now - self._written_at >= WRITE_EVERY or now < self._written_at
        if due or self._messages >= MOST_MESSAGES:
            self._write(now)
        if due:
            self._look_for_version(now)
            self._tell(now)

    def _hear(self, arrival: Arrival) -> None:
        heard, now = Heard(), self._clock.now()
        if isinstance(arrival, bool):
            _log.info("broker connected" if arrival else "broker lost", fault=self._link.fault)
            if arrival:
                self._greet(now)
            else:
                self._intake.disconnected(now, None, heard)
        else:
            topic, payload, at = arrival
            if f"/{Verb.NBIRTH}/" in topic:
                self._look_for_version(now)  # what follows may name signals that are new
            self._messages += 1
            self._intake.receive(topic, payload, at, None, heard)
        self._take(heard)

    def _take(self, heard: Heard) -> None:
        for given in heard.inputs:
            if isinstance(given, Samples):
                self._gather(given)
            elif isinstance(given, Died):
                self._computed.lose(given)
        for lost in heard.lost:
            _log.error("records are lost", node=lost.node, first=lost.first, last=lost.last)
            self._keeping.count(lost=lost.last - lost.first + 1)
        if self._keeping.kept:
            for message in heard.replies:
                self._link.publish(message)

    def _gather(self, given: Samples) -> None:
        if not self._keeping.kept and len(self._gathering) >= MOST_FOREIGN:
            self._keeping.count(dropped=len(given.slots))
            return
        self._gathering.add(given)
        for made in self._computed.follow(given):
            self._gathering.add_computed(made)

    def _write(self, now: int) -> None:
        """Keep what was gathered, or what is waiting, and tell the gateways."""
        self._written_at, self._messages = now, 0
        if not self._keeping.kept:
            self._write_again(now)
            return
        if len(self._gathering) or not self._intake.all_committed:
            batch = self._gathering.take(self._intake.positions())
            if not self._keeping.write(batch, now):
                # A consumer that says nothing is away, and nothing is sent to it in vain.
                self._intake.holding = True
                self._log_fault()
                return
            self._intake.note_committed()
        for message in self._intake.progress(rewind=False):
            self._link.publish(message)

    def _write_again(self, now: int) -> None:
        before = self._keeping.state.fault
        if not self._keeping.due(now):
            return
        if not self._keeping.write_again(now):
            if self._keeping.state.fault != before:
                self._log_fault()
            return
        _log.info("the store takes samples again")
        self._intake.holding = False
        self._intake.note_committed()
        if not self._look_for_version(now):
            self._greet(now)

    def _log_fault(self) -> None:
        what = "refuses samples until a person acts" if self._keeping.refused else "takes nothing"
        _log.error(f"the store {what}", error=self._keeping.state.fault)

    def _greet(self, now: int) -> None:
        """Ask for births and for what follows, unless it could not be kept."""
        if self._keeping.kept:
            for message in self._intake.greetings(now):
                self._link.publish(message)

    def _tell(self, now: int) -> None:
        self._teller.tell(replace(self._keeping.state, upkeep=upkeep_of(self._store)), now)

    def _look_for_version(self, now: int) -> bool:
        """Go over to another plant version in force; True when there was one."""
        if not self._keeping.kept:
            return False
        try:
            if version_in_force(self._journal) in (None, self._plant.version):
                return False
            applied = applied_version(self._journal)
        except JournalError:
            return False  # it is looked at again in a second
        self._write(now)  # what was gathered is numbered as in the version before
        if applied is None or not self._keeping.kept:
            return False
        self._plant = plant_folder.check_files(applied.files)
        _log.info("another plant version is in force", version=self._plant.version)
        self._intake = self._intake.following(compile_plant(self._plant), now)
        self._gathering = Gathering(_names(self._plant))
        self._computed = self._computed_from_here()
        self._greet(now)
        return True

    def _computed_from_here(self) -> Computed:
        """Give what goes on with the computed signals behind all that is kept."""
        try:
            past = read_past(self._store, self._plant, self._keeping.state.until)
        except HistorianError as error:
            _log.warning("computed signals begin anew", error=str(error))
            past = []
        return Computed(self._plant, past)


def _names(plant: Plant) -> tuple[str, ...]:
    return tuple(signal.id for signal in plant.signals)


def run_recorder(data: DataFolder, stop: threading.Event) -> None:
    """Record the plant in `data` until `stop` is set.

    Raises:
        JournalError: no plant has been applied.
        BrokerError: nobody says where the broker is.
    """
    clock = Clock()
    plant = plant_folder.check_files(plant_folder.wait_for_applied(data).files)
    state = read_state(data) or RecorderState(clock.now(), {})
    opened = _opened(data, state, clock, stop)
    if opened is None:
        return
    store, positions = opened
    with contextlib.closing(store):
        Recorder(data, plant, store, positions, state, clock).run(stop)


def _opened(
    data: DataFolder, state: RecorderState, clock: Clock, stop: threading.Event
) -> tuple[Historian, Positions] | None:
    """Open the store and see how far it is, however long that takes; None if told to stop."""
    teller, before = Teller(data), ""
    while not stop.is_set():
        try:
            return _store_and_positions(data)
        except HistorianError as error:
            if str(error) != before:
                _log.error("the store cannot be opened", error=str(error))
            before = str(error)
        teller.tell(replace(state, fault=before), clock.now())
        stop.wait(_OPEN_AGAIN_S)
    return None


def _store_and_positions(data: DataFolder) -> tuple[Historian, Positions]:
    with contextlib.ExitStack() as opened:
        store = open_historian(data, writing=True)
        opened.callback(store.close)
        positions = store.positions()
        opened.pop_all()
    return store, positions
