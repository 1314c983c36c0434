"""How a raw number becomes a value, in one row of signals.csv.

Either `scale` and `offset` (value = raw · scale + offset), or `raw_low` and `raw_high`, the raw
numbers at both ends of the range, as the tables of analog input modules give them. With them,
`loop` says that the instrument drives a current loop of 4 to 20 mA, so that a broken one shows.
"""

from plant.form import Form

LOOPS = ("4-20mA",)
_LARGEST = 1e12


def read_scale(
    row: Form, range_low: float, range_high: float, *, discrete: bool
) -> tuple[float, float]:
    """Read scale and offset, given or computed from the raw range."""
    if row.has("raw_low") or row.has("raw_high"):
        return _from_raw_range(row, range_low, range_high, discrete=discrete)
    if row.has("loop"):
        row.choice("loop", LOOPS)
        row.fault(
            "loop", "is given without raw_low and raw_high", "the raw numbers at 4 and 20 mA"
        )
    scale = row.number("scale", -1e9, 1e9, 1.0)
    offset = row.number("offset", -_LARGEST, _LARGEST, 0.0)
    if scale == 0:
        row.fault("scale", "is 0", "a number other than 0")
    elif discrete and (scale, offset) not in ((1.0, 0.0), (-1.0, 1.0)):
        accepted = "nothing, or scale -1 with offset 1 where the contact opens on the state"
        row.fault("scale", f"{scale:g} with offset {offset:g} is given for a switch", accepted)
    return scale, offset


def _from_raw_range(
    row: Form, range_low: float, range_high: float, *, discrete: bool
) -> tuple[float, float]:
    raw_low = row.number("raw_low", -_LARGEST, _LARGEST)
    raw_high = row.number("raw_high", -_LARGEST, _LARGEST)
    if row.has("loop"):
        row.choice("loop", LOOPS)
    if discrete:
        row.fault("raw_low", "is given for a switch", "nothing")
    for key in ("scale", "offset"):
        if row.has(key):
            row.fault(key, "is given beside raw_low and raw_high", "one of the two ways")
    if raw_low == raw_high:
        row.fault("raw_high", f"is {raw_high:g}, as raw_low", "two different numbers")
        return 1.0, 0.0
    scale = (range_high - range_low) / (raw_high - raw_low)
    return scale, range_low - raw_low * scale
