"""How Firstout's own parts are: gateways, devices, spools, recorder, monitor, journal, streams."""

from typing import Literal

from pydantic import Field

from api.models.document import Document, Judging, Moment, Position
from api.models.history import SampleReason

_LAST = "as last said, so of `said_at`"


class SpreadOut(Document):
    """How long something took over the last minute, in seconds."""

    count: int = Field(description="How many were measured")
    p50_s: float
    p99_s: float
    max_s: float


class DeviceOut(Document):
    """A device of a gateway or foreign node."""

    id: str
    protocol: str
    address: str | None = Field(description="Null when nobody has told it")
    state: Literal["connected", "disconnected", "unknown", "not_told"] = Field(
        description=(
            "Unknown: its gateway is silent, or did not tell of it. "
            "Not told: a foreign node does not say how its devices are"
        )
    )
    since: Moment | None = Field(description="When that began; of unknown, the last word of it")
    reason: SampleReason | None = Field(description="Why it is disconnected")
    answered_at: Moment | None = Field(description="Its last answer, as far as is known")
    polls: int | None = Field(description="Polls or, of a subscription, reports since the start")
    overruns: int | None = Field(
        description="Polls left out because one took too long; of a subscription, values dropped"
    )
    connections: int | None = Field(description="How often it was found, or found again")
    failures: dict[str, int] = Field(description="Requests without a usable answer, by reason")
    crashes: int | None = Field(description="Errors that nobody expected: faults of ours")
    request: SpreadOut | None = Field(
        description="How long its answers take; null where nothing is asked, and when unknown"
    )
    spooled: SpreadOut | None = Field(description="From reading to the record in the spool")
    signals: int
    untrusted: int = Field(description="Signals whose value is not GOOD now")
    equipment: list[str] = Field(description="The equipment that its signals belong to")


class SpoolOut(Document):
    """A gateway's spool, as last said."""

    id: str
    first: int = Field(description="The oldest offset that is kept")
    next: int = Field(description="The offset that the next record gets")
    waiting: int = Field(description="Records that some consumer has yet to commit")
    bytes: int
    max_bytes: int = Field(description="Beyond this the oldest records are dropped")
    dropped: int = Field(description="Records dropped since the spool's file was made")
    lost: int = Field(description="Records announced as lost since the gateway started")


class PublishOut(Document):
    """A gateway's publishing, as last said."""

    sent: int = Field(description="Data messages since the gateway started")
    rewinds: int = Field(description="How often some were sent again")
    linked_since: Moment | None = Field(description="When it reached the broker")


class ConsumerOut(Document):
    """Somebody who commits a node's spool."""

    name: str
    offset: int | None = Field(description="The last offset committed; null when never heard")
    behind: int | None = Field(
        description="Records yet to be committed; null when the gateway is silent"
    )
    heard_at: Moment | None = Field(
        description="Its last sign of life; null when there is only what the broker has kept"
    )
    silent: bool = Field(description="Nothing was heard of it for 5 s")


class GatewayOut(Document):
    """An edge node: our gateway, or a foreign one."""

    id: str
    kind: Literal["gateway", "foreign"] = Field(
        description="A foreign node has no spool of ours: it is judged as its messages arrive"
    )
    state: Literal["online", "catching_up", "offline", "unknown"] = Field(
        description="As the monitor sees it"
    )
    since: Moment | None
    said_at: Moment | None = Field(description="When it last said how it is")
    silent: bool = Field(
        description="Our gateway has said nothing for 5 s; a foreign node need not say anything"
    )
    version: str | None = Field(description=f"The plant version that it reads, {_LAST}")
    devices: list[DeviceOut]
    spool: SpoolOut | None
    publish: PublishOut | None
    consumers: list[ConsumerOut]


class RecorderOut(Document):
    """The recorder, as it last said."""

    state: Literal["current", "behind", "failing", "away"]
    said_at: Moment | None
    until: Moment | None = Field(description="Everything the gateway read up to here is kept")
    written_at: Moment | None
    fault: str | None = Field(description="Why the store takes nothing, and what to do")
    points: int = Field(description="Samples kept since the data folder's first recorder")
    failures: int = Field(description="Writes that the store did not take, tried again")
    lost: int = Field(description="Records that a gateway no longer had")
    dropped: int = Field(description="Samples of foreign nodes dropped while the store was away")


class MonitorOut(Document):
    """The monitor and how quickly it judges; nothing is measured while it is silent."""

    linked: bool | None = Field(description="Whether it reaches the broker; null when silent")
    judged: SpreadOut | None = Field(
        description="From reading a live sample of our gateway to judging it"
    )
    commit: SpreadOut | None = Field(description="How long the journal takes to commit")
    refused: dict[str, int] = Field(
        description="Messages, or parts of them, not taken since its start, by why not"
    )
    last_fault: str | None = Field(description="The text of the last refusal")
    folder_differs: bool = Field(description="The plant folder is not the version in force")


class JournalState(Document):
    """The journal's head: who holds it can tell whether the past was rewritten."""

    epoch: str | None = Field(description="Null before the journal has begun")
    seq: int
    time: Moment | None
    hash: str | None


class StreamsOut(Document):
    """The event streams of this server."""

    clients: int
    most: int


class BrokerOut(Document):
    """Whether this server hears the broker; if not, it hears no gateway either."""

    linked: bool
    since: Moment | None


class VersionOut(Document):
    """The plant version in force."""

    version: str
    since: Moment | None = Field(description="When it was applied")


class System(Document):
    """How Firstout's own parts are at `at`."""

    at: Moment
    plant: VersionOut
    broker: BrokerOut
    gateways: list[GatewayOut] = Field(description="Our gateway first")
    recorder: RecorderOut
    monitor: MonitorOut
    journal: JournalState
    streams: StreamsOut
    judging: Judging
    position: Position | None
