"""What a criterion's data file requires, as answers carry it."""

from typing import Any, Literal

from api.models.compliance import EffectAsked, Figure, RequirementOut
from api.routes.plants import text
from compliance.criterion import (
    AnyOf,
    DeclaredAttribute,
    DeclaredRelation,
    MonitoredLimits,
    Requirement,
    RunningCondition,
    ValidEvidence,
    WhileProducing,
    WorkingInterlock,
)
from plant.role import ROLES

_Kind = Literal[
    "limits", "interlock", "evidence", "running_condition", "relation", "attribute", "any"
]
_KINDS: dict[type, _Kind] = {
    MonitoredLimits: "limits",
    WorkingInterlock: "interlock",
    ValidEvidence: "evidence",
    RunningCondition: "running_condition",
    DeclaredRelation: "relation",
    DeclaredAttribute: "attribute",
    AnyOf: "any",
}
_NOTHING: dict[str, Any] = {
    "name": None,
    "role": None,
    "unit": None,
    "levels": [],
    "figures": [],
    "effects": [],
    "within_s": None,
    "for_s": None,
    "record": None,
    "within_days": None,
    "proof_test_days": None,
    "calibration_days": None,
    "alternatives": [],
}


def shown(item: Requirement) -> RequirementOut:
    """Give one requirement with those inside it."""
    said = {
        **_NOTHING,
        "kind": _KINDS[type(item)],
        "while_producing": isinstance(item.during, WhileProducing),
        "basis": item.basis,
        "rule": item.rule,
        **_own(item),
    }
    return RequirementOut.model_validate(said)


def _own(item: Requirement) -> dict[str, Any]:
    match item:
        case MonitoredLimits():
            days = item.calibration_days
            return {**_role(item.role), **_limits(item), "calibration_days": days}
        case RunningCondition():
            return {**_role(item.role), **_limits(item), "for_s": item.for_s}
        case WorkingInterlock():
            return {
                **_role(item.role),
                "levels": [item.level.value],
                "effects": [
                    EffectAsked(role=role, name=text(ROLES[role].name), state=state)
                    for role, state in item.effects
                ],
                "within_s": item.within_s,
                "proof_test_days": item.proof_test_days,
            }
        case ValidEvidence():
            return {
                "name": text(item.name),
                "record": item.type,
                "within_days": item.within_days,
            }
        case DeclaredRelation() | DeclaredAttribute():
            return {"name": text(item.name)}
        case AnyOf():
            return {"alternatives": [[shown(each) for each in way] for way in item.alternatives]}


def _role(role: str) -> dict[str, Any]:
    found = ROLES[role]
    return {"role": role, "name": text(found.name), "unit": found.unit}


def _limits(item: MonitoredLimits | RunningCondition) -> dict[str, Any]:
    return {
        "levels": [level.value for level in item.levels],
        "figures": [Figure(level=level.value, value=value) for level, value in item.figures],
    }
