"""The text of a formula, such as `percent(a, b, 12)` → a Formula."""

import re
from dataclasses import dataclass

from plant.form import Form, is_id
from plant.formula import Formula, Function


@dataclass(frozen=True)
class _Shape:
    """How many signals a function takes (`most` None: any number), and what may follow them."""

    least: int
    most: int | None
    example: str
    parameter: str = ""  # what the number after the signals is, "" when there is none
    highest: float = 1e12
    needed: bool = False


_SHAPES = {
    Function.DIFFERENCE: _Shape(2, 2, "difference(a, b)"),
    Function.RATIO: _Shape(2, 2, "ratio(a, b)"),
    Function.PERCENT: _Shape(2, 2, "percent(a, b) or percent(a, b, FLOOR)", "floor"),
    Function.SUM: _Shape(2, None, "sum(a, b, …)"),
    Function.MEAN: _Shape(2, None, "mean(a, b, …)"),
    Function.MEDIAN: _Shape(3, 3, "median(a, b, c)"),
    Function.COUNT: _Shape(1, 1, "count(a, SECONDS)", "window in seconds", 86_400, needed=True),
}
_CALL = re.compile(r"\s*([a-z]+)\s*\(([^()]*)\)\s*")


def read_formula(row: Form) -> Formula | None:
    """Read a row's `formula` and `pair_within_s`; None when it has none, or a wrong one."""
    if not row.has("formula"):
        if row.has("pair_within_s"):
            row.fault("pair_within_s", "is given without a formula", "nothing")
        return None
    pair_within_s = row.number("pair_within_s", 0, 3600, 1.0)
    text = row.text("formula")
    call = _CALL.fullmatch(text)
    function = call[1] if call else ""
    if call is None or function not in list(Function):
        accepted = ", ".join(shape.example for shape in _SHAPES.values())
        row.fault("formula", f"is {text!r}", accepted)
        return None
    arguments = [argument.strip() for argument in call[2].split(",")]
    return _read_call(row, Function(function), arguments, pair_within_s)


def _read_call(
    row: Form, function: Function, arguments: list[str], pair_within_s: float
) -> Formula | None:
    shape = _SHAPES[function]
    signals, numbers = arguments, list[str]()
    if shape.parameter:
        signals, numbers = arguments[: shape.least], arguments[shape.least :]
    problem = _problem(shape, signals, numbers)
    if problem:
        row.fault("formula", problem, shape.example)
        return None
    parameter = _number(numbers[0]) if numbers else None
    return Formula(function, tuple(signals), parameter, pair_within_s)


def _problem(shape: _Shape, signals: list[str], numbers: list[str]) -> str:
    """Say what is wrong with a call's arguments, "" when nothing is."""
    given = len(signals) if signals != [""] else 0
    if given < shape.least or given > (shape.most or given):
        return f"names {given} signals"
    for signal in signals:
        if not is_id(signal):
            return f"names {signal!r}, which is no id"
        if signals.count(signal) > 1:
            return f"names {signal!r} more than once"
    return _problem_of_numbers(shape, numbers)


def _problem_of_numbers(shape: _Shape, numbers: list[str]) -> str:
    if not numbers:
        return f"has no {shape.parameter}" if shape.needed else ""
    if len(numbers) > 1:
        return f"has {numbers[1:]} after its {shape.parameter}"
    number = _number(numbers[0])
    if number is None or not 0 < number <= shape.highest:
        wanted = f"a number above 0, at most {shape.highest:g}"
        return f"has {numbers[0]!r} as its {shape.parameter}, which is not {wanted}"
    return ""


def _number(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return None
