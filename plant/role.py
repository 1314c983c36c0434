"""The roles a signal can play at its equipment, and what is measured in each.

A criterion names roles, never signals, so one criterion fits every plant.
"""

from plant.catalogue import TRADES
from plant.catalogue.entry import Role

__all__ = ["ROLES", "WORKING", "Role"]

ROLES = {role.id: role for trade in TRADES for role in trade.ROLES}

# Roles that show, above 0, that work goes on: "not producing" beside one of them is a
# contradiction (architecture section 4, operating state).
WORKING = frozenset(
    {
        "casting.speed",
        "crane.loaded",
        "electrode.energised",
        "machine.running",
        "transfer.running",
    }
)
