"""Plants: what they consist of, and their gateways."""

from fastapi import APIRouter

from api.identity import ByReader
from api.judging import Judged
from api.models.document import Text
from api.models.plant import AreaOut, EquipmentOut, NodeOut, PlantNow, PlantOut, Plants, SubjectOut
from api.parameters import Identifier
from api.problem import not_found
from api.services import Injected, Services
from plant.equipment_kind import EQUIPMENT_KINDS
from plant.name import Name
from plant.plant import Plant

router = APIRouter(prefix="/api/v1", tags=["plants"])


@router.get("/plants", operation_id="listPlants")
def list_plants(_: ByReader, services: Injected) -> Plants:
    """List the plants this server answers for."""
    state = services.judged()
    nodes = _nodes(services, state)
    return Plants(items=[_plant(services.plant, nodes)], judging=state.as_model())


@router.get("/plants/{plant}", operation_id="getPlant")
def get_plant(plant: Identifier, _: ByReader, services: Injected) -> PlantNow:
    """Give one plant: its areas, its equipment, what is judged in it, and its gateways."""
    demand_plant(plant, services)
    state = services.judged()
    found = _plant(services.plant, _nodes(services, state))
    return PlantNow(**dict(found), judging=state.as_model())


def demand_plant(plant: str, services: Services) -> None:
    """Answer 404 for a plant that is not this server's."""
    if plant != services.plant.id:
        raise not_found(Name("装置", "plant"))


def _nodes(services: Services, state: Judged) -> list[NodeOut]:
    """A gateway that nobody hears is not known to be online."""
    return [
        NodeOut(id=row["id"], state="unknown" if state.stale else row["state"], since=row["since"])
        for row in services.reader.nodes()
    ]


def _plant(plant: Plant, nodes: list[NodeOut]) -> PlantOut:
    equipment = [
        EquipmentOut(
            id=item.id,
            kind=item.kind,
            kind_name=text(EQUIPMENT_KINDS[item.kind].name),
            name=text(item.name),
            industry=item.industry,
            area=item.area or None,
            attributes=dict(item.attributes),
        )
        for item in plant.equipment
    ]
    return PlantOut(
        id=plant.id,
        version=plant.version,
        name=text(plant.name),
        enterprise=text(plant.enterprise),
        district=text(plant.district),
        industries=list(plant.industries),
        time_zone=plant.time_zone,
        simulated=plant.simulated,
        areas=[AreaOut(id=area.id, name=text(area.name)) for area in plant.areas],
        equipment=equipment,
        subjects=[
            SubjectOut(id=item.id, kind=item.kind.value, name=text(item.name))
            for item in plant.subjects
        ],
        nodes=nodes,
    )


def text(name: Name) -> Text:
    """Give a name as answers carry it."""
    return Text(zh=name.zh, en=name.en)
