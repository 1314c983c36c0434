import hashlib
import stat
import time
from pathlib import Path

import pytest
from cryptography import x509

from gateway.opcua.certificate import application_uri
from gateway.opcua.credentials import Credentials
from gateway.source import ReadError
from plant.quality import Reason


@pytest.fixture
def credentials(tmp_path: Path) -> Credentials:
    return Credentials(tmp_path / "secrets", tmp_path / "pki", time.time_ns)


def test_the_own_certificate_is_made_once(credentials: Credentials) -> None:
    first = credentials.own("plc")
    again = credentials.own("plc")

    assert first.certificate == again.certificate
    assert first.uri == application_uri(first.certificate)
    certificate = x509.load_der_x509_certificate(first.certificate)
    certificate.verify_directly_issued_by(certificate)
    assert certificate.public_key() == first.key.public_key()
    for file in credentials.pki.iterdir():
        assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_a_lost_certificate_is_made_anew_of_the_same_key(credentials: Credentials) -> None:
    first = credentials.own("plc")
    (credentials.pki / "own.der").unlink()

    assert credentials.own("plc").key.public_key() == first.key.public_key()


@pytest.mark.parametrize("name", ["own.pem", "own.der"])
def test_a_file_that_is_none_is_named(credentials: Credentials, name: str) -> None:
    credentials.own("plc")
    (credentials.pki / name).write_bytes(b"nonsense")

    with pytest.raises(ReadError, match=r"plc: .*own\.\* cannot be used") as caught:
        credentials.own("plc")

    assert caught.value.reason is Reason.REFUSED


def test_a_password_ends_with_its_line(credentials: Credentials) -> None:
    credentials.secrets.mkdir()
    (credentials.secrets / "plc.password").write_text(" two words \r\n")

    assert credentials.password("plc") == " two words "


@pytest.mark.parametrize("content", [None, b"", b"\n", b"\xff\xfe", b"x" * 70_000])
def test_a_password_that_is_none_is_refused(credentials: Credentials, content) -> None:
    credentials.secrets.mkdir()
    if content is not None:
        (credentials.secrets / "plc.password").write_bytes(content)

    with pytest.raises(ReadError, match=r"plc\.password") as caught:
        credentials.password("plc")

    assert caught.value.reason is Reason.REFUSED


def test_only_the_pinned_certificate_is_trusted(credentials: Credentials) -> None:
    with pytest.raises(ReadError, match="not trusted yet") as caught:
        credentials.trusted("plc", b"seen")
    assert hashlib.sha256(b"seen").hexdigest() in str(caught.value)

    (credentials.pki / "trusted").mkdir()
    (credentials.pki / "rejected" / "plc.der").rename(credentials.pki / "trusted" / "plc.der")
    assert credentials.trusted("plc", b"seen") == b"seen"

    with pytest.raises(ReadError, match="is not the one in"):
        credentials.trusted("plc", b"other")
    assert (credentials.pki / "rejected" / "plc.der").read_bytes() == b"other"


def test_a_certificate_of_another_key_is_named_and_not_shown(credentials: Credentials) -> None:
    credentials.own("plc")
    (credentials.pki / "own.pem").unlink()

    with pytest.raises(ReadError, match=r"not of this key; remove own\.der") as caught:
        credentials.own("plc")

    assert caught.value.reason is Reason.REFUSED
