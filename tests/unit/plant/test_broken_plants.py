"""Each folder of tests/cases/plants is one broken plant, laid over tests/cases/sound_plant.

`expected.txt` has the fault lines exactly as a person reads them; `tests/plant_files.py` says how
a case changes the sound plant. A bug report becomes one more folder.
"""

from pathlib import Path

import pytest

from plant.errors import PlantError
from tests.plant_files import CASES, checked, laid_over_sound, sound_files

ALL = sorted(CASES.iterdir())


def test_the_plant_they_are_laid_over_is_sound() -> None:
    assert checked(sound_files()).id == "demo"


@pytest.mark.parametrize("case", ALL, ids=[case.name for case in ALL])
def test_every_fault_is_named(case: Path) -> None:
    expected = (case / "expected.txt").read_text("utf-8").splitlines()

    with pytest.raises(PlantError) as refused:
        checked(laid_over_sound(case))

    assert str(refused.value).splitlines() == expected
