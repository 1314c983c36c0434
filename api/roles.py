"""Who may do what: the roles, and the sets of roles that routes are declared with."""

from enum import StrEnum


class Role(StrEnum):
    """What a person or program is to the plant."""

    OPERATOR = "operator"
    SAFETY_ENGINEER = "safety_engineer"
    PLANT_MANAGER = "plant_manager"
    DISTRICT_REGULATOR = "district_regulator"
    CITY_REGULATOR = "city_regulator"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"


READERS = frozenset(Role)
"""Everybody with an account may see what is so."""

ACKNOWLEDGERS = frozenset({Role.OPERATOR, Role.SAFETY_ENGINEER, Role.PLANT_MANAGER})
"""Those who answer for the plant at the moment of an alarm."""

CHANGERS = frozenset({Role.SAFETY_ENGINEER, Role.PLANT_MANAGER})
"""Those who may have a changed plant folder taken in, agree to it, or state a standstill."""

VERIFIERS = frozenset(
    {
        Role.SAFETY_ENGINEER,
        Role.DISTRICT_REGULATOR,
        Role.CITY_REGULATOR,
        Role.AUDITOR,
        Role.ADMINISTRATOR,
    }
)
"""Those who may have the whole chain of the journal walked (it costs the server work)."""
