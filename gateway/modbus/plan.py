"""Which requests read the signals of one device: few, and inside Modbus' limits.

Neighbours are read together, and small gaps are read along: a request and the head of its answer
are 21 bytes, beside the waiting, so a gap of fewer bytes costs less than a request of its own.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property

from gateway.source import Group
from plant.modbus_address import Address, Table, parse
from plant.moment import seconds
from plant.signal import Signal

MAX_REGISTERS = 125  # the most that function codes 3 and 4 may ask for
MAX_BITS = 2000  # the most that function codes 1 and 2 may ask for
GAP_REGISTERS = 8  # 16 bytes
GAP_BITS = 128  # 16 bytes


@dataclass(frozen=True)
class Item:
    """One signal and its parsed address."""

    signal: Signal
    address: Address


@dataclass(frozen=True, eq=False)
class Read:
    """One request: `count` items of `table` from `start`, and the signals found in them.

    Each is itself alone, so that what is known of it can be looked up at every poll at no cost.
    """

    table: Table
    start: int
    count: int
    items: tuple[Item, ...]

    @property
    def size(self) -> int:
        """How many data bytes the answer must have."""
        return (self.count + 7) // 8 if self.table.bits else 2 * self.count

    @cached_property
    def signals(self) -> tuple[str, ...]:
        """The ids of the signals that the request reads."""
        return tuple(item.signal.id for item in self.items)


def plan(signals: Iterable[Signal]) -> tuple[Group[Read], ...]:
    """Arrange a device's signals in groups by period, shortest first.

    ValueError if an address does not parse (`gateway.registry.check` says so beforehand).
    """
    periods: dict[int, list[Item]] = {}
    for signal in signals:
        item = Item(signal, parse(signal.address))
        periods.setdefault(seconds(signal.period_s), []).append(item)
    return tuple(Group(period, tuple(_reads(periods[period]))) for period in sorted(periods))


def split(read: Read) -> tuple[Read, ...]:
    """Take apart a request that the device refused: without its gaps, then signal by signal.

    Some devices refuse a whole block for one register they do not have. The pieces hold the
    signals in the same order; a request for one signal cannot be split and is its only piece.
    """
    pieces = tuple(_joined(read.table, read.items, gap=0))
    if len(pieces) > 1:
        return pieces
    return tuple(_read(read.table, (item,)) for item in read.items)


def _reads(items: Sequence[Item]) -> Iterator[Read]:
    for table in Table:
        gap = GAP_BITS if table.bits else GAP_REGISTERS
        yield from _joined(table, (item for item in items if item.address.table is table), gap)


def _joined(table: Table, items: Iterable[Item], gap: int) -> Iterator[Read]:
    most = MAX_BITS if table.bits else MAX_REGISTERS
    run: list[Item] = []
    end = 0
    for item in sorted(items, key=lambda item: (item.address.number, item.address.end)):
        address = item.address
        if run and (address.number > end + gap or address.end > run[0].address.number + most):
            yield _read(table, run)
            run = []
        end = max(end, address.end) if run else address.end
        run.append(item)
    if run:
        yield _read(table, run)


def _read(table: Table, items: Sequence[Item]) -> Read:
    start = items[0].address.number
    return Read(table, start, max(item.address.end for item in items) - start, tuple(items))
