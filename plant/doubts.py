"""What is accepted in a plant folder and still cannot be shown or proven."""

from collections.abc import Iterator

from plant.interlock import Effect, Interlock
from plant.plant import Plant

_TOML = "plant.toml"
_CSV = "signals.csv"


def doubts(plant: Plant) -> list[str]:
    """Name what is accepted and still cannot be shown.

    An effect whose allowance is shorter than two polls can never be proven ok, one without
    feedback cannot be proven at all, and without a bypass signal no bypass is seen. A computed
    signal that is due more often than its members come has values only now and then. A suppression
    may hold back the very alarm of what trips an interlock.
    """
    of_interlocks = [note for item in plant.interlocks for note in _of_interlock(plant, item)]
    return [*of_interlocks, *_of_computed(plant), *_of_suppressions(plant)]


def _of_interlock(plant: Plant, interlock: Interlock) -> Iterator[str]:
    if not interlock.bypass:
        yield (
            f"{_TOML}: interlock {interlock.id}: has no bypass signal; a bypass of it cannot "
            "be seen, and it will read armed"
        )
    for effect in interlock.effects:
        if effect.signal:
            yield from _of_allowance(plant, interlock, effect)
        else:
            yield (
                f"{_TOML}: interlock {interlock.id}, effect {effect.role}: has no feedback "
                "signal; that it follows cannot be proven"
            )


def _of_allowance(plant: Plant, interlock: Interlock, effect: Effect) -> Iterator[str]:
    cause_period = max(plant.signal_by_id[s].period_s for s in interlock.cause_signals)
    polls = cause_period + plant.signal_by_id[effect.signal].period_s
    if effect.within_s < polls:
        yield (
            f"{_TOML}: interlock {interlock.id}, effect {effect.signal}: within_s is "
            f"{effect.within_s:g} s, shorter than two polls ({polls:g} s); its responses "
            "will read undetermined"
        )


def _of_computed(plant: Plant) -> Iterator[str]:
    for signal in plant.signals:
        if signal.formula is None:
            continue
        slowest = max(signal.formula.signals, key=lambda one: plant.signal_by_id[one].period_s)
        period_s = plant.signal_by_id[slowest].period_s
        if signal.period_s < period_s:
            yield (
                f"{_CSV}: signal {signal.id}: period_s is {signal.period_s:g} s, shorter than "
                f"the {period_s:g} s of {slowest}, from which it follows; it will often be stale"
            )


def _of_suppressions(plant: Plant) -> Iterator[str]:
    for suppression in plant.suppressions:
        held = set(suppression.limits)
        for interlock in plant.interlocks:
            if causes := [limit for limit in interlock.cause_limits if limit in held]:
                yield (
                    f"{_TOML}: suppression {suppression.id}: holds back the alarm of "
                    f"{', '.join(causes)}, by which interlock {interlock.id} trips"
                )
