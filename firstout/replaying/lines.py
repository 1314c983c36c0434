"""One change, one line: time, kind, subject, from, to, value, limit, and what more there is."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from journal.entry import Draft
from plant.moment import to_text

KINDS = (
    "limit",
    "quality",
    "node",
    "clock",
    "suppression",
    "operating",
    "interlock",
    "bypass",
    "demand",
    "alarm",
    "verdict",
    "violation",
)
_NOTHING = "-"


@dataclass(frozen=True)
class Line:
    """A change as told: `value` and `limit` are in `unit`; `more` is short text for people."""

    draft: Draft
    before: str
    after: str
    value: float | None = None
    limit: float | None = None
    unit: str | None = None
    more: str = ""

    def as_json(self) -> str:
        """Give the line for programs; `body` is what the journal would hold."""
        draft = self.draft
        fields = {
            "time": to_text(draft.time),
            "known_at": to_text(draft.known_at),
            "kind": draft.kind,
            "subject": draft.subject,
            "from": self.before,
            "to": self.after,
            "value": self.value,
            "limit": self.limit,
            "unit": self.unit,
            "body": draft.body,
        }
        return json.dumps(fields, ensure_ascii=False)


class Teller:
    """Turns drafts into lines; remembers what each alarm, demand and violation was before."""

    def __init__(self) -> None:
        self._before: dict[str, str] = {}

    def tell(self, draft: Draft) -> Line | None:
        """Give the line of a change; None for what is none (the plant and its records)."""
        if draft.kind not in KINDS:
            return None
        body: Mapping[str, Any] = draft.body
        match draft.kind:
            case "alarm":
                return self._alarm(draft, body)
            case "demand":
                after = str(body["result"])
                before = self._was(f"demand {body['demand']}", after)
                return Line(draft, before, after, more=_of_demand(body))
            case "violation":
                after = "closed" if body["event"] == "close" else str(body["kind"])
                return _judged(draft, body, self._was(draft.subject, after), after)
            case "verdict":
                return _judged(draft, body, _said(body["from"]), str(body["verdict"]))
            case _:
                return _plain(draft, body)

    def _alarm(self, draft: Draft, body: Mapping[str, Any]) -> Line:
        after = _alarm_state(body)
        before = self._was(draft.subject, after, first="normal")
        more = words(body["event"], body["level"] or "", body["priority"])
        return Line(draft, before, after, body["value"], body["limit"], body["unit"], more)

    def _was(self, subject: str, after: str, first: str = _NOTHING) -> str:
        before = self._before.get(subject, first)
        self._before[subject] = after
        return before


def _judged(draft: Draft, body: Mapping[str, Any], before: str, after: str) -> Line:
    """Tell a verdict or a violation, with the codes of its reasons."""
    stale = "stale" if body["stale"] else ""
    codes = " ".join(dict.fromkeys(reason["code"] for reason in body["reasons"]))
    return Line(draft, before, after, more=words(stale, codes))


def _plain(draft: Draft, body: Mapping[str, Any]) -> Line:
    """Tell what goes from one state to another and has no story."""
    match draft.kind:
        case "bypass" | "suppression":
            on = body["event"] == "on"
            ends = ("off", "on") if on else ("on", "off")
            return Line(draft, *ends, more=str(body.get("signal", "")))
        case "operating":
            after = "producing" if body["producing"] else "standing"
            return Line(draft, _NOTHING, after, more=f"until {body['until']}; {body['reason']}")
        case "clock":
            ends = ("right", "wrong") if body["wrong"] else ("wrong", "right")
            return Line(draft, *ends, value=body["offset_s"], unit="s")
        case _:
            value, limit, unit = body.get("value"), body.get("limit"), body.get("unit")
            before, after = _said(body["from"]), str(body["state"])
            return Line(draft, before, after, value, limit, unit, _why(body))


def _why(body: Mapping[str, Any]) -> str:
    """Tell why a quality is not good, or why an interlock is not armed and how it votes."""
    reason = body.get("reason")
    more = reason["en"] if isinstance(reason, dict) else str(reason or "")
    votings = body.get("votings") or []
    changed = [vote for vote in votings if vote["effective"] != vote["designed"]]
    told = [f"{v['cause']} {v['designed']} -> {v['effective']}" for v in changed]
    return words("" if more == "NONE" else more, *told)


def _alarm_state(body: Mapping[str, Any]) -> str:
    """Name the state of an alarm as standards 3.2 does."""
    if body["suppressed_by"] is not None:
        return "suppressed"
    if body["active"]:
        return "acknowledged" if body["acknowledged"] else "unacknowledged"
    if not body["acknowledged"]:
        return "returned"
    return "latched" if body["latched"] else "normal"


def _of_demand(body: Mapping[str, Any]) -> str:
    """Tell which cause was first, and how each effect answered."""
    effects = []
    for effect in body["effects"]:
        response = effect["response_s"]
        took = "" if response is None else f" {_said(response[0])}..{_said(response[1])} s"
        name = effect["signal"] or effect.get("role", "")
        effects.append(f"{name} {effect['result']}{took}")
    first = " + ".join(body["first_out"]) or _NOTHING
    causes = len(body["causes"])
    many = f" of {causes}" if causes > 1 else ""
    bypassed = "bypassed" if body.get("bypassed") else ""
    return words(str(body["event"]), f"first-out {first}{many}", *effects, bypassed)


def words(*parts: str) -> str:
    """Put together what there is to say."""
    return "; ".join(part for part in parts if part)


def _said(value: object) -> str:
    return _NOTHING if value is None else str(value)
