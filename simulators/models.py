"""Which physical model each kind of equipment has. Pure."""

from collections.abc import Callable, Mapping

from plant.plant import Plant
from simulators.burner import Burner
from simulators.caster import Caster
from simulators.cooling_circuit import CoolingCircuit
from simulators.design import Design
from simulators.furnace_top import FurnaceTop
from simulators.gas_line import GasLine
from simulators.process import Process
from simulators.room_air import RoomAir

_MODELS: Mapping[str, Callable[[Design, int], Process]] = {
    "deep_well_caster": lambda _, seed: Caster.started(seed),
    "steel_furnace": lambda design, _: CoolingCircuit.started(design),
    "melting_furnace": lambda design, _: CoolingCircuit.started(design),
    "blast_furnace": lambda design, _: FurnaceTop.started(design),
    "gas_main": lambda design, _: GasLine.started(design),
    "burner": lambda design, _: Burner.started(design),
    "gas_area_room": lambda _, __: RoomAir(),
    "electrolyte_store": lambda _, __: RoomAir(),
}


def started(plant: Plant, equipment: str, seed: int) -> Process | None:
    """Give an equipment's process at rest; None for a kind that has no model."""
    start = _MODELS.get(plant.equipment_by_id[equipment].kind)
    return None if start is None else start(Design(plant, equipment), seed)
