"""What else a plant folder can say, read over the sound plant."""

from plant.doubts import doubts
from plant.interlock import Cause, Effect, OnBad, Reset
from plant.plant import Plant
from plant.subject import Subject, SubjectKind
from plant.suppression import Condition
from tests.large_plant import large_plant
from tests.plant_files import checked, sound_files

_NAME = 'name = { zh = "例", en = "Example" }'


def with_toml(added: str = "", *changes: tuple[str, str], evidence: str = "") -> Plant:
    files = dict(sound_files())
    for old, new in changes:
        assert old in files["plant.toml"]
        files["plant.toml"] = files["plant.toml"].replace(old, new, 1)
    files["plant.toml"] += added
    files["evidence/start.toml"] += evidence
    return checked(files)


def test_the_defaults_of_an_interlock() -> None:
    interlock = with_toml().interlock_by_id["mould-water"]

    assert (interlock.armed, interlock.reset, interlock.sil) == ("", Reset.MANUAL, 0)
    assert not interlock.effects_in_normal_use
    assert interlock.causes[0] == Cause(("caster-1.water_flow:LL",), 1, OnBad.REMOVE)


def test_everything_an_interlock_can_say() -> None:
    files = dict(sound_files())
    files["signals.csv"] += (
        "armed,caster-1,interlock.armed,投用,Armed,,,,1,5,mould-plc,discrete:9,,,,,,,,,,,,,,,,\n"
    )
    files["plant.toml"] = (
        files["plant.toml"]
        .replace(
            '{ limit = "caster-1.water_flow:LL" }',
            '{ limits = ["caster-1.water_flow:LL", "caster-1.water_temperature:HH", '
            '"caster-1.outlet_level:HH"], voting = "2oo3", on_bad = "vote" }',
        )
        .replace(
            '{ signal = "caster-1.drain_open", state = 1, within_s = 3.0 }',
            '{ role = "emergency_drain.open", state = 1 }',
        )
        .replace(
            "# 3-month",
            '\narmed = "armed"\nreset = "auto"\nsil = 2\neffects_in_normal_use = true # 3-month',
        )
    )

    plant = checked(files)
    interlock = plant.interlock_by_id["mould-water"]

    assert interlock.causes[0].voting == "2oo3"
    assert interlock.causes[0].on_bad is OnBad.VOTE
    assert interlock.effects[1] == Effect("", 1, 0.0, "emergency_drain.open")
    assert (interlock.armed, interlock.reset, interlock.sil) == ("armed", Reset.AUTO, 2)
    assert interlock.effects_in_normal_use
    assert interlock.feedbacks == ("caster-1.gate_closed",)
    [note] = doubts(plant)
    assert note == (
        "plant.toml: interlock mould-water, effect emergency_drain.open: has no feedback "
        "signal; that it follows cannot be proven"
    )


def test_suppressions() -> None:
    plant = with_toml(
        f'[[suppression]]\nid = "start"\n{_NAME}\n'
        'while = { signal = "caster-1.water_flow", below = 4 }\n'
        'limits = ["caster-1.water_flow:L"]\nmax_s = 120\n'
        f'[[suppression]]\nid = "locked"\n{_NAME}\n'
        'while = { signal = "caster-1.lock_locked", state = 0 }\n'
        'limits = ["caster-1.outlet_level:L", "caster-1.outlet_level:H"]\nmax_s = 600\n'
    )

    start, locked = plant.suppressions

    assert start.condition == Condition("caster-1.water_flow", below=4)
    assert (start.limits, start.max_s) == (("caster-1.water_flow:L",), 120)
    assert locked.condition == Condition("caster-1.lock_locked", state=0)


def test_subjects_and_relations() -> None:
    plant = with_toml(
        f'[[equipment]]\nid = "pit"\nkind = "drain_pot"\n{_NAME}\nproduces_with = ["caster-1"]\n'
        'industry = "steel"\n'
        f'[[subject]]\nid = "chief"\nkind = "person"\n{_NAME}\nduty = "smelting_leader"\n',
        ('industries = ["aluminium"]', 'industries = ["aluminium", "steel"]'),
        ('furnace = "fixed"', 'furnace = "fixed"\nindustry = "aluminium"'),
    )

    [chief] = plant.declared_subjects
    pit = plant.subject_by_id["pit"]

    assert isinstance(chief, Subject)
    assert (chief.kind, chief.attributes) == (SubjectKind.PERSON, (("duty", "smelting_leader"),))
    assert (pit.industries, pit.relations) == (("steel",), (("produces_with", ("caster-1",)),))
    assert list(plant.subject_by_id) == ["demo", "caster-1", "pit", "chief"]
    assert plant.subject_by_id["demo"].kind is SubjectKind.ENTERPRISE


def test_the_only_industry_is_that_of_all_equipment() -> None:
    assert with_toml().equipment_by_id["caster-1"].industry == "aluminium"


def test_a_known_clock_offset() -> None:
    plant = with_toml("", ("timeout_s = 0.5", "timeout_s = 0.5\nclock_offset_s = 1.5"))

    assert plant.device_by_id["mould-plc"].clock_offset_s == 1.5


def test_records() -> None:
    def record(name: str, more: str) -> str:
        return f'\n[[evidence]]\nid = "{name}"\nsubject = "{name}"\n{_NAME}\n{more}\n'

    plant = with_toml(
        evidence=record("caster-1", 'type = "calibration"\ndays_before = 3\nvalid_days = 30')
        + record("demo", 'type = "calibration"\ndays_before = 3\nok = false')
        + record(
            "mould-water",
            'type = "proof_test"\nperformed = 2026-05-01T08:00:00+08:00\n'
            "valid_until = 2026-08-01T08:00:00+08:00",
        )
        + record(
            "caster-1.water_flow",
            'type = "not_applicable"\ndays_before = 1\ncriterion = "aluminium-4"',
        )
    )

    records = {item.id: item for item in plant.evidence}

    assert records["caster-1"].valid_days == 30
    assert [records[name].ok for name in ("caster-1", "demo")] == [True, False]
    assert records["mould-water"].valid_until == "2026-08-01T08:00:00+08:00"
    assert records["caster-1.water_flow"].criterion == "aluminium-4"


def test_signals_reported_by_exception_and_frozen_ones() -> None:
    files = dict(sound_files())
    row = "{},caster-1,launder.level,测,Measured,mm,0,300,1,5,mould-plc,input:{}:float32"
    row += ",,,,,,,,,,,,,,,{},{}\n"
    files["signals.csv"] += row.format("a", 20, 60, "b") + row.format("b", 22, "", "node")

    signals = checked(files).signal_by_id

    assert (signals["a"].frozen_s, signals["a"].life) == (60, "b")
    assert (signals["b"].frozen_s, signals["b"].life) == (0, "node")


def test_a_suppression_of_what_trips_an_interlock_is_noted() -> None:
    text = (
        f'[[suppression]]\nid = "start"\n{_NAME}\n'
        'while = { signal = "caster-1.water_flow", below = 4 }\n'
        'limits = ["caster-1.water_flow:L", "caster-1.water_flow:LL"]\nmax_s = 120\n'
    )

    [note] = doubts(with_toml(text))
    assert note == (
        "plant.toml: suppression start: holds back the alarm of caster-1.water_flow:LL, by which "
        "interlock mould-water trips"
    )
    assert doubts(with_toml(text.replace(', "caster-1.water_flow:LL"', ""))) == []


def test_a_large_plant_is_sound() -> None:
    plant = checked(large_plant(400))

    assert len(plant.signals) == 400
    assert len(plant.devices) == 2
    assert len(plant.interlocks) == 40
    assert len(plant.limit_by_id) == 40 * 23
    assert doubts(plant) == []
