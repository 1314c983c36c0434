"""Law: whatever the cells of a table say, it is fed in order or refused in a sentence."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from firstout.replaying.feed import Feed
from firstout.replaying.oddities import Oddities
from firstout.replaying.table import RecordedTable
from monitor.compiled import compile_plant
from monitor.inputs import Samples
from plant.errors import RecordingError
from plant.quality import Quality
from tests.small_plant import analog, plant_of, switch

PLANT = plant_of([analog("a"), switch("s")])
GOOD_TIMES = [f"{1_795_478_400 + second}" for second in range(4)]
ODD_TIMES = [
    "1795478400500",
    "5",
    "-1",
    "soon",
    "1e30",
    "nan",
    "9999-12-31T00:00:00Z",
    "0001-01-01T00:00:00Z",
]
TIMES = st.sampled_from([*GOOD_TIMES, "2026-11-24T08:00:00+08:00", "", *ODD_TIMES])
CELLS = st.sampled_from(["", "0", "1", "2.5", "-1e999", "NaN", "true", "x", "good", "a", "s", "é"])
HEADS = st.sampled_from(
    [
        ("time", "a", "s"),
        ("time", "a", "a"),
        ("known_at", "time", "a"),
        ("time", "source_time", "a"),
        ("time", "signal", "value"),
        ("time", "signal", "value", "quality"),
    ]
)


@given(data=st.data(), head=HEADS)
@settings(max_examples=150, deadline=None)
def test_any_table_is_fed_in_order_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, head: tuple[str, ...]
) -> None:
    cells = [TIMES if name in ("time", "known_at", "source_time") else CELLS for name in head]
    rows = data.draw(st.lists(st.tuples(*cells), max_size=6))
    path = tmp_path_factory.getbasetemp() / "odd.csv"
    path.write_text("\n".join(",".join(row) for row in [head, *rows]) + "\n", "utf-8")
    odd = Oddities()
    try:
        table = RecordedTable(path, PLANT, {}, odd)
    except RecordingError:
        return
    first = table.survey.first

    inputs = list(Feed(compile_plant(PLANT), odd).inputs(table.chunks(), first, first + 10**10))

    known = [given.known_at for given in inputs]
    assert known == sorted(known)
    for item in inputs:
        if isinstance(item, Samples):
            usable = item.quality <= Quality.UNCERTAIN
            assert (np.isfinite(item.values) == usable).all()
            assert (item.times <= item.known_at).all()
