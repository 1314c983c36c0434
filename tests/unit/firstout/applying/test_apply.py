"""Taking in a changed folder: what is demanded of the request, and what follows in the record."""

import zlib
from collections.abc import Mapping

import pytest

from firstout.applying import apply
from firstout.applying.apply import Accepted, RefusedError
from firstout.judge import Judge
from firstout.plant_folder import LARGEST, check_files, criteria
from firstout.recording import Applied, decode_all, encode
from journal.canonical import canonical
from journal.entry import Draft
from tests.caster_run import CasterRun
from tests.plant_files import caster_files, caster_plant
from tests.small_plant import at

Files = Mapping[str, str]


def with_limit(files: Files, low_low: str = "150") -> dict[str, str]:
    """Give the folder with another flow LL."""
    before = ",,160,180,,"
    assert before in files["signals.csv"]
    return {**files, "signals.csv": files["signals.csv"].replace(before, f",,{low_low},180,,")}


def without_interlock(files: Files) -> dict[str, str]:
    """Give the folder without the metal-level interlock, and its record."""
    text = files["plant.toml"]
    first = text.index('[[interlock]]\nid = "metal-level"')
    rest = text.find("\n[[", first + 1)
    text = text[:first] + (text[rest:] if rest > 0 else "")
    evidence = {
        name: "[[evidence]]".join(
            part for part in body.split("[[evidence]]") if '"metal-level"' not in part
        )
        for name, body in files.items()
        if name.startswith("evidence/")
    }
    return {**files, "plant.toml": text, **evidence}


NAMED = {
    **caster_files(),
    "plant.toml": caster_files()["plant.toml"].replace(
        "Demonstration aluminium works", "Demo works"
    ),
}
LIMIT, LESS = with_limit(caster_files()), without_interlock(caster_files())
FAULTY = with_limit(caster_files(), "190")
OTHER = {
    **caster_files(),
    "plant.toml": caster_files()["plant.toml"].replace('id = "demo"', 'id = "other"'),
}


def ask(folder: Files = LIMIT, **changed: object) -> Accepted:
    body = apply.body(folder, caster_plant().version, "a new pump", "u_2") | changed
    return apply.accept(caster_plant(), "u_1", body, at(10))


def test_what_is_asked_is_recorded_as_it_was_accepted() -> None:
    accepted = ask()
    assert accepted.plant.version == check_files(LIMIT).version
    applied = accepted.applied
    assert (applied.base, applied.reason) == (caster_plant().version, "a new pump")
    assert (applied.requester, applied.approver) == ("u_1", "u_2")
    assert list(decode_all(encode(applied), "x")) == [applied]


def test_an_old_record_of_the_first_version_is_read() -> None:
    old = b'{"record":"applied","version":"abc","known_at":5}\n'
    data = len(old).to_bytes(4, "big") + zlib.crc32(old).to_bytes(4, "big") + old
    assert list(decode_all(data, "x")) == [Applied("abc", 5)]


def test_another_text_needs_nobody_else() -> None:
    assert ask(NAMED, approver="").applied.approver == ""


@pytest.mark.parametrize(
    ("changed", "code"),
    [
        ({"base": "0" * 64}, "stale_base"),
        ({"approver": "u_1"}, "same_person"),
        ({"approver": ""}, "approval_missing"),
        ({"approver": None}, "invalid_request"),
        ({"files": None}, "invalid_request"),
        ({"files": {"plant.toml": 5}}, "invalid_request"),
        ({"reason": " "}, "reason_missing"),
        ({"reason": "x" * 501}, "reason_missing"),
        ({"files": dict(caster_files())}, "same_version"),
        ({"files": OTHER}, "other_plant"),
        ({"files": {"plant.toml": "x" * (LARGEST + 1)}}, "too_large"),
    ],
)
def test_what_is_not_in_order_is_refused(changed: dict[str, object], code: str) -> None:
    with pytest.raises(RefusedError) as refused:
        ask(**changed)
    answer = refused.value.answer()
    assert (answer["ok"], answer["code"]) == (False, code)
    assert isinstance(answer["message"], dict)
    assert all(answer["message"].values())


def test_a_folder_with_faults_is_refused_with_all_of_them() -> None:
    with pytest.raises(RefusedError) as refused:
        ask({**FAULTY, "stray.txt": ""})
    faults = refused.value.answer()["faults"]
    assert isinstance(faults, list)
    assert len(faults) == 2
    assert any("signals.csv" in fault for fault in faults)


def test_a_measured_signal_keeps_its_unit() -> None:
    """Values in the old unit may be under way from the gateway's spool."""
    before = "Mould water inlet flow,m3/h,"
    assert before in caster_files()["signals.csv"]
    other = caster_files()["signals.csv"].replace(before, "Mould water inlet flow,L/s,")
    with pytest.raises(RefusedError) as refused:
        ask({**caster_files(), "signals.csv": other})
    [fault] = refused.value.faults
    assert fault.startswith(
        "signals.csv: signal caster-1.water_flow, unit: was m3/h and is L/s now"
    )
    assert fault.endswith("accepted: the same unit, or another id")


# --- what follows in the record -----------------------------------------------------------------


class ChangedRun(CasterRun):
    """A demonstration plant that takes in another folder while it runs."""

    def take_in(self, files: Files, second: float) -> list[Draft]:
        body = apply.body(files, self.judge.plant.version, "why", "u_2")
        accepted = apply.accept(self.judge.plant, "u_1", body, at(second))
        following = Judge(accepted.plant, criteria())
        self.memory, drafts = apply.take_in(self.judge, self.memory, accepted.applied, following)
        self.judge = following
        self.drafts += drafts
        return drafts


def kinds(drafts: list[Draft]) -> list[str]:
    return [draft.kind for draft in drafts]


def test_the_entry_says_who_why_and_what() -> None:
    run = ChangedRun()
    run.run(0.5, 2)
    base = run.judge.plant.version
    [entry] = run.take_in(LIMIT, 2.2)
    assert (entry.kind, entry.actor, entry.subject) == ("plant", "u_1", run.judge.plant.version)
    body = dict(entry.body)
    assert (body["base"], body["reason"]) == (base, "why")
    assert (body["requester"], body["approver"]) == ("u_1", "u_2")
    assert body["files"] == LIMIT
    assert body["difference"] == [
        {
            "kind": "limit",
            "id": "caster-1.water_flow:LL",
            "field": "set_point",
            "old": 160.0,
            "new": 150.0,
            "safety": True,
        }
    ]
    canonical(entry.body)
    assert run.run(2.5, 6) == []


def test_the_new_set_point_counts() -> None:
    run = ChangedRun()
    run.run(0.5, 2)
    run.take_in(LIMIT, 2.2)
    run.set(water_flow=155)
    run.run(2.5, 4)
    [tripped] = run.bodies("alarm", "caster-1.water_flow:low")
    assert tripped["level"] == "L"


def test_what_is_removed_is_settled_and_verdicts_follow() -> None:
    run = ChangedRun()
    run.run(0.5, 2)
    run.set(bypass=1)
    run.run(2.5, 6)
    assert run.bodies("alarm", "metal-level:bypass")[-1]["active"]
    drafts = run.take_in(LESS, 6.2)
    assert kinds(drafts)[0] == "plant"
    [bypass] = [d.body for d in drafts if (d.kind, d.subject) == ("bypass", "metal-level")]
    assert bypass["event"] == "off"
    alarm = [d.body for d in drafts if (d.kind, d.subject) == ("alarm", "metal-level:bypass")][-1]
    assert not alarm["active"]
    assert alarm["acknowledged"]
    state = [d.body for d in drafts if (d.kind, d.subject) == ("interlock", "metal-level")]
    assert [body["state"] for body in state] == ["unknown"]
    assert "evidence" not in kinds(drafts)  # its records are known
    after = run.run(6.5, 12)
    assert not any(d.subject.startswith("metal-level") for d in after)
    assert run.bodies("alarm", "mould-water:bypass")[-1]["active"]


def test_a_new_record_is_taken_in_once() -> None:
    run = ChangedRun()
    run.run(0.5, 2)
    file = next(name for name in caster_files() if name.startswith("evidence/"))
    first = caster_files()[file].split("[[evidence]]")[1]
    identifier = first.split('id = "')[1].split('"')[0]
    more = caster_files()[file] + "\n[[evidence]]" + first.replace(f'"{identifier}"', '"one-more"')
    drafts = run.take_in({**caster_files(), file: more}, 2.2)
    assert [d.subject for d in drafts if d.kind == "evidence"] == ["one-more"]


def test_replay_goes_through_the_change() -> None:
    live = ChangedRun()
    live.run(0.5, 2)
    live.set(bypass=1, water_flow=155)
    live.run(2.5, 6)
    body = apply.body(LESS, live.judge.plant.version, "why", "u_2")
    accepted = apply.accept(live.judge.plant, "u_1", body, at(6.2))
    live.take_in(LESS, 6.2)
    live.run(6.5, 12)

    again = CasterRun()
    again.run(0.5, 2)
    again.set(bypass=1, water_flow=155)
    again.run(2.5, 6)
    [applied] = decode_all(encode(accepted.applied), "x")
    assert isinstance(applied, Applied)
    following = Judge(check_files(dict(applied.files or {})), criteria())
    again.memory, drafts = apply.take_in(again.judge, again.memory, applied, following)
    again.judge = following
    again.drafts += drafts
    again.run(6.5, 12)
    assert again.drafts == live.drafts
    assert again.judge.to_blocks(again.memory) == live.judge.to_blocks(live.memory)


def test_what_was_carried_over_is_put_away_and_taken_out() -> None:
    run = ChangedRun()
    run.run(0.5, 2)
    run.take_in(LESS, 2.2)
    blocks = run.judge.to_blocks(run.memory)
    assert run.judge.to_blocks(run.judge.from_blocks(blocks)) == blocks
