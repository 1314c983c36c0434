"""`[[suppression]]` of plant.toml: which alarms do not call while something explains them."""

from collections.abc import Mapping

from plant.form import Form
from plant.suppression import Condition, Suppression

_LONGEST_S = 86_400.0  # every silence expires


def read_suppression(form: Form) -> Suppression:
    """Read one suppression."""
    suppression = Suppression(
        id=form.id("id"),
        name=form.name("name"),
        condition=_read_condition(form),
        limits=form.texts("limits"),
        max_s=form.number("max_s", 1, _LONGEST_S),
    )
    if not suppression.limits and form.has("limits"):
        form.fault("limits", "names no limit", "at least one signal:LEVEL")
    return suppression


def _read_condition(form: Form) -> Condition:
    table: Mapping[str, object] = form.table("while")
    accepted = "{ signal = …, below = N }, or above = N, or state = 0 or 1"
    if not table:
        if form.is_table("while") or not form.has("while"):
            form.fault("while", "is missing", accepted)
        return Condition("")
    where = f"{form.where}.while"
    inner = Form(table, where, form.faults)
    condition = Condition(
        signal=inner.id("signal"),
        below=inner.optional_number("below"),
        above=inner.optional_number("above"),
        state=inner.whole("state", 0, 1) if inner.has("state") else None,
    )
    inner.close()
    if sum(inner.has(key) for key in ("below", "above", "state")) != 1:
        form.fault("while", "has not exactly one of below, above and state", accepted)
    return condition
