"""Nothing but what reads leaves towards a server.

asyncua's client can write values, call methods and change the address space. Every request, by
whatever way it comes, is made into a message in one place; here that place looks at the request's
own bytes once more, before they are signed, encrypted and sent.
"""

import logging
from typing import Any

from asyncua import ua
from asyncua.client.ua_client import UaClient, UASocketProtocol
from asyncua.common.connection import SecureConnection, TransportLimits

# What asyncua logs, ReadError says too, once; and it would log whole requests.
logging.getLogger("asyncua").propagate = False
logging.getLogger("asyncua").addHandler(logging.NullHandler())

# The requests that may be sent, by the number that each begins with (OPC 10000-6, A.3).
READ_REQUESTS = {
    428: "GetEndpoints",
    446: "OpenSecureChannel",
    452: "CloseSecureChannel",
    461: "CreateSession",
    467: "ActivateSession",
    473: "CloseSession",
    554: "TranslateBrowsePathsToNodeIds",
    631: "Read",
    751: "CreateMonitoredItems",
    781: "DeleteMonitoredItems",
    787: "CreateSubscription",
    826: "Publish",
}

_FOUR_BYTES = b"\x01\x00"  # how a node id of OPC UA's own namespace begins
_CHUNK = 65_535  # bytes, asyncua's own default


class ReadingConnection(SecureConnection):  # type: ignore[misc]  # asyncua's types are not used
    """Makes messages of requests that read, and of no others."""

    def message_to_binary(
        self,
        message: bytes,
        message_type: ua.MessageType = ua.MessageType.SecureMessage,
        request_id: int = 0,
    ) -> bytes:
        """Make the bytes to be sent; AssertionError if the request does anything but read."""
        number = int.from_bytes(message[2:4], "little")
        if message[:2] != _FOUR_BYTES or number not in READ_REQUESTS:
            raise AssertionError(f"request {number} must never be sent")
        binary: bytes = super().message_to_binary(message, message_type, request_id)
        return binary


class ReadingClient(UaClient):  # type: ignore[misc]  # asyncua's types are not used
    """asyncua's transport, on which only reading requests travel."""

    def _make_protocol(self) -> UASocketProtocol:
        protocol: Any = super()._make_protocol()
        limits = TransportLimits(_CHUNK, _CHUNK, 0, 0)
        protocol._connection = ReadingConnection(self.security_policy, limits)  # noqa: SLF001
        return protocol
