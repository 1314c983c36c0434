"""Requirements that ask only at times: while the equipment produces, or a signal shows a state."""

from compliance import wording, wording_records
from compliance.bound import Bound
from compliance.criterion import WhileProducing, WhileState
from compliance.facts import Facts
from compliance.operating import Operating
from compliance.verdict import Finding, Ground, Verdict
from plant.quality import Quality

_PASS = Finding(Verdict.PASS)


def apply_gate(bound: Bound, finding: Finding, facts: Facts) -> Finding:
    """Let a finding count as far as its gate is open.

    A gate known to be closed passes. What would pass with an open gate passes in any case. Else a
    contradictory operating state makes it suspect, and a role gate that cannot be seen unknown.
    """
    gate = bound.requirement.during
    if gate is None or finding.verdict is Verdict.PASS:
        return finding
    if isinstance(gate, WhileProducing):
        state = _operating(bound, facts)
        if state is Operating.CONTRADICTORY:
            ground = wording_records.contradictory(bound.subject)
            return Finding(Verdict.SUSPECT, (ground, *finding.grounds))
        return _PASS if state is Operating.STANDING else finding
    is_open, unseen = _shows(bound, gate, facts)
    if unseen is not None:
        return Finding(Verdict.UNKNOWN, (unseen, *finding.grounds))
    return finding if is_open else _PASS


def open_for_exceedance(bound: Bound, facts: Facts) -> bool:
    """Say whether a passed limit counts: unless the gate is known to be closed."""
    gate = bound.requirement.during
    if isinstance(gate, WhileProducing):
        return _operating(bound, facts) is not Operating.STANDING
    return not isinstance(gate, WhileState) or _shows(bound, gate, facts) != (False, None)


def _operating(bound: Bound, facts: Facts) -> Operating:
    return facts.operating.get(bound.subject.id, Operating.UNKNOWN)


def _shows(bound: Bound, gate: WhileState, facts: Facts) -> tuple[bool, Ground | None]:
    """Say whether the gate is open, or why that cannot be seen.

    Any signal in the state opens it; for closed all must show the other, on GOOD data.
    """
    unseen = None if bound.gate else wording.no_signal(gate.role)
    for signal in bound.gate:
        quality, reason = facts.view.trust(signal.id)
        on = facts.switches.get(signal.id, False)
        if quality <= Quality.UNCERTAIN and on is (gate.state == 1):
            return True, None
        if quality is not Quality.GOOD:
            unseen = wording.untrusted(signal, reason, faulty=False)
    return False, unseen
