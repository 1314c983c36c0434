"""A small OPC UA server in a process of its own: `python -m tests.peers.asyncua_plc OPTIONS`.

It reads one JSON command a line and answers each with a line. Its nodes can be written and its
method be called by anybody, and it counts who does.
"""

import asyncio
import json
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from asyncua import Server, ua
from asyncua.crypto.permission_rules import User, UserRole
from asyncua.server.user_managers import PermissiveUserManager

URI = "urn:test:plc"
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_POLICIES = {
    "none": ua.SecurityPolicyType.NoSecurity,
    "sign": ua.SecurityPolicyType.Basic256Sha256_Sign,
    "sign_and_encrypt": ua.SecurityPolicyType.Basic256Sha256_SignAndEncrypt,
}


class Users(PermissiveUserManager):
    def __init__(self, passwords: dict[str, str]) -> None:
        self._passwords = passwords

    def get_user(self, _iserver, username=None, password=None, certificate=None):  # noqa: ARG002
        if self._passwords and self._passwords.get(username) != password:
            return None
        return User(role=UserRole.Admin)


class Plc:
    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self._server = Server(user_manager=Users(options.get("passwords", {})))
        self._index = 0
        self.calls = 0

    async def start(self) -> None:
        server, options = self._server, self._options
        await server.init()
        server.set_endpoint(f"opc.tcp://127.0.0.1:{options['port']}/plc")
        if options.get("certificate"):
            await server.set_application_uri(options["application"])
            await server.load_certificate(Path(options["certificate"]))
            await server.load_private_key(Path(options["key"]))
        server.set_security_policy([_POLICIES[name] for name in options["security"]])
        server.set_identity_tokens([ua.AnonymousIdentityToken, ua.UserNameIdentityToken])
        for uri in options.get("namespaces_before", ()):
            await server.register_namespace(uri)
        self._index = await server.register_namespace(URI)
        folder = await server.nodes.objects.add_folder(
            ua.NodeId("Furnace", self._index), ua.QualifiedName("Furnace", self._index)
        )
        self._folder = folder
        method = ua.NodeId("Stop", self._index)
        await folder.add_method(method, f"{self._index}:Stop", self._called, [], [])
        for name, (kind, value) in options["nodes"].items():
            await self.do(add=name, kind=kind, value=value)
        await server.start()

    async def stop(self) -> None:
        await self._server.stop()

    def _called(self, _parent: ua.NodeId) -> list[ua.Variant]:
        self.calls += 1
        return []

    async def do(self, **command: Any) -> Any:  # noqa: C901 - one case a command
        """Do what a command says; the answer goes back as JSON."""
        match command:
            case {"add": name}:
                variant = _variant(command)
                node = ua.NodeId(name, self._index)
                variable = await self._folder.add_variable(
                    node, ua.QualifiedName(name, self._index), variant
                )
                await variable.set_writable()
            case {"remove": name}:
                node = self._server.get_node(ua.NodeId(name, self._index))
                await self._server.delete_nodes([node])
            case {"set": name}:
                await self._set(name, command)
            case {"burst": name}:
                for value in command["values"]:
                    await self._set(name, {**command, "value": value})
            case {"storm": rounds}:
                for value in range(1, rounds + 1):
                    for name in self._options["nodes"]:
                        await self._set(
                            name,
                            {"kind": "Double", "value": float(value), "source": value * 10**9},
                        )
                    await asyncio.sleep(0)
            case {"get": name}:
                return await self._server.get_node(ua.NodeId(name, self._index)).read_value()
            case {"count": "calls"}:
                return self.calls
        return None

    async def _set(self, name: str, command: dict[str, Any]) -> None:
        source = command.get("source")
        value = ua.DataValue(
            _variant(command),
            ua.StatusCode(command.get("status", 0)),
            None if source is None else _EPOCH + timedelta(microseconds=source // 1000),
        )
        await self._server.write_attribute_value(ua.NodeId(name, self._index), value)


def _variant(command: dict[str, Any]) -> ua.Variant:
    kind = command["kind"]
    return ua.Variant(command["value"], None if kind is None else ua.VariantType[kind])


async def _main() -> None:
    plc = Plc(json.loads(sys.argv[1]))
    await plc.start()
    print("listening", flush=True)  # noqa: T201 - the test waits for it
    while line := await asyncio.to_thread(sys.stdin.readline):
        print(json.dumps(await plc.do(**json.loads(line))), flush=True)  # noqa: T201
    await plc.stop()


if __name__ == "__main__":
    asyncio.run(_main())
