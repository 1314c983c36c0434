"""Limits from signals.csv, limits.csv and [[redundant]], merged by signal."""

from plant.name import Name
from plant.plant import Plant
from plant.signal import NO_GUIDANCE, Guidance, Indicates, Level, Limit, LimitSource, Priority
from tests.plant_files import checked, sound_files

_NAME = 'name = { zh = "例", en = "Example" }'


def with_limits(table: str, toml: str = "") -> Plant:
    files = dict(sound_files())
    files["limits.csv"] = table
    files["plant.toml"] += toml
    return checked(files)


def test_a_row_may_refine_what_signals_csv_sets() -> None:
    before = checked(sound_files()).limit_by_id["caster-1.water_flow:LL"]
    plant = with_limits(
        "signal,level,set_point,latching,consequence_zh,consequence_en,action_zh,action_en,"
        "respond_s,basis,limit_source\n"
        "caster-1.water_flow,LL,,TRUE,爆炸,Explosion,停浇,Stop casting,30,Order 10 5(6),standard\n"
    )

    after = plant.limit_by_id["caster-1.water_flow:LL"]

    assert (before.set_point, before.latching, before.guidance) == (160, False, NO_GUIDANCE)
    assert after == Limit(
        signal="caster-1.water_flow",
        level=Level.LL,
        set_point=160,
        deadband=3,
        on_delay_s=0,
        off_delay_s=2,
        priority=Priority.CRITICAL,
        source=LimitSource.STANDARD,
        latching=True,
        basis="Order 10 5(6)",
        guidance=Guidance(
            consequence=Name("爆炸", "Explosion"),
            action=Name("停浇", "Stop casting"),
            respond_s=30,
        ),
    )


def test_a_row_may_set_a_limit_of_its_own() -> None:
    plant = with_limits(
        "signal,level,set_point,deadband,on_delay_s,off_delay_s,priority,indicates\n"
        "caster-1.water_flow,HH,280,5,1,4,low,instrument\n"
        "caster-1.water_flow,H,250,,,,,\n"
    )

    signal = plant.signal_by_id["caster-1.water_flow"]
    high, highest = signal.limits[2:]

    assert [limit.level for limit in signal.limits] == [Level.LL, Level.L, Level.H, Level.HH]
    assert (high.deadband, high.off_delay_s, high.priority) == (3, 2, Priority.HIGH)
    assert (highest.set_point, highest.deadband, highest.on_delay_s) == (280, 5, 1)
    assert (highest.off_delay_s, highest.priority) == (4, Priority.LOW)
    assert (high.indicates, highest.indicates) == (Indicates.PROCESS, Indicates.INSTRUMENT)


def test_a_rate_and_a_state() -> None:
    plant = with_limits(
        "signal,level,set_point,window_s\n"
        "caster-1.water_temperature,RATE,-5,600\n"
        "caster-1.lock_locked,STATE,0,\n"
    )

    rate = plant.limit_by_id["caster-1.water_temperature:RATE"]
    state = plant.limit_by_id["caster-1.lock_locked:STATE"]

    assert (rate.set_point, rate.window_s, rate.deadband, rate.off_delay_s) == (-5, 600, 0, 5)
    assert rate.priority is Priority.MEDIUM  # as the row's inner limits
    assert (state.set_point, state.deadband, state.passed_upwards) == (0, 0, False)
    assert plant.signal_by_id["caster-1.lock_locked"].limits == (state,)


def test_an_interlock_may_have_a_state_as_its_cause() -> None:
    files = dict(sound_files())
    files["limits.csv"] = "signal,level,set_point\ncaster-1.lock_locked,STATE,0\n"
    files["plant.toml"] = files["plant.toml"].replace(
        "caster-1.water_flow:LL", "caster-1.lock_locked:STATE"
    )

    assert "caster-1.lock_locked" in checked(files).interlock_by_id["mould-water"].cause_signals


def test_redundant_signals_get_a_deviation_limit_each() -> None:
    members = ("caster-1.outlet_level", "caster-1.launder_level")
    group = f'[[redundant]]\nid = "levels"\n{_NAME}\nsignals = ["{members[0]}", "{members[1]}"]\n'

    plain = with_limits("signal,level\n", group)
    said = with_limits(
        "signal,level\n", f'{group}deviation = 12.5\nfor_s = 5\npriority = "high"\n'
    )

    for member in members:
        limit = plain.limit_by_id[f"{member}:DEVIATION"]
        assert limit.group == members
        assert (limit.set_point, limit.on_delay_s) == (0.02 * 300, 30)
        assert limit.priority is Priority.MEDIUM
        limit = said.limit_by_id[f"{member}:DEVIATION"]
        assert (limit.set_point, limit.on_delay_s, limit.priority) == (12.5, 5, Priority.HIGH)


def test_a_table_of_settings_may_be_empty() -> None:
    assert with_limits("signal,level\n").signals == checked(sound_files()).signals
