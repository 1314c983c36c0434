"""What an interlock's changes say in the journal."""

from firstout.entries import of_change
from monitor.changes import DemandChange, InterlockChange
from plant.interlock import Cause, Effect
from tests.interlock_story import Story, voted
from tests.small_plant import at

VOTE = "2oo3(a:H b:H c:H)"


def story() -> Story:
    effects = (Effect("gate", 1, 3.0), Effect("", 1, 2.0, "emergency_drain.open"))
    story = Story(voted(Cause(("a:H", "b:H", "c:H"), 2), effects=effects))
    story.polls(0, 1)
    return story


def test_a_state_tells_how_its_causes_vote() -> None:
    told = story()
    told.fault(1.2, "b")
    draft = of_change(told.plant, told.of(InterlockChange)[-1], at(2))

    assert draft is not None
    assert draft.body["state"] == "degraded"
    assert draft.body["votings"] == [
        {"cause": VOTE, "designed": "2oo3", "effective": "2oo2", "tolerance": 0}
    ]


def test_a_demand_tells_its_sequence_and_what_cannot_be_proven() -> None:
    told = story()
    told.poll(1.2, key1=1)
    told.poll(1.5, a=100, c=100)
    told.poll(2, gate=1)
    draft = of_change(told.plant, told.last, at(2))

    assert draft is not None
    assert (draft.body["result"], draft.body["bypassed"]) == ("undetermined", True)
    assert draft.body["first_out"] == [VOTE]
    [cause] = draft.body["causes"]  # type: ignore[misc]
    assert (cause["members"], cause["rank"]) == (["a:H", "c:H"], 1)
    assert draft.body["effects"] == [
        {
            "signal": "gate",
            "feedback": True,
            "state": 1,
            "within_s": 3.0,
            "result": "ok",
            "response_s": [0.0, 0.8],
        },
        {
            "signal": "emergency_drain.open",
            "feedback": False,
            "state": 1,
            "within_s": 2.0,
            "result": "undetermined",
            "response_s": None,
        },
    ]


def test_a_spurious_trip_has_no_cause() -> None:
    told = story()
    told.polls(1.5, 4, gate=1)
    [change] = told.of(DemandChange)
    draft = of_change(told.plant, change, at(4))

    assert draft is not None
    assert (draft.body["result"], draft.body["causes"]) == ("spurious", [])
    assert draft.body["first_out"] == []
