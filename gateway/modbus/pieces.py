"""One answer out of several: for a request that a device takes only in pieces."""

from collections.abc import Sequence

import numpy as np

from gateway.modbus.decode import Answer
from gateway.modbus.plan import Read


def put_together(read: Read, pieces: Sequence[Read], answers: Sequence[Answer | None]) -> Answer:
    """Lay the answers to the pieces of `read` where they would be in its own answer.

    None stands for a piece that was refused; its signals are marked.
    """
    together = bytearray(read.size)
    refused = np.zeros(len(read.items), np.bool_)
    row = 0
    for piece, answer in zip(pieces, answers, strict=True):
        rows = slice(row, row := row + len(piece.items))
        if answer is None:
            refused[rows] = True
            continue
        if answer.refused is not None:
            refused[rows] = answer.refused
        if read.table.bits:
            _lay_bits(together, piece.start - read.start, piece.count, answer.data)
        else:
            at = 2 * (piece.start - read.start)
            together[at : at + piece.size] = answer.data[: piece.size]
    return Answer(bytes(together), refused if refused.any() else None)


def _lay_bits(together: bytearray, start: int, count: int, data: bytes) -> None:
    """Set `count` bits from bit `start` on; what lies behind them in `data` is padding."""
    bits = int.from_bytes(data, "little") & (1 << count) - 1
    whole = int.from_bytes(together, "little") | bits << start
    together[:] = whole.to_bytes(len(together), "little")
