"""asyncua's errors in our words."""

from collections.abc import Iterator
from contextlib import contextmanager

from asyncua import ua
from asyncua.crypto.uacrypto import InvalidSignature
from cryptography import exceptions as crypto

from gateway.opcua.notification import NotificationError
from gateway.opcua.status import judged
from gateway.source import ReadError
from plant.quality import Reason


def name_of(status: int) -> str:
    """Give a status code's name."""
    return str(ua.status_codes.get_name_and_doc(status & 0xFFFF0000)[0])


@contextmanager
def translated(device: str) -> Iterator[None]:
    """Raise ReadError for what may go wrong in a conversation; all else is a fault of ours."""
    try:
        yield
    except ua.UaStatusCodeError as error:
        _, reason = judged(error.code)
        message = f"{device}: the server says {name_of(error.code)}"
        raise ReadError(reason, message) from error
    except OSError as error:  # TimeoutError is one
        message = f"{device}: no connection: {error or 'it does not answer'}"
        raise ReadError(Reason.NO_ANSWER, message) from error
    except (InvalidSignature, crypto.InvalidSignature) as error:
        message = f"{device}: the server does not have its certificate's key"
        raise ReadError(Reason.REFUSED, message) from error
    except (ua.UaError, NotificationError) as error:
        raise ReadError(Reason.NOT_DECODABLE, f"{device}: {error}") from error
