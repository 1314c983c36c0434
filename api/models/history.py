"""What a signal was: buckets for a trend, samples for a review; columns, for they are long."""

from typing import Literal

from pydantic import Field

from api.models.document import Document, Moment, NextCursor, Quality

_NULL = "null where the bucket has no usable sample"


class Recorded(Document):
    """How far a signal is recorded: what lies later is unknown, not absent."""

    plant: str
    signal: str
    unit: str | None = Field(description="Null for a discrete signal (0 or 1)")
    start: Moment = Field(description="From here on, inclusive")
    end: Moment = Field(description="Up to here, exclusive")
    recorded_until: Moment | None = Field(
        description="Everything read up to here is in the store; null when nothing is known of it"
    )
    recording: Literal["current", "behind", "failing", "away"] = Field(
        description=(
            "Whether it is being recorded now: behind by seconds or more; failing, the store "
            "takes nothing; away, the recorder does not run. What was read meanwhile is kept by "
            "the gateway, as far as its spool reaches, and follows later"
        )
    )
    recording_fault: str | None = Field(
        description="Why the store takes nothing, and what to do; null unless failing"
    )


class History(Recorded):
    """A signal in buckets of equal width; the arrays are columns of the same length.

    A bucket in which nothing was read is absent: a gap is a gap.
    """

    width_s: float = Field(description="Width of a bucket in seconds", examples=[60])
    starts: list[Moment] = Field(description="Beginning of each bucket, a multiple of the width")
    samples: list[int] = Field(description="All samples of the bucket, whatever their quality")
    good: list[int] = Field(description="Those that are GOOD")
    uncertain: list[int] = Field(description="Those that are UNCERTAIN; the rest has no value")
    min: list[float | None] = Field(description=f"Least value, {_NULL}")
    mean: list[float | None] = Field(description=f"Mean of the samples, {_NULL}")
    max: list[float | None] = Field(description=f"Greatest value, {_NULL}")
    first: list[float | None] = Field(description=f"First value, {_NULL}")
    last: list[float | None] = Field(description=f"Last value, {_NULL}")


SampleReason = Literal[
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
]


class SamplePage(Recorded):
    """A signal's samples as they were read; the arrays are columns of the same length."""

    times: list[Moment] = Field(description="When each was read")
    source_times: list[Moment | None] = Field(
        description="When its source stamped it; null when it did not"
    )
    values: list[float | None] = Field(description="Null unless GOOD or UNCERTAIN")
    qualities: list[Quality]
    reasons: list[SampleReason] = Field(description="Why the quality is not GOOD")
    next: NextCursor
