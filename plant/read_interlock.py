"""`[[interlock]]` of plant.toml: what the plant's own controller does by itself."""

import re

from plant.form import Form
from plant.interlock import Cause, Effect, Interlock, OnBad, Reset
from plant.role import ROLES

_VOTING = re.compile(r"([1-9][0-9]?)oo([1-9][0-9]?)")


def read_interlock(form: Form) -> Interlock:
    """Read one interlock."""
    return Interlock(
        id=form.id("id"),
        equipment=form.id("equipment"),
        name=form.name("name"),
        causes=form.forms("causes", _read_cause, at_least=1),
        effects=form.forms("effects", _read_effect, at_least=1),
        bypass=form.texts("bypass", ()),
        proof_test_days=form.whole("proof_test_days", 1, 3653),
        armed=form.id("armed") if form.has("armed") else "",
        reset=Reset(form.choice("reset", Reset, Reset.MANUAL)),
        effects_in_normal_use=form.flag("effects_in_normal_use", default=False),
        sil=form.whole("sil", 0, 4, 0),
    )


def _read_cause(form: Form) -> Cause:
    on_bad = OnBad(form.choice("on_bad", OnBad, OnBad.REMOVE))
    if form.has("limits") and not form.has("limit"):
        limits = form.texts("limits")
        return Cause(limits, _read_votes(form, limits), on_bad)
    if form.has("limits"):
        form.fault("limits", "and limit are both given", "exactly one of them")
        form.texts("limits")
    if form.has("voting"):
        form.fault("voting", "is given for one limit", "nothing, or limits = [...]")
    limit = form.text("limit")
    return Cause((limit,) if limit else (), 1, on_bad)


def _read_votes(form: Form, limits: tuple[str, ...]) -> int:
    signals = [limit.rpartition(":")[0] for limit in limits]
    for signal in dict.fromkeys(signals):
        if signals.count(signal) > 1:
            accepted = "each signal once: a channel has one vote"
            form.fault("limits", f"names {signal!r} more than once", accepted)
    members = len(limits)
    voting = form.text("voting", "")
    match = _VOTING.fullmatch(voting)
    if not limits:
        form.fault("limits", "names no limit", "at least one signal:LEVEL")
        return 1
    if match is None or int(match[2]) != members or int(match[1]) > members:
        problem = f"is {voting!r}" if voting else "is missing"
        accepted = f"NooM with M = {members}, the number of limits, and N from 1 to M"
        form.fault("voting", problem, accepted)
        return 1
    return int(match[1])


def _read_effect(form: Form) -> Effect:
    state = form.whole("state", 0, 1)
    if not form.has("role"):
        return Effect(form.id("signal"), state, form.number("within_s", 0.01, 3600))
    if form.has("signal"):
        form.fault("role", "and signal are both given", "exactly one: role means no feedback")
        form.id("signal")
    switches = sorted(role.id for role in ROLES.values() if role.discrete)
    within_s = form.number("within_s", 0.01, 3600, 0.0)
    return Effect("", state, within_s, form.choice("role", switches))
