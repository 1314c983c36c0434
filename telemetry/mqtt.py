"""The one door to the MQTT library: a connection that comes back, with its own thread.

MQTT 3.1.1 with a clean session. Each CONNECT gets a will of its own, because Sparkplug numbers
them, so every attempt uses a fresh client and nothing of an earlier connection is ever resent.
All calls into the library are made in the link's thread; other threads only put messages into
its outbox.
"""

import contextlib
import re
import selectors
import socket
import ssl
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from enum import Enum
from typing import Final

import paho.mqtt.client as paho
from paho.mqtt.enums import CallbackAPIVersion, MQTTErrorCode

from plant.errors import TelemetryError
from telemetry.sparkplug.message import Message

_CONNECT_S: Final = 3.0
_BACK_OFF_S: Final = (0.1, 0.2, 0.5, 1.0, 2.0)
_OUTBOX_LIMIT: Final = 10_000
_REFUSED_FROM: Final = 128
_UNPUBLISHABLE: Final = re.compile(r"[\s+#\x00]")


@dataclass(frozen=True)
class Tls:
    """How to trust the broker; `ca_file` empty means the system's authorities."""

    ca_file: str = ""
    certificate: str = ""
    key: str = ""


@dataclass(frozen=True)
class Broker:
    """Where the broker is and who we are there."""

    host: str
    port: int
    username: str = ""
    password: str = ""
    tls: Tls | None = None


@dataclass(frozen=True)
class Session:
    """What one connection starts with.

    The subscriptions (filter, QoS) are confirmed by the broker before `hello` is published.
    """

    will: Message | None = None
    subscriptions: tuple[tuple[str, int], ...] = ()
    hello: tuple[Message, ...] = ()


class _Phase(Enum):
    """How far one connection has come."""

    CONNECTING = 1
    SUBSCRIBING = 2
    READY = 3
    OVER = 4


class Link:
    """One client's connection to the broker.

    `prepare` is called before every attempt; `on_message(topic, payload)`, `on_state(connected)`
    and `on_drained()` (a full outbox has become empty) report. All four run in the link's thread
    and must neither block nor raise. `fault` is why the last attempt or connection ended.
    """

    def __init__(
        self,
        broker: Broker,
        client_id: str,
        prepare: Callable[[], Session],
        on_message: Callable[[str, bytes], None],
        on_state: Callable[[bool], None],
        *,
        on_drained: Callable[[], None] | None = None,
        keepalive_s: int = 3,
        outbox_limit: int = _OUTBOX_LIMIT,
    ) -> None:
        self._broker = broker
        self._client_id = client_id
        self._prepare = prepare
        self._on_message = on_message
        self._on_state = on_state
        self._on_drained = on_drained
        self._keepalive_s = keepalive_s
        self._outbox: deque[Message] = deque()
        self._outbox_limit = outbox_limit
        self._full = False
        self._lock = threading.Lock()
        self._ready = False
        self._closing = threading.Event()
        self._wake_in, self._wake_out = socket.socketpair()
        self._wake_in.settimeout(0)
        self._wake_out.settimeout(0)
        self._thread = threading.Thread(target=self._run, name=f"mqtt-{client_id}", daemon=True)
        self.fault = ""

    @property
    def connected(self) -> bool:
        """True between `on_state(True)` and `on_state(False)`."""
        return self._ready

    @property
    def alive(self) -> bool:
        """True while the thread runs; a callback that raised has ended it for good."""
        return self._thread.is_alive()

    def start(self) -> None:
        """Begin connecting, and keep trying until `close`."""
        self._thread.start()

    def publish(self, message: Message) -> bool:
        """Queue a message for this connection; False when there is none or the outbox is full.

        True is no proof of delivery: the connection may end before the message is out.
        TelemetryError for a topic that a broker might drop the client for.
        """
        if not message.topic or _UNPUBLISHABLE.search(message.topic):
            raise TelemetryError(f"{message.topic!r} is no topic to publish on")
        with self._lock:
            if not self._ready:
                return False
            if len(self._outbox) >= self._outbox_limit:
                self._full = True
                return False
            self._outbox.append(message)
        self._wake()
        return True

    def room(self, below: int) -> bool:
        """Say whether fewer than `below` messages wait; if not, `on_drained` follows.

        True also when there is no connection: `publish` says that.
        """
        with self._lock:
            if not self._ready or len(self._outbox) < below:
                return True
            self._full = True
        return False

    def close(self, farewell: Sequence[Message] = (), timeout_s: float = 2.0) -> None:
        """Publish the last words, disconnect and end the thread; waits at most `timeout_s`."""
        with self._lock:
            if self._ready:
                self._outbox.extend(farewell)
        self._closing.set()
        self._wake()
        if self._thread.is_alive():
            self._thread.join(timeout_s)

    def _wake(self) -> None:
        # A full pipe is as good as a byte: the thread will look.
        with contextlib.suppress(BlockingIOError, OSError):
            self._wake_in.send(b"x")

    def _run(self) -> None:
        attempt = 0
        try:
            while not self._closing.is_set():
                connection = _Connection(self._broker, self._client_id, self._keepalive_s)
                try:
                    lasted = self._converse(connection)
                finally:
                    connection.drop()
                    self._set_ready(ready=False)
                self.fault = connection.fault
                attempt = 0 if lasted else attempt + 1
                self._closing.wait(_BACK_OFF_S[min(attempt, len(_BACK_OFF_S) - 1)])
        finally:
            self._wake_in.close()
            self._wake_out.close()

    def _converse(self, connection: "_Connection") -> bool:
        """Hold one connection until it ends; True when it was ever ready."""
        session = self._prepare()
        if not connection.open(session, self._on_message):
            return False
        lasted = False
        with selectors.DefaultSelector() as selector:
            selector.register(self._wake_out, selectors.EVENT_READ)
            while connection.step(selector, self._wake_out):
                if connection.phase is _Phase.READY and not lasted:
                    lasted = True
                    for message in session.hello:
                        connection.send(message)
                    self._set_ready(ready=True)
                if lasted:
                    self._send_outbox(connection)
                if self._closing.is_set() and not connection.busy and not self._outbox:
                    connection.say_goodbye()
                    break
        return lasted

    def _send_outbox(self, connection: "_Connection") -> None:
        # Stop while the socket is full: the outbox is bounded, the library's queue is not.
        while self._outbox and not connection.backed_up:
            connection.send(self._outbox.popleft())
        if self._full and not self._outbox:
            with self._lock:
                self._full = False
            if self._on_drained is not None:
                self._on_drained()

    def _set_ready(self, *, ready: bool) -> None:
        with self._lock:
            changed = self._ready != ready
            self._ready = ready
            if not ready:
                self._outbox.clear()
                self._full = False
        if changed:
            self._on_state(ready)


class _Connection:
    """One CONNECT and what follows it, until the socket is gone."""

    def __init__(self, broker: Broker, client_id: str, keepalive_s: int) -> None:
        self.phase = _Phase.CONNECTING
        self.fault = ""
        self._broker = broker
        self._keepalive_s = keepalive_s
        self._subscriptions: tuple[tuple[str, int], ...] = ()
        self._unconfirmed: set[int] = set()
        self._client = paho.Client(
            CallbackAPIVersion.VERSION2,
            client_id=client_id,
            clean_session=True,
            protocol=paho.MQTTv311,
            reconnect_on_failure=False,
        )
        self._client.connect_timeout = _CONNECT_S
        self._client.max_queued_messages_set(1000)

    @property
    def backed_up(self) -> bool:
        """True while the socket takes no more."""
        return self._client.want_write()

    @property
    def busy(self) -> bool:
        """True while something is on its way that the broker should have before we leave."""
        waiting = self.phase in (_Phase.CONNECTING, _Phase.SUBSCRIBING)
        return not waiting and (self._client.want_write() or bool(self._unconfirmed))

    def open(self, session: Session, on_message: Callable[[str, bytes], None]) -> bool:
        """Open the socket and send CONNECT; False when there is nobody."""
        client, broker = self._client, self._broker
        self._subscriptions = session.subscriptions
        if broker.username:
            client.username_pw_set(broker.username, broker.password)
        if session.will is not None:
            will = session.will
            client.will_set(will.topic, will.payload, will.qos, will.retain)
        client.on_connect = self._connected
        client.on_subscribe = self._subscribed
        client.on_publish = self._published
        client.on_disconnect = self._disconnected
        client.on_socket_open = _without_delay
        client.on_message = lambda _client, _data, message: on_message(
            message.topic, bytes(message.payload)
        )
        try:
            if broker.tls is not None:
                client.tls_set_context(_context(broker.tls))
            client.connect(broker.host, broker.port, self._keepalive_s)
        except OSError as error:
            self.fault = f"{broker.host}:{broker.port}: {error}"
            self.phase = _Phase.OVER
            return False
        return True

    def step(self, selector: selectors.BaseSelector, wake: socket.socket) -> bool:
        """Wait for something to happen and let the library handle it; False when it is over."""
        sock = self._client.socket()
        if sock is None or self.phase is _Phase.OVER:
            return False
        events = selectors.EVENT_READ | (selectors.EVENT_WRITE if self.backed_up else 0)
        selector.register(sock, events)
        try:
            pending = isinstance(sock, ssl.SSLSocket) and sock.pending() > 0
            ready = {key.fileobj: mask for key, mask in selector.select(0 if pending else 0.25)}
        finally:
            selector.unregister(sock)
        if wake in ready:
            with contextlib.suppress(BlockingIOError):
                wake.recv(4096)
        mask = ready.get(sock, 0)
        result = MQTTErrorCode.MQTT_ERR_SUCCESS
        if mask & selectors.EVENT_READ or pending:
            result = self._client.loop_read()
        if result == MQTTErrorCode.MQTT_ERR_SUCCESS and mask & selectors.EVENT_WRITE:
            result = self._client.loop_write()
        if result == MQTTErrorCode.MQTT_ERR_SUCCESS:
            result = self._client.loop_misc()
        if result != MQTTErrorCode.MQTT_ERR_SUCCESS and not self.fault:
            self.fault = paho.error_string(result)
        return result == MQTTErrorCode.MQTT_ERR_SUCCESS and self._client.socket() is not None

    def send(self, message: Message) -> None:
        """Give one message to the library, which writes it at once if the socket takes it."""
        info = self._client.publish(message.topic, message.payload, message.qos, message.retain)
        if message.qos and info.rc == MQTTErrorCode.MQTT_ERR_SUCCESS:
            self._unconfirmed.add(info.mid)

    def say_goodbye(self) -> None:
        """Send DISCONNECT, so that the broker forgets the will."""
        self._client.disconnect()

    def drop(self) -> None:
        """Close the socket, whatever state it is in."""
        self.phase = _Phase.OVER
        sock = self._client.socket()
        if sock is not None:
            sock.close()

    def _connected(
        self, client: paho.Client, _data: object, _flags: object, code: object, _props: object
    ) -> None:
        if getattr(code, "is_failure", False):
            self.fault = f"the broker refused the connection: {code}"
            self.phase = _Phase.OVER
        elif self._subscriptions:
            self.phase = _Phase.SUBSCRIBING
            client.subscribe(list(self._subscriptions))
        else:
            self.phase = _Phase.READY

    def _subscribed(
        self, _client: object, _data: object, _mid: int, codes: Sequence[object], _props: object
    ) -> None:
        for (topic, _qos), code in zip(self._subscriptions, codes, strict=False):
            if getattr(code, "value", 0) >= _REFUSED_FROM:
                self.fault = f"the broker refused the subscription to {topic}"
                self.phase = _Phase.OVER
                return
        self.phase = _Phase.READY

    def _published(
        self, _client: object, _data: object, mid: int, _code: object, _props: object
    ) -> None:
        self._unconfirmed.discard(mid)

    def _disconnected(
        self, _client: object, _data: object, _flags: object, code: object, _props: object
    ) -> None:
        self.fault = self.fault or str(code)
        self.phase = _Phase.OVER


def _without_delay(_client: object, _data: object, sock: object) -> None:
    # Small messages must not wait for the acknowledgement of the one before.
    if isinstance(sock, socket.socket):
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)


class _TlsSocket(ssl.SSLSocket):
    """A socket that the library would otherwise leave open when the broker is not trusted."""

    def do_handshake(self, block: bool = False) -> None:  # noqa: FBT001, FBT002
        try:
            super().do_handshake(block)
        except OSError:
            self.close()
            raise


def _context(tls: Tls) -> ssl.SSLContext:
    context = ssl.create_default_context(cafile=tls.ca_file or None)
    context.sslsocket_class = _TlsSocket
    if tls.certificate:
        context.load_cert_chain(tls.certificate, tls.key or None)
    return context
