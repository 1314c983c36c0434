"""What must be right in the plant folder before a Modbus device can be read."""

from collections.abc import Iterator, Sequence

from plant.errors import Fault
from plant.modbus_address import Address, ByteOrder, Form, Table, parse
from plant.plant import Device
from plant.signal import LOOP_FAULT_HIGH, LOOP_FAULT_LOW, Signal

_MEASURED = (
    "int16, uint16, int32, uint32, int64, uint64, float32, float64 or bitsA-B in input or "
    "holding registers"
)
_DISCRETE = "coil:N, discrete:N, input:N:bitB or holding:N:bitB"


def check_modbus(device: Device, signals: Sequence[Signal]) -> list[Fault]:
    """List the faults of one device and its signals; nothing is connected to."""
    return [*_of_device(device), *_of_signals(device, signals)]


def _of_device(device: Device) -> Iterator[Fault]:
    where = f"device {device.id}"
    if not device.host:
        yield Fault("plant.toml", f"{where}, host", "is missing", "a host name or IP address")
    if not 1 <= device.port <= 65535:
        yield Fault("plant.toml", f"{where}, port", f"{device.port} is no port", "1 to 65535")
    if not 0 <= device.unit_id <= 255:
        problem = f"{device.unit_id} is no unit id"
        yield Fault("plant.toml", f"{where}, unit_id", problem, "0 to 255")
    for key, order in (("word_order", device.word_order), ("byte_order", device.byte_order)):
        if order not in ("big", "little"):
            problem = f"{order!r} is no {key.replace('_', ' ')}"
            yield Fault("plant.toml", f"{where}, {key}", problem, "big or little")
    if not device.timeout_s > 0:
        problem = f"{device.timeout_s} s is no time-out"
        yield Fault("plant.toml", f"{where}, timeout_s", problem, "more than 0 s")


def _of_signals(device: Device, signals: Sequence[Signal]) -> Iterator[Fault]:
    taken: dict[tuple[Table, int], tuple[Address, Signal]] = {}
    for signal in signals:
        where = f"signal {signal.id}, address"
        try:
            address = parse(signal.address)
        except ValueError as error:
            problem, _, accepted = str(error).partition("; accepted: ")
            yield Fault("signals.csv", where, problem, accepted)
            continue
        if signal.discrete is not (address.form is Form.BIT):
            kind = "discrete" if signal.discrete else "measured"
            problem = f"{signal.address!r} cannot hold a {kind} signal"
            accepted = _DISCRETE if signal.discrete else _MEASURED
            yield Fault("signals.csv", where, problem, accepted)
        yield from _of_overlap(device, signal, address, taken)
        yield from _of_loop(signal, address)
        yield from _of_times(device, signal)


def _of_overlap(
    device: Device,
    signal: Signal,
    address: Address,
    taken: dict[tuple[Table, int], tuple[Address, Signal]],
) -> Iterator[Fault]:
    """Two signals may read the same bits alike, or different bits; all else is a slip."""
    clash = None
    alike = _how(address, device)
    for place in _places(address):
        other, owner = taken.setdefault((address.table, place), (address, signal))
        if _how(other, device) != alike:
            clash = owner
    if clash is not None:
        problem = f"{signal.address!r} of {device.id} overlaps {clash.address!r} of {clash.id}"
        accepted = "a place of its own, or the same address with the same type and byte order"
        yield Fault("signals.csv", f"signal {signal.id}, address", problem, accepted)


def _places(address: Address) -> range:
    """Give the bits that a value takes, counted from the table's first; coils have one each."""
    if address.table.bits:
        return range(address.number, address.end)
    if address.form in (Form.BIT, Form.BITS):
        return range(16 * address.number + address.bit, 16 * address.number + address.last_bit + 1)
    return range(16 * address.number, 16 * address.end)


def _how(address: Address, device: Device) -> tuple[int, Form, int, int, bool, bool]:
    """Give everything that decides which number is read; values read alike have the same."""
    order = address.order or ByteOrder.of(device.word_order, device.byte_order)
    first = address.width > 1 and order.low_register_first
    where = (address.number, address.form, address.bit, address.last_bit)
    return *where, first, order.low_byte_first


_HELD = {
    Form.INT16: (-(2**15), 2**15 - 1),
    Form.UINT16: (0, 2**16 - 1),
    Form.INT32: (-(2**31), 2**31 - 1),
    Form.UINT32: (0, 2**32 - 1),
}


def _of_loop(signal: Signal, address: Address) -> Iterator[Fault]:
    """A broken loop shows by its current only if the type can hold the number that says so."""
    if not signal.current_loop or address.form not in _HELD:
        return
    ends = (signal.at_current(LOOP_FAULT_LOW), signal.at_current(LOOP_FAULT_HIGH))
    broken, over = sorted((value - signal.offset) / signal.scale for value in ends)
    lowest, highest = _HELD[address.form]
    if lowest < broken and over < highest:
        return
    problem = (
        f"{address.form} cannot hold the raw numbers of a broken loop: {broken:.0f} at "
        f"{LOOP_FAULT_LOW} mA, {over:.0f} at {LOOP_FAULT_HIGH} mA"
    )
    accepted = f"raw_low and raw_high that leave room in {lowest} to {highest}, or no loop"
    yield Fault("signals.csv", f"signal {signal.id}, loop", problem, accepted)


def _of_times(device: Device, signal: Signal) -> Iterator[Fault]:
    where = f"signal {signal.id}, period_s"
    if not signal.period_s >= 0.01:
        problem = f"{signal.period_s} s is too short to poll"
        yield Fault("signals.csv", where, problem, "0.01 s or more")
    elif signal.period_s + device.timeout_s > signal.max_age_s:
        problem = (
            f"a silent {device.id} would be noticed after {signal.period_s + device.timeout_s} s "
            f"(period and time-out), later than max_age_s {signal.max_age_s}"
        )
        accepted = "period_s + timeout_s of the device <= max_age_s"
        yield Fault("signals.csv", where, problem, accepted)
