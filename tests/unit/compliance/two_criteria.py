"""Two criteria of a caster, by which the demonstration plant passes when it is calm."""

from functools import cache

from compliance.criterion import Criterion
from compliance.read_criterion import read_criterion
from firstout.judge import Judge
from tests.caster_run import caster_plant

_HEAD = """
id = "{id}"
title = {{ zh = "题", en = "title" }}
section = 2
item = {item}
order10 = "5"
order10_basis = "standard"
rule_version = "Order 10 (2023-05-15)"

[asks]
zh = "要求"
en = "asks"

[applies_to]
kinds = ["deep_well_caster"]
"""

_LIMITS = """
[[requires]]
kind = "limits"
role = "{role}"
levels = {levels}
basis = "standard"
"""

_INTERLOCK = """
[[requires]]
kind = "interlock"
role = "{role}"
level = "{level}"
basis = "standard"
[[requires.effects]]
role = "fast_gate.closed"
state = 1
[[requires.effects]]
role = "emergency_drain.open"
state = 1
"""

_WATER_TEST = """
[[requires]]
kind = "evidence"
type = "emergency_water_test"
name = { zh = "应急冷却水流量试验记录", en = "flow test of the emergency cooling water" }
within_days = 31
basis = "default"
"""


@cache
def two_criteria() -> tuple[Criterion, Criterion]:
    level = _HEAD.format(id="level", item=2)
    for role in ("furnace.outlet_level", "launder.level"):
        level += _LIMITS.format(role=role, levels='["LL", "HH"]')
        level += "".join(_INTERLOCK.format(role=role, level=side) for side in ("LL", "HH"))
    water = _HEAD.format(id="water", item=4)
    for role in ("mould.water_pressure", "mould.water_flow"):
        water += _LIMITS.format(role=role, levels='["LL", "L"]')
        water += _INTERLOCK.format(role=role, level="LL")
    water += _LIMITS.format(role="mould.water_temperature", levels='["H", "HH"]') + _WATER_TEST
    return read_criterion("level.toml", level), read_criterion("water.toml", water)


@cache
def two_criteria_judge() -> Judge:
    """Give a judge of the demonstration plant; it holds no memory, so tests may share it."""
    return Judge(caster_plant(), two_criteria())
