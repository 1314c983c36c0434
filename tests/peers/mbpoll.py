"""mbpoll, a Modbus client of others' making, run once."""

import asyncio
import re
from dataclasses import dataclass

_ITEM = re.compile(r"^\[(\d+)\]:\s+(\S+)", re.MULTILINE)


@dataclass(frozen=True)
class Polled:
    """What mbpoll printed: its exit code, all its text, and the values as it wrote them."""

    code: int
    text: str

    @property
    def values(self) -> list[str]:
        """The values in the order of their numbers."""
        return [value for _, value in _ITEM.findall(self.text)]


async def mbpoll(port: int, *arguments: str, unit: int = 1) -> Polled:
    """Run mbpoll with numbers as they are on the wire; `arguments` are its own."""
    common = ("-m", "tcp", "-p", str(port), "-a", str(unit), "-0", "-1", "-o", "2")
    process = await asyncio.create_subprocess_exec(
        "mbpoll", *common, *arguments,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.STDOUT,
    )  # fmt: skip
    out, _ = await process.communicate()
    assert process.returncode is not None
    return Polled(process.returncode, out.decode())
