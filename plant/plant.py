"""One enterprise's site as the plant folder describes it."""

from dataclasses import dataclass, field
from functools import cached_property
from zoneinfo import ZoneInfo

from plant.evidence import Evidence
from plant.interlock import Interlock
from plant.name import Name
from plant.signal import Limit, Signal


@dataclass(frozen=True)
class Device:
    """A controller that a gateway reads, or a foreign Sparkplug edge node.

    `protocol` is `modbus-tcp` or `sparkplug`; the address fields that a protocol does not use
    are empty. `word_order` says which 16-bit register of a longer value comes first.
    """

    id: str
    protocol: str
    host: str = ""
    port: int = 0
    unit_id: int = 1
    word_order: str = "big"
    timeout_s: float = 1.0
    node: str = ""
    sparkplug_device: str = ""


@dataclass(frozen=True)
class Equipment:
    """A furnace, casting machine, gas main ...: the thing a verdict is about (逐台)."""

    id: str
    kind: str
    name: Name
    attributes: tuple[tuple[str, str], ...] = ()


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

    @cached_property
    def zone(self) -> ZoneInfo:
        """The plant's time zone; times are stored in UTC and told to people in this one."""
        return ZoneInfo(self.time_zone)

    @cached_property
    def signal_by_id(self) -> dict[str, Signal]:
        """Signals by id."""
        return {signal.id: signal for signal in self.signals}

    @cached_property
    def limit_by_id(self) -> dict[str, Limit]:
        """Limits by id (`signal:LEVEL`)."""
        return {limit.id: limit for signal in self.signals for limit in signal.limits}

    @cached_property
    def equipment_by_id(self) -> dict[str, Equipment]:
        """Equipment by id."""
        return {item.id: item for item in self.equipment}

    @cached_property
    def interlock_by_id(self) -> dict[str, Interlock]:
        """Interlocks by id."""
        return {item.id: item for item in self.interlocks}

    @cached_property
    def device_by_id(self) -> dict[str, Device]:
        """Devices by id."""
        return {device.id: device for device in self.devices}
