"""One enterprise's site as the plant folder describes it."""

from dataclasses import dataclass, field, replace
from functools import cached_property
from zoneinfo import ZoneInfo

from plant.evidence import Evidence
from plant.interlock import Effect, Interlock
from plant.name import Name
from plant.signal import Limit, Signal
from plant.subject import Subject, SubjectKind
from plant.suppression import Suppression


@dataclass(frozen=True)
class Device:
    """A controller that a gateway reads, or a foreign Sparkplug edge node.

    `clock_offset_s` is how far its own clock is known to be behind ours, in seconds.
    `protocol` is `modbus-tcp`, `opcua` or `sparkplug`; the fields that a protocol does not use
    keep their defaults. Of Modbus, `word_order` says which 16-bit register of a longer value comes
    first, `byte_order` which byte inside a register. Of OPC UA, `path` is the rest of the
    endpoint's address, `security` one of none, sign and sign_and_encrypt, and `user` who signs in
    (empty: nobody); its password is not part of the plant.
    """

    id: str
    protocol: str
    host: str = ""
    port: int = 0
    unit_id: int = 1
    word_order: str = "big"
    byte_order: str = "big"
    timeout_s: float = 1.0
    path: str = ""
    security: str = "none"
    user: str = ""
    node: str = ""
    sparkplug_device: str = ""
    clock_offset_s: float = 0.0

    @property
    def url(self) -> str:
        """Where an OPC UA device is reached."""
        return f"opc.tcp://{self.host}:{self.port}{self.path}"


@dataclass(frozen=True)
class Area:
    """A part of the plant that people speak of as one, such as a shop; nothing is judged by it."""

    id: str
    name: Name


@dataclass(frozen=True)
class Equipment:
    """A furnace, casting machine, gas main ...: the thing a verdict is about (逐台).

    `industry` is the trade it works in, `area` the id of the part of the plant where it stands
    (empty: of none). `attributes` are answers out of its kind's choices,
    `relations` lists of equipment ids or texts (standards 1.3: drain pot ↔ gas line).
    """

    id: str
    kind: str
    name: Name
    attributes: tuple[tuple[str, str], ...] = ()
    industry: str = ""
    relations: tuple[tuple[str, tuple[str, ...]], ...] = ()
    area: str = ""

    @property
    def subject(self) -> Subject:
        """The equipment as the subject of verdicts."""
        return Subject(
            id=self.id,
            kind=SubjectKind.EQUIPMENT,
            name=self.name,
            equipment_kind=self.kind,
            industries=(self.industry,) if self.industry else (),
            attributes=self.attributes,
            relations=self.relations,
        )


@dataclass(frozen=True)
class Plant:
    """The whole applied description; `version` is the SHA-256 of the folder's text."""

    id: str
    version: str
    name: Name
    enterprise: Name
    district: Name
    industries: tuple[str, ...]
    time_zone: str
    simulated: bool
    gateway: str
    devices: tuple[Device, ...]
    equipment: tuple[Equipment, ...]
    signals: tuple[Signal, ...]
    interlocks: tuple[Interlock, ...]
    evidence: tuple[Evidence, ...] = field(default=())
    declared_subjects: tuple[Subject, ...] = field(default=())
    suppressions: tuple[Suppression, ...] = field(default=())
    areas: tuple[Area, ...] = field(default=())

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plant's time zone; times are stored in UTC and told to people in this one."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def subjects(self) -> tuple[Subject, ...]:
        """Everything a verdict can be about: the enterprise (by the plant's id), then the rest.

        People, projects and others that are declared work in the enterprise's industries.
        """
        enterprise = Subject(
            self.id, SubjectKind.ENTERPRISE, self.enterprise, industries=self.industries
        )
        declared = (replace(s, industries=self.industries) for s in self.declared_subjects)
        return (enterprise, *(item.subject for item in self.equipment), *declared)

    @cached_property
    def subject_by_id(self) -> dict[str, Subject]:
        """Subjects by id."""
        return {item.id: item for item in self.subjects}

    @cached_property
    def _signals_in(self) -> dict[tuple[str, str], tuple[Signal, ...]]:
        found: dict[tuple[str, str], list[Signal]] = {}
        for signal in self.signals:
            found.setdefault((signal.equipment, signal.role), []).append(signal)
        return {key: tuple(value) for key, value in found.items()}

    def signals_in(self, equipment: str, role: str) -> tuple[Signal, ...]:
        """Give the signals of an equipment in a role, in the plant's order."""
        return self._signals_in.get((equipment, role), ())

    @cached_property
    def _signals_of(self) -> dict[str, tuple[Signal, ...]]:
        found: dict[str, list[Signal]] = {}
        for signal in self.signals:
            found.setdefault(signal.device, []).append(signal)
        return {key: tuple(value) for key, value in found.items()}

    def signals_of(self, device: str) -> tuple[Signal, ...]:
        """Give the signals that are read from a device, in the plant's order."""
        return self._signals_of.get(device, ())

    @cached_property
    def signal_by_id(self) -> dict[str, Signal]:
        """Signals by id."""
        return {signal.id: signal for signal in self.signals}

    def measured(self, signal: Signal) -> tuple[Signal, ...]:
        """Give what a signal is measured by: itself, of a computed one its members' members."""
        if signal.formula is None:
            return (signal,)
        members = (self.signal_by_id[name] for name in signal.formula.signals)
        return tuple(dict.fromkeys(each for one in members for each in self.measured(one)))

    def role_of(self, effect: Effect) -> str:
        """Give the role that an interlock's effect plays, whether feedback shows it or not."""
        return self.signal_by_id[effect.signal].role if effect.signal else effect.role

    @cached_property
    def limit_by_id(self) -> dict[str, Limit]:
        """Limits by id (`signal:LEVEL`)."""
        return {limit.id: limit for signal in self.signals for limit in signal.limits}

    @cached_property
    def equipment_by_id(self) -> dict[str, Equipment]:
        """Equipment by id."""
        return {item.id: item for item in self.equipment}

    @cached_property
    def area_by_id(self) -> dict[str, Area]:
        """Areas by id."""
        return {area.id: area for area in self.areas}

    @cached_property
    def interlock_by_id(self) -> dict[str, Interlock]:
        """Interlocks by id."""
        return {item.id: item for item in self.interlocks}

    @cached_property
    def device_by_id(self) -> dict[str, Device]:
        """Devices by id."""
        return {device.id: device for device in self.devices}
