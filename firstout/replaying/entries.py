"""Every change as a draft: those of the journal, and those that only a replay tells of one by one.

In the journal a passed limit and a lost quality speak through alarms and verdicts; whoever
reviews an incident wants to see the limits and qualities themselves.
"""

import math

from firstout import entries
from journal.entry import Draft
from monitor.changes import Change, LimitChange, QualityChange
from plant.plant import Plant


def of_change(plant: Plant, change: Change, known_at: int) -> Draft | None:
    """Draft one change; None for values of switches, which others speak of."""
    match change:
        case LimitChange():
            limit = plant.limit_by_id[change.limit]
            body: dict[str, object] = {
                "from": "clear" if change.active else "active",
                "state": "active" if change.active else "clear",
                "signal": limit.signal,
                "level": limit.level,
                "value": change.value if math.isfinite(change.value) else None,
                "limit": limit.set_point,
                "unit": plant.signal_by_id[limit.signal].unit,
            }
            subject = change.limit
        case QualityChange():
            body = {
                "from": change.before.name,
                "state": change.after.name,
                "reason": change.reason.name,
            }
            subject = change.signal
        case _:
            return entries.of_change(plant, change, known_at)
    kind = "limit" if isinstance(change, LimitChange) else "quality"
    return Draft(kind, subject, change.time, known_at, entries.MONITOR, body)
