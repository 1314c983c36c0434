from simulators.controller import RESET_AFTER, Controller, Trip, step

FLOW = Trip("flow", high=False, set_point=160.0, healthy=180.0)
LEVEL = Trip("level", high=True, set_point=180.0, healthy=165.0)
WELL = {"flow": 200.0, "level": 150.0}


def _after(
    controller: Controller, ms: int, values: dict[str, float], *, bypassed: bool = False
) -> Controller:
    for _ in range(ms // 50):
        controller = step(controller, (FLOW, LEVEL), values, 50, bypassed=bypassed)
    return controller


def test_a_value_at_the_limit_trips_and_both_valves_reach_their_ends_in_time() -> None:
    seen: dict[str, int] = {}
    controller = _after(Controller(), 1000, WELL)
    for ms in range(50, 1500, 50):
        controller = step(controller, (FLOW, LEVEL), {**WELL, "flow": 160.0}, 50, bypassed=False)
        for name in ("tripped", "gate_closed_switch", "drain_open_switch"):
            if getattr(controller, name):
                seen.setdefault(name, ms)

    assert seen["tripped"] <= 100
    assert 600 <= seen["gate_closed_switch"] <= 700
    assert 800 <= seen["drain_open_switch"] <= 900


def test_values_inside_the_limits_never_trip() -> None:
    controller = _after(Controller(), 10_000, {"flow": 160.1, "level": 179.9})

    assert not controller.tripped
    assert (controller.gate_open, controller.drain_open) == (1.0, 0.0)


def test_a_trip_is_latched_until_the_process_has_been_well_for_a_while() -> None:
    controller = _after(Controller(), 1000, {**WELL, "level": 180.0})
    controller = _after(controller, 60_000, {**WELL, "flow": 170.0})  # no trip, but not well
    assert controller.tripped
    controller = _after(controller, RESET_AFTER - 500, WELL)
    assert controller.tripped
    controller = _after(controller, 200, {**WELL, "flow": 175.0})  # begins to count anew
    controller = _after(controller, RESET_AFTER - 500, WELL)
    assert controller.tripped
    controller = _after(controller, 1600, WELL)

    assert not controller.tripped
    assert (controller.gate_open, controller.drain_open) == (1.0, 0.0)


def test_feedback_is_off_while_a_valve_travels_back() -> None:
    controller = _after(Controller(), 2000, {**WELL, "level": 300.0})
    assert controller.gate_closed_switch
    controller = _after(controller, RESET_AFTER + 100, WELL)

    assert not controller.gate_closed_switch
    assert 0 < controller.gate_open < 1


def test_the_bypass_inhibits_a_trip_but_undoes_none() -> None:
    bypassed = _after(Controller(), 5000, {**WELL, "flow": 0.0}, bypassed=True)
    assert not bypassed.tripped
    tripped = _after(bypassed, 200, {**WELL, "flow": 0.0})
    assert tripped.tripped
    assert _after(tripped, 5000, {**WELL, "flow": 0.0}, bypassed=True).tripped


def test_it_scans_every_100_ms_only() -> None:
    controller = step(Controller(), (FLOW,), {"flow": 200.0}, 50, bypassed=False)

    between = step(controller, (FLOW,), {"flow": 0.0}, 50, bypassed=False)
    at_scan = step(between, (FLOW,), {"flow": 0.0}, 50, bypassed=False)

    assert (between.tripped, at_scan.tripped) == (False, True)
