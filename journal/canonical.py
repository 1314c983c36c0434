"""Canonical JSON (RFC 8785): one value has one text, so a hash of it can be checked anywhere."""

import json
import math

import rfc8785

from plant.errors import JournalError

# JSON numbers are IEEE doubles to most readers; larger integers would silently change.
_LARGEST = 2**53 - 1


def canonical(value: object, what: str = "value") -> str:
    """Write `value` as canonical JSON; `what` names it in the error.

    Raises:
        JournalError: it holds something JSON cannot carry exactly (NaN, an infinity, an integer
            beyond ±(2^53 - 1), a key that is no text, half a character, a foreign object).
    """
    try:
        return rfc8785.dumps(value).decode()  # type: ignore[arg-type]  # it is what is checked
    except RecursionError as error:
        raise JournalError(f"{what} is nested too deeply, or holds itself") from error
    except (rfc8785.CanonicalizationError, UnicodeError, TypeError, AttributeError) as error:
        place, problem = _culprit(value, what) or (what, str(error))
        raise JournalError(f"{place} cannot be written as JSON: {problem}") from error


def parse(text: str) -> object:
    """Read canonical JSON back into values that `canonical` writes as the same text.

    Raises:
        ValueError: it is no JSON.
    """
    return json.loads(text, parse_int=_whole, parse_constant=_no_constant)


def _whole(digits: str) -> int | float:
    # RFC 8785 writes the double 1e17 as 100000000000000000: such a number was a float.
    number = int(digits)
    return number if -_LARGEST <= number <= _LARGEST else float(digits)


def _no_constant(name: str) -> object:
    raise ValueError(f"{name} is no JSON")


def _culprit(value: object, place: str) -> tuple[str, str] | None:
    """Find the first part that cannot be written: where it is, and what is wrong with it."""
    parts: list[tuple[object, str]] = []
    if isinstance(value, dict):
        odd = [key for key in value if not isinstance(key, str)]
        if odd:
            return place, f"the key {odd[0]!r} is no text"
        parts += [(key, f"{place}: the key {key!r}") for key in value]
        parts += [(part, f"{place}.{key}") for key, part in value.items()]
    elif isinstance(value, list | tuple):
        parts += [(part, f"{place}[{number}]") for number, part in enumerate(value)]
    elif (problem := _problem(value)) is not None:
        return place, problem
    return next((found for part in parts if (found := _culprit(*part)) is not None), None)


def _problem(value: object) -> str | None:
    match value:
        case None | bool():
            return None
        case str():
            broken = any("\ud800" <= character <= "\udfff" for character in value)
            return "the text holds half of a surrogate pair" if broken else None
        case int():
            if -_LARGEST <= value <= _LARGEST:
                return None
            return f"the integer {value} is beyond 2^53 - 1; write it as text"
        case float():
            return None if math.isfinite(value) else f"{value} is no JSON number; use null"
        case _:
            return f"{type(value).__name__} is no JSON type"
