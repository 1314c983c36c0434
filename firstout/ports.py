"""Ports of this machine and of devices: whether one may listen there, whether somebody does."""

import socket
from collections.abc import Iterable


def demand_free(host: str, port: int) -> None:
    """Listen for a moment where a server will; OSError says why that cannot be."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        probe.bind((host, port))


def is_free(host: str, port: int) -> bool:
    """Say whether a server could listen there now."""
    try:
        demand_free(host, port)
    except OSError:
        return False
    return True


def all_listen(places: Iterable[tuple[str, int]]) -> bool:
    """Say whether somebody accepts connections at every place (host and port)."""
    try:
        for place in places:
            socket.create_connection(place, timeout=0.2).close()
    except OSError:
        return False
    return True
