"""Whatever a person leaves in a plant folder, the answer is a plant or a list of faults."""

from collections.abc import Mapping
from contextlib import suppress

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from plant.doubts import doubts
from plant.errors import PlantError
from tests.large_plant import large_plant
from tests.plant_files import checked, sound_files

_NAME = 'name = { zh = "例", en = "Example" }'
_MORE = f"""
[[subject]]
id = "chief"
kind = "person"
{_NAME}
duty = "front_line"

[[suppression]]
id = "start"
{_NAME}
while = {{ signal = "c0.flow", below = 4 }}
limits = ["c0.flow:L"]
max_s = 120
"""


def everything() -> Mapping[str, str]:
    """Give a small plant in which every table and column has something."""
    files = large_plant(20)
    files["plant.toml"] += _MORE
    files["evidence/start.toml"] = sound_files()["evidence/start.toml"].replace("caster-1", "c0")
    files["evidence/start.toml"] = files["evidence/start.toml"].replace("mould-water", "water-c0")
    files["evidence/start.toml"] = files["evidence/start.toml"].replace("metal-level", "water-c1")
    return files


FILES = everything()

many = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_the_plant_is_sound_before() -> None:
    assert doubts(checked(FILES)) == []


@many
@given(st.data())
def test_a_piece_is_replaced_by_junk(data: st.DataObject) -> None:
    files = dict(FILES)
    name = data.draw(st.sampled_from(sorted(files)))
    text = files[name]
    first = data.draw(st.integers(0, len(text)))
    last = data.draw(st.integers(first, min(len(text), first + 200)))
    junk = data.draw(st.text(alphabet='\r\n",[]{}=#\x00é水1.', max_size=5))
    files[name] = text[:first] + junk + text[last:]
    with suppress(PlantError):  # and no other error
        doubts(checked(files))


_WORDS = ("", "c0", "c0.flow", "c1.mean", "c0.gate", "1", "0", "-1e9", "nan", "STATE", "HH", "水")
_CALLS = ('"sum(c0.flow, c1.mean)"', '"count(c0.gate, 10)"', '"mean(c1.mean, c1.mean)"')


@many
@given(st.data())
def test_a_cell_says_something_else(data: st.DataObject) -> None:
    files = dict(FILES)
    name = data.draw(st.sampled_from(["signals.csv", "limits.csv"]))
    rows = files[name].splitlines()
    at = data.draw(st.integers(1, len(rows) - 1))
    cells = rows[at].split(",")
    column = data.draw(st.integers(0, len(cells) - 1))
    cells[column] = data.draw(st.sampled_from([*_WORDS, *_CALLS]))
    rows[at] = ",".join(cells)
    files[name] = "\n".join(rows)
    with suppress(PlantError):
        doubts(checked(files))


@many
@given(st.data())
def test_a_value_is_of_another_type(data: st.DataObject) -> None:
    files = dict(FILES)
    rows = files["plant.toml"].splitlines()
    given_at = [at for at, row in enumerate(rows) if " = " in row]
    at = data.draw(st.sampled_from(given_at))
    values = ["1", "-1", "true", '""', '"c0"', '"c0.flow"', "[]", '["c0.flow:L"]', "{}", "[{}]"]
    key = rows[at].partition(" = ")[0]
    rows[at] = f"{key} = {data.draw(st.sampled_from(values))}"
    files["plant.toml"] = "\n".join(rows)
    with suppress(PlantError):
        doubts(checked(files))
