"""`[[device]]` of plant.toml: where values are read."""

import re

from plant.form import Form
from plant.plant import Device

PROTOCOLS = ("modbus-tcp", "opcua", "sparkplug")
SECURITY = ("none", "sign", "sign_and_encrypt")

_DAY_S = 86_400.0
_ENDPOINT = re.compile(r"opc\.tcp://([A-Za-z0-9.-]+|\[[0-9A-Fa-f:.]+\])(?::([0-9]{1,5}))?(/\S*)?")
_OPC_PORT = 4840


def read_device(form: Form) -> Device:
    """Read one device; which keys it has depends on its protocol."""
    device_id = form.id("id")
    protocol = form.choice("protocol", PROTOCOLS)
    clock_offset_s = form.number("clock_offset_s", -_DAY_S, _DAY_S, 0.0)
    if protocol == "sparkplug":
        return Device(
            id=device_id,
            protocol=protocol,
            node=form.id("node"),
            sparkplug_device=form.text("device", ""),
            clock_offset_s=clock_offset_s,
        )
    timeout_s = form.number("timeout_s", 0.05, 30, 1.0)
    if protocol == "opcua":
        host, port, path = _read_endpoint(form)
        return Device(
            id=device_id,
            protocol=protocol,
            host=host,
            port=port,
            path=path,
            security=form.choice("security", SECURITY),
            user=form.text("user", ""),
            timeout_s=timeout_s,
            clock_offset_s=clock_offset_s,
        )
    return Device(
        id=device_id,
        protocol=protocol,
        host=form.text("host"),
        port=form.whole("port", 1, 65_535, 502),
        unit_id=form.whole("unit_id", 0, 255, 1),
        word_order=form.choice("word_order", ("big", "little"), "big"),
        byte_order=form.choice("byte_order", ("big", "little"), "big"),
        timeout_s=timeout_s,
        clock_offset_s=clock_offset_s,
    )


def _read_endpoint(form: Form) -> tuple[str, int, str]:
    url = form.text("url")
    match = _ENDPOINT.fullmatch(url)
    port = int(match[2] or _OPC_PORT) if match is not None else 0
    if match is None or not 1 <= port <= 65_535:
        if url:
            form.fault("url", f"is {url!r}", "opc.tcp://HOST:PORT/PATH, the path if there is one")
        return "", 0, ""
    return match[1], port, match[3] or ""
