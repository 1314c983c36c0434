"""`[[device]]` of plant.toml: where values are read."""

from plant.form import Form
from plant.plant import Device

PROTOCOLS = ("modbus-tcp", "sparkplug")

_DAY_S = 86_400.0


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
    return Device(
        id=device_id,
        protocol=protocol,
        host=form.text("host"),
        port=form.whole("port", 1, 65_535, 502),
        unit_id=form.whole("unit_id", 0, 255, 1),
        word_order=form.choice("word_order", ("big", "little"), "big"),
        timeout_s=form.number("timeout_s", 0.05, 30, 1.0),
        clock_offset_s=clock_offset_s,
    )
