"""OPC UA with certificates and users: only a server that a person trusts, only a known user."""

import asyncio
import hashlib
import logging
import stat
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from gateway.opcua.certificate import application_uri, key_to_pem, new_key, self_signed
from gateway.opcua.credentials import Credentials
from gateway.opcua.stream import Session
from plant.quality import Quality, Reason
from tests.patience import until
from tests.peers.asyncua_server import PlcProcess, analog
from tests.subscribing import reading

pytestmark = [pytest.mark.system, pytest.mark.timeout(120)]

PASSWORD = "steel-and-secrets"


def _write_identity(folder: Path, name: str) -> tuple[Path, Path]:
    """Make a certificate and a key for a server."""
    folder.mkdir(exist_ok=True)
    key = new_key()
    certificate, pem = folder / f"{name}.der", folder / f"{name}.pem"
    certificate.write_bytes(self_signed(key, name, time.time_ns()))
    pem.write_bytes(key_to_pem(key))
    return certificate, pem


@asynccontextmanager
async def serving(folder: Path, name: str = "plc", **options) -> AsyncIterator[PlcProcess]:
    certificate, key = _write_identity(folder / "server", name)
    options.setdefault("security", ["sign", "sign_and_encrypt"])
    uri = application_uri(certificate.read_bytes())
    plc = PlcProcess(
        {"T": ("Double", 20.5)},
        **{"certificate": str(certificate), "key": str(key), "application": uri, **options},
    )
    await plc.start()
    try:
        yield plc
    finally:
        await plc.kill()


def _credentials(folder: Path) -> Credentials:
    return Credentials(folder / "secrets", folder / "pki", time.time_ns)


def _trust(folder: Path, name: str = "plc") -> None:
    trusted = folder / "pki" / "trusted"
    trusted.mkdir(parents=True, exist_ok=True)
    (trusted / "plc.der").write_bytes((folder / "server" / f"{name}.der").read_bytes())


def _password(folder: Path, password: str) -> None:
    (folder / "secrets").mkdir(exist_ok=True)
    (folder / "secrets" / "plc.password").write_text(password + "\n")


@pytest.mark.parametrize("security", ["sign", "sign_and_encrypt"])
async def test_a_trusted_server_is_read(tmp_path: Path, security: str) -> None:
    async with serving(tmp_path) as plc:
        _trust(tmp_path)
        device = plc.device(security=security)
        async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
            await until(lambda: records.value("T") == 20.5)
            await plc.do(set="T", kind="Double", value=21.0)
            await until(lambda: records.value("T") == 21.0)

    own = tmp_path / "pki" / "own.pem"
    assert stat.S_IMODE(own.stat().st_mode) == 0o600
    assert application_uri((tmp_path / "pki" / "own.der").read_bytes()).startswith("urn:")
    left = sorted(file.name for file in own.parent.iterdir())
    assert left == ["own.der", "own.pem", "trusted"]


async def test_an_unknown_server_is_refused_and_shown(tmp_path: Path) -> None:
    async with serving(tmp_path) as plc:
        device = plc.device(security="sign_and_encrypt")
        with capture_logs() as logs:
            async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
                await until(lambda: records.is_bad("T", Reason.REFUSED))
                await asyncio.sleep(1)
                assert {r.quality for _, r in records.of("T")} == {Quality.BAD}
                rejected = tmp_path / "pki" / "rejected" / "plc.der"
                shown = rejected.read_bytes()
                _trust(tmp_path)  # what a person does, having compared
                await until(lambda: records.value("T") == 20.5, 12)

    lost = [entry for entry in logs if entry["event"] == "device lost"]
    assert len(lost) == 1  # said once, not at every attempt
    assert hashlib.sha256(shown).hexdigest() in lost[0]["error"]
    assert str(tmp_path / "pki" / "trusted" / "plc.der") in lost[0]["error"]
    assert shown == (tmp_path / "server" / "plc.der").read_bytes()


async def test_a_server_with_another_certificate_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path) as plc:
        _write_identity(tmp_path / "server", "other")
        _trust(tmp_path, "other")
        device = plc.device(security="sign")
        async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
            await until(lambda: records.is_bad("T", Reason.REFUSED))
            await asyncio.sleep(1)

            assert {r.quality for _, r in records.of("T")} == {Quality.BAD}


async def test_a_server_that_only_shows_the_trusted_certificate_is_refused(tmp_path: Path) -> None:
    """An impostor can show anybody's certificate; it lacks the key to it."""
    _, key = _write_identity(tmp_path / "server", "impostor")
    async with serving(tmp_path, key=str(key)) as plc:
        _trust(tmp_path)
        device = plc.device(security="sign")
        async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
            await until(lambda: records.quality("T") is Quality.BAD)
            await asyncio.sleep(2)

            assert {r.quality for _, r in records.of("T")} == {Quality.BAD}


async def test_a_server_without_the_security_asked_for_is_refused(tmp_path: Path) -> None:
    async with serving(tmp_path, security=["none"]) as plc:
        _trust(tmp_path)
        device = plc.device(security="sign")
        async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
            await until(lambda: records.is_bad("T", Reason.REFUSED))


async def test_a_known_user_reads_and_a_wrong_password_does_not(
    tmp_path: Path, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    caplog.set_level(logging.DEBUG)
    async with serving(tmp_path, passwords={"firstout": PASSWORD}) as plc:
        _trust(tmp_path)
        device = plc.device(security="sign", user="firstout")
        async with reading(device, [analog("T")], _credentials(tmp_path)) as (_, records):
            await until(lambda: records.is_bad("T", Reason.REFUSED))  # there is no password
            _password(tmp_path, "wrong-" + PASSWORD)
            await asyncio.sleep(1)
            assert {r.quality for _, r in records.of("T")} == {Quality.BAD}
            _password(tmp_path, PASSWORD)
            await until(lambda: records.value("T") == 20.5, 12)
    printed = capfd.readouterr()

    assert PASSWORD not in printed.out + printed.err + caplog.text


async def test_the_keys_are_changed_without_a_gap(tmp_path: Path) -> None:
    async with serving(tmp_path) as plc:
        _trust(tmp_path)
        device = plc.device(security="sign_and_encrypt")
        session = Session(device, _credentials(tmp_path), 30.0, channel_s=2.0)
        await session.open()
        subscribed = await session.subscribe(0.1, 2, 10.0)
        connection = session._connection.protocol._connection
        tokens = set()
        started = time.monotonic()
        while time.monotonic() - started < 7:
            assert await session.publication(1.0) is not None
            tokens.add(connection.security_token.TokenId)
        await session.close(polite=True)

    assert subscribed.proof_s == pytest.approx(0.2)
    assert len(tokens) >= 4
