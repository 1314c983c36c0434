"""Families of figures that several files make."""

from collections.abc import Iterable, Iterator

from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from telemetry.durations import Spread


class Undescribed(Collector):
    """A collector that says nothing in advance: describing must not read anything."""

    def describe(self) -> Iterator[Metric]:
        """Give no description."""
        return iter(())


def by(
    name: str, what: str, label: str, values: tuple[str, ...], counts: dict[str, int]
) -> GaugeMetricFamily:
    """Count by a label of which every value is always there."""
    family = GaugeMetricFamily(name, what, labels=[label])
    for value in values:
        family.add_metric([value], counts.get(value, 0))
    return family


def quantiles(
    name: str, what: str, labels: Iterable[str], spreads: Iterable[tuple[list[str], Spread | None]]
) -> GaugeMetricFamily:
    """Give the spreads of the last minute in seconds; one that is not known has no figure."""
    family = GaugeMetricFamily(name, what, labels=[*labels, "quantile"])
    for values, spread in spreads:
        if spread is not None:
            family.add_metric([*values, "0.5"], spread.p50_s)
            family.add_metric([*values, "0.99"], spread.p99_s)
            family.add_metric([*values, "1"], spread.max_s)
    return family
