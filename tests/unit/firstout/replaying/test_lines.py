from compliance.operating import Declared
from firstout import entries
from firstout.replaying.lines import KINDS, Teller
from journal.operations import ENTRY_KINDS
from tests.small_plant import at

# What a replay makes itself, or what a person reads elsewhere: no change that follows from it.
NOT_TOLD = {"evidence", "lost", "plant", "monitor"}
NOT_JOURNALLED = {"limit", "quality"}


def test_every_entry_that_a_replay_can_give_has_a_line() -> None:
    assert set(KINDS) - NOT_JOURNALLED == set(ENTRY_KINDS) - NOT_TOLD


def test_a_stated_standstill_says_until_when_and_why() -> None:
    act = Declared("caster", producing=False, until=at(3600), reason="检修", actor="u_1")

    line = Teller().tell(entries.of_declared(act, at(0)))

    assert line is not None
    assert (line.draft.kind, line.draft.subject, line.after) == ("operating", "caster", "standing")
    assert "检修" in line.more
