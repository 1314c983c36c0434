"""What the recorded proof tests of an interlock say now."""

from dataclasses import dataclass

from api.models.interlock import ProofTestOut, ProofTestState
from journal.read import Row
from plant.moment import SECOND, from_text

_DAY = 86_400 * SECOND
_SOON = 0.9  # standards 4.6: warn at 90 % of the test interval

Key = tuple[str, int, str]


@dataclass(frozen=True)
class Standing:
    """The last test that counts and what follows from it; moments in nanoseconds since 1970."""

    last: Row | None
    state: ProofTestState
    due_at: int | None


def order(row: Row) -> Key:
    """Of two tests of one moment the one that found something wrong counts as the later."""
    return str(row["performed_at"]), int(not row["ok"]), str(row["id"])


def standing(rows: list[Row], days: int, now: int) -> Standing:
    """Judge the proof tests of an interlock that asks for one every `days` days.

    The rule is that of `compliance.records.judge_proof_test`: the newest test up to now counts
    alone, and the record's own end may come before the interval's.
    """
    done = [row for row in rows if not future(row, now)]
    if not done:
        return Standing(None, "never_recorded", None)
    last = max(done, key=order)
    performed = from_text(last["performed_at"])
    due = performed + days * _DAY
    if last["valid_until"] is not None:
        due = min(due, from_text(last["valid_until"]))
    return Standing(last, _state(last, performed, due, now), due)


def future(row: Row, now: int) -> bool:
    """Say whether a record is dated after now, so that it shows nothing yet."""
    return from_text(row["performed_at"]) > now


def shown(row: Row, now: int) -> ProofTestOut:
    """Give a record as answers carry it."""
    return ProofTestOut.model_validate({**row, "by": row["actor"], "future": future(row, now)})


def _state(last: Row, performed: int, due: int, now: int) -> ProofTestState:
    if not last["ok"]:
        return "failed"
    if now > due:
        return "overdue"
    return "due_soon" if now > performed + _SOON * (due - performed) else "current"
