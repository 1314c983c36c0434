"""Plants, their signals and live values."""

from typing import Literal

from pydantic import Field

from api.models.document import (
    Document,
    Judging,
    Level,
    Moment,
    NextCursor,
    Position,
    Priority,
    Quality,
    Request,
    Text,
)
from api.parameters import Instant

LiveReason = Literal[
    "NONE",
    "NO_ANSWER",
    "REFUSED",
    "NOT_DECODABLE",
    "OUT_OF_RANGE",
    "SENSOR_FAULT",
    "NODE_OFFLINE",
    "AGED",
    "NEVER_SEEN",
    "FROZEN",
    "CLOCK",
    "NOT_PAIRED",
    "IMPLAUSIBLE",
    "NOT_JUDGED",
]


AddressKind = Literal[
    "coil", "discrete", "holding", "input", "node_id", "browse_path", "metric", "formula"
]


class AreaOut(Document):
    """A part of the plant that people speak of as one; nothing is judged by it."""

    id: str
    name: Text


class EquipmentOut(Document):
    """A furnace, casting machine ...: the thing a verdict is about."""

    id: str
    kind: str
    kind_name: Text
    name: Text
    industry: str = Field(description="The trade it works in")
    area: str | None = Field(description="The area where it stands; null for none")
    attributes: dict[str, str]


class OperatingState(Request):
    """An equipment is, or is not, producing; signed by the caller."""

    producing: bool
    until: Instant = Field(description="When the statement ends: at most 24 hours ahead")
    reason: str = Field(min_length=1, max_length=1000)


class SubjectOut(Document):
    """Something that verdicts are about: an equipment, the enterprise, a project, a person ..."""

    id: str
    kind: Literal["equipment", "enterprise", "project", "person", "contractor", "street_town"]
    name: Text


class NodeOut(Document):
    """A gateway as the monitor sees it."""

    id: str
    state: Literal["online", "catching_up", "offline", "unknown"]
    since: Moment | None


class PlantOut(Document):
    """One enterprise's site as it was applied."""

    id: str
    version: str
    name: Text
    enterprise: Text
    district: Text
    industries: list[str]
    time_zone: str
    simulated: bool
    areas: list[AreaOut] = Field(description="Empty for a plant that is not divided")
    equipment: list[EquipmentOut]
    subjects: list[SubjectOut] = Field(description="Everything that verdicts are about")
    nodes: list[NodeOut]


class Plants(Document):
    """The plants this server answers for."""

    items: list[PlantOut]
    judging: Judging


class PlantNow(PlantOut):
    """One plant, and how far it is judged."""

    judging: Judging


class GuidanceOut(Document):
    """What the plant says to whoever must respond to an alarm."""

    consequence: Text | None = Field(description="What follows if nobody acts")
    cause: Text | None
    action: Text | None
    respond_s: float | None = Field(description="Within how many seconds somebody must have acted")


class LimitOut(Document):
    """A set-point of a signal, in the signal's unit."""

    id: str
    level: Level
    set_point: float
    deadband: float
    on_delay_s: float
    off_delay_s: float
    priority: Priority
    source: Literal["standard", "design", "site"]
    basis: str = Field(description="The rule and version of the figure; empty when not stated")
    latching: bool = Field(description="Its alarm stands until a person resets it")
    window_s: float = Field(description="For RATE: within how long the change is compared, else 0")
    group: list[str] = Field(description="For DEVIATION: the signals compared with each other")
    indicates: Literal["process", "instrument"] = Field(
        description="Whether passing it tells of the process, or that the instrument is wrong"
    )
    guidance: GuidanceOut | None = Field(description="Null when the plant says nothing")


class LiveValue(Document):
    """What a signal reads now, as far as it can be trusted."""

    value: float | None = Field(description="Null unless the quality is GOOD or UNCERTAIN")
    last_value: float | None = Field(description="The last value seen, however old")
    quality: Quality
    reason: LiveReason
    time: Moment | None = Field(description="When the last value was read")


class SignalOut(LiveValue):
    """A signal with its value, trust, age and limits."""

    id: str
    equipment: str
    device: str | None = Field(description="What it is read from; null for a computed signal")
    role: str
    name: Text
    unit: str | None = Field(description="Null for a discrete signal (0 or 1)")
    range_low: float
    range_high: float
    period_s: float
    max_age_s: float
    age_s: float | None = Field(description="Seconds since the value was read")
    limits: list[LimitOut]


class FormulaOut(Document):
    """How a computed signal follows from others."""

    function: Literal["difference", "ratio", "percent", "sum", "mean", "median", "count"]
    signals: list[str]
    parameter: float | None = Field(
        description="The floor of `percent`, or the window of `count` in seconds"
    )
    pair_within_s: float = Field(description="How far apart in time its members may lie")


class SignalNow(SignalOut):
    """One signal: as in the list, and where its values come from."""

    protocol: Literal["modbus-tcp", "opcua", "sparkplug"] | None = Field(
        description="How its device is read; null for a computed signal"
    )
    address_kind: AddressKind
    formula: FormulaOut | None = Field(description="Null for a measured signal")
    frozen_s: float = Field(
        description="Exactly the same for longer than this, it is called frozen; 0: not watched"
    )
    life: str = Field(
        description="What proves it alive: empty each sample itself, `node` the edge node's "
        "session, else the id of a heartbeat signal"
    )
    judging: Judging
    position: Position | None


class Signals(Document):
    """Signals of a plant with their live values, in the order of its files."""

    items: list[SignalOut]
    next: NextCursor
    judging: Judging
    position: Position | None
