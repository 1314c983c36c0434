"""Opens and closes one session with one server: security, user, time-outs."""

import asyncio
from contextlib import suppress
from typing import Any

from asyncua import Client, ua
from asyncua.client.ua_client import UASocketProtocol
from asyncua.crypto.security_policies import SecurityPolicyBasic256Sha256, SecurityPolicyNone
from asyncua.crypto.uacrypto import x509_from_der
from asyncua.ua.ua_binary import struct_from_binary

from gateway.opcua.credentials import Credentials
from gateway.opcua.session.guard import ReadingClient
from gateway.source import ReadError
from plant.plant import Device
from plant.quality import Reason

_MODES = {
    "sign": ua.MessageSecurityMode.Sign,
    "sign_and_encrypt": ua.MessageSecurityMode.SignAndEncrypt,
}
_TOLD = "be told to trust the gateway's certificate, pki/own.der in the data folder"
_GOODBYE_S = 1.0  # how long a server that is told to be left is waited for
_RENEWED_AT = 0.75  # of the secure channel's life (OPC 10000-4, 5.5.2.1)


class Connection:
    """A session that requests can be sent on. asyncua's own errors come out; `close` always.

    `idle_s` is how long the server shall keep the session when it hears nothing, `channel_s` how
    long the keys of the secure channel are good.
    """

    def __init__(
        self, device: Device, credentials: Credentials | None, idle_s: float, channel_s: float
    ) -> None:
        self._device = device
        self._credentials = credentials
        self._idle_s = idle_s
        self._channel_s = channel_s
        self._client: Client | None = None
        self._renew_at = 0.0

    async def open(self) -> None:
        """Connect and sign in; each step in the device's time-out."""
        policy, name = await self._security()
        self._client = client = self._new_client(policy)
        if name:
            client.application_uri = name
        try:
            await _open_channel(client)
        except AssertionError as error:  # how asyncua meets an answer that is a refusal
            message = f"{self._device.id}: the server refuses a secure channel; it must {_TOLD}"
            raise ReadError(Reason.REFUSED, message) from error
        self._renew_at = _renewal(client)
        await client.create_session()
        await client.activate_session(*self._user(client))

    async def ask(self, request: Any, answer: type[Any]) -> Any:
        """Send a request and give the answer, which says that it is one."""
        given = struct_from_binary(answer, await self.protocol.send_request(request))
        given.ResponseHeader.ServiceResult.check()
        return given

    async def renew_if_due(self) -> None:
        """Change the keys of the channel in good time."""
        client = self._client
        if client is not None and asyncio.get_running_loop().time() >= self._renew_at:
            await client.open_secure_channel(renew=True)
            client.uaclient.revolve_security_token()
            self._renew_at = _renewal(client)

    @property
    def protocol(self) -> UASocketProtocol:
        """What requests are sent by; ConnectionError when there is no connection."""
        protocol = None if self._client is None else self._client.uaclient.protocol
        if protocol is None:
            raise ConnectionError("not connected")
        return protocol

    async def close(self, *, polite: bool) -> None:
        """Hang up; tell the server first if that is `polite`, so that it need not wait."""
        client, self._client = self._client, None
        if client is not None:
            await _hang_up(client, polite=polite)

    def _new_client(self, policy: Any) -> Client:
        client = Client(self._device.url, timeout=self._device.timeout_s)
        client.uaclient = ReadingClient(self._device.timeout_s)
        client.security_policy = policy
        client.uaclient.set_security(policy)
        client.name = client.description = "Firstout gateway"
        client.product_uri = "urn:firstout"
        client.session_timeout = self._idle_s * 1000
        client.secure_channel_timeout = int(self._channel_s * 1000)
        return client

    async def _security(self) -> tuple[Any, str]:
        """Give the security policy, with pinned certificates if any, and our name in it."""
        device = self._device
        if device.security == "none":
            return SecurityPolicyNone(), ""
        if self._credentials is None:
            raise ReadError(Reason.REFUSED, f"{device.id}: there is no certificate to show")
        mode = _MODES[device.security]
        own = await asyncio.to_thread(self._credentials.own, device.id)
        seen = await self._certificate_shown(mode)
        pinned = self._credentials.trusted(device.id, seen)
        certificate = x509_from_der(own.certificate)
        return SecurityPolicyBasic256Sha256(pinned, certificate, own.key, mode), own.uri

    async def _certificate_shown(self, mode: ua.MessageSecurityMode) -> bytes:
        """Ask, without security, for the certificate of the endpoint that is meant."""
        client = self._new_client(SecurityPolicyNone())
        try:
            await _open_channel(client)
            endpoints = await client.get_endpoints()
        finally:
            await _hang_up(client, polite=False)
        for endpoint in endpoints:
            wanted = endpoint.SecurityPolicyUri == SecurityPolicyBasic256Sha256.URI
            if wanted and endpoint.SecurityMode == mode and endpoint.ServerCertificate:
                shown: bytes = endpoint.ServerCertificate
                return shown[: 4 + int.from_bytes(shown[2:4], "big")]  # the first of a chain
        message = f"{self._device.id}: the server has no endpoint Basic256Sha256 {mode.name}"
        raise ReadError(Reason.REFUSED, message)

    def _user(self, client: Client) -> tuple[str | None, str | None]:
        """Give user and password; a server that wants it in clear does not get it."""
        device = self._device
        if not device.user:
            return None, None
        policy = client.server_policy(ua.UserTokenType.UserName)
        in_clear = policy.SecurityPolicyUri in {None, "", SecurityPolicyNone.URI}
        if self._credentials is None or (in_clear and device.security != "sign_and_encrypt"):
            message = (
                f"{device.id}: the password would travel unencrypted; "
                'use security = "sign_and_encrypt"'
            )
            raise ReadError(Reason.REFUSED, message)
        return device.user, self._credentials.password(device.id)


async def _open_channel(client: Client) -> None:
    await client.connect_socket()
    await client.send_hello()
    await client.open_secure_channel()


async def _hang_up(client: Client, *, polite: bool) -> None:
    protocol = client.uaclient.protocol
    transport = None if protocol is None else protocol.transport
    if transport is None:
        return
    if polite and client.uaclient.has_session:
        # It hangs up too, is gone, or takes its time.
        with suppress(OSError, ua.UaError):
            async with asyncio.timeout(_GOODBYE_S):
                await client.uaclient.close_session(delete_subscriptions=True)
                await client.uaclient.close_secure_channel()
    client.uaclient.disconnect_socket()
    await asyncio.sleep(0)
    transport.abort()  # a peer that takes nothing off the line must not hold us
    await asyncio.sleep(0)


def _renewal(client: Client) -> float:
    life_s: float = client.secure_channel_timeout / 1000
    return asyncio.get_running_loop().time() + life_s * _RENEWED_AT
