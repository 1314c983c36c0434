"""Guessing passwords must not pay: after a few failures each further guess has to wait longer."""

from collections import OrderedDict
from dataclasses import dataclass, replace
from ipaddress import IPv6Address, ip_address
from threading import Lock

from plant.moment import SECOND

_HOUR = 3600 * SECOND


@dataclass(frozen=True)
class Rule:
    """After `free` failures, wait `first_s` seconds, doubled each time up to `most_s`."""

    free: int
    first_s: int
    most_s: int

    def wait(self, failures: int) -> int:
        """Give the wait in nanoseconds after so many failures."""
        over = failures - self.free
        if over < 0:
            return 0
        return min(self.first_s << min(over, 20), self.most_s) * SECOND


# One person's account from one place is locked soonest. An address that tries many accounts and
# an account that is tried from many addresses are slowed too; the latter never for long, so that
# a stranger cannot keep an operator away from the alarms.
_PAIR = Rule(free=5, first_s=30, most_s=900)
_ADDRESS = Rule(free=20, first_s=30, most_s=900)
_ACCOUNT = Rule(free=20, first_s=5, most_s=30)


@dataclass(frozen=True)
class _Count:
    failures: int
    last: int
    until: int


class Lockout:
    """Counts failures by account and address; remembers at most `most` keys, the latest used.

    Moments are nanoseconds since 1970. Safe to use from several threads.
    """

    def __init__(self, most: int = 4096) -> None:
        self._most = most
        self._counts: OrderedDict[tuple[str, str, str], _Count] = OrderedDict()
        self._lock = Lock()

    def begin(self, login: str, address: str, now: int) -> int:
        """Count an attempt as failed until it proves otherwise; give the wait in ns, 0 to go on.

        Counting first means that guesses made at the same time are all counted.
        """
        keys = _keys(login, address)
        with self._lock:
            counts = {key: self._fresh(key, now) for key in keys}
            wait = max(count.until - now for count in counts.values())
            if wait > 0:
                return wait
            for key, rule in keys.items():
                failures = counts[key].failures + 1
                until = now + rule.wait(failures)
                self._counts[key] = _Count(failures, now, until)
                self._counts.move_to_end(key)
            while len(self._counts) > self._most:
                self._counts.popitem(last=False)
        return 0

    def succeeded(self, login: str, address: str) -> None:
        """Forget the failures of this account from this address, and the one counted ahead."""
        pair, *others = _keys(login, address)
        with self._lock:
            self._counts.pop(pair, None)
            for key in others:
                if count := self._counts.get(key):
                    failures = max(0, count.failures - 1)
                    self._counts[key] = replace(count, failures=failures, until=count.last)

    def _fresh(self, key: tuple[str, str, str], now: int) -> _Count:
        count = self._counts.get(key)
        if count is None or not 0 <= now - count.last <= _HOUR:
            return _Count(0, now, now)
        return count


def _keys(login: str, address: str) -> dict[tuple[str, str, str], Rule]:
    login = login.strip().casefold()[:100]
    network = _network(address)
    return {
        ("pair", login, network): _PAIR,
        ("address", "", network): _ADDRESS,
        ("account", login, ""): _ACCOUNT,
    }


def _network(address: str) -> str:
    try:
        parsed = ip_address(address)
    except ValueError:
        return address[:64]
    if isinstance(parsed, IPv6Address):  # whoever has one address of a /64 has all of them
        return parsed.exploded[:19]
    return str(parsed)
