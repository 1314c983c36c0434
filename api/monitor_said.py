"""What the monitor says of itself in its heartbeat, beside how far it has judged."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from telemetry.durations import Spread

_MOST_COUNTS = 100
_TAKEN = "slow_path"  # counted with the rest, but such a message was decoded all the same


@dataclass(frozen=True)
class MonitorSaid:
    """Figures of the last minute, and counts since it started; None and empty when not told."""

    judged: Spread | None = None
    commit: Spread | None = None
    refused: Mapping[str, int] = field(default_factory=dict)
    last_fault: str = ""
    folder_differs: bool = False


def monitor_said(heartbeat: Mapping[str, Any] | None) -> MonitorSaid:
    """Read a heartbeat's row; what an earlier monitor did not say is not known."""
    detail = (heartbeat or {}).get("detail") or {}
    latencies = detail.get("latencies") or {}
    refused = {why: n for why, n in (detail.get("dropped") or {}).items() if why != _TAKEN}
    return MonitorSaid(
        judged=_spread(latencies.get("judged")),
        commit=_spread(latencies.get("commit")),
        refused={str(why): int(count) for why, count in [*refused.items()][:_MOST_COUNTS]},
        last_fault=str(detail.get("last_fault") or ""),
        folder_differs=bool(detail.get("folder_differs", False)),
    )


def _spread(body: object) -> Spread | None:
    return None if body is None else Spread.of(body)
