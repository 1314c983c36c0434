"""Each folder of tests/cases/plants is one broken plant: files laid over plants/demo.

`expected.txt` has the fault lines exactly as a person reads them; `removed.txt` names files that
the folder lacks. A bug report becomes one more folder.
"""

from pathlib import Path

import pytest

from firstout.plant_folder import check_files
from plant.errors import PlantError
from tests.demo_run import demo_files

CASES = sorted(Path("tests/cases/plants").iterdir())
_OURS = ("expected.txt", "removed.txt")


@pytest.mark.parametrize("case", CASES, ids=[case.name for case in CASES])
def test_every_fault_is_named(case: Path) -> None:
    expected = (case / "expected.txt").read_text("utf-8").splitlines()

    with pytest.raises(PlantError) as refused:
        check_files(laid_over_demo(case))

    assert str(refused.value).splitlines() == expected


def laid_over_demo(case: Path) -> dict[str, str]:
    files = dict(demo_files())
    for path in sorted(case.rglob("*")):
        if path.is_file() and path.name not in _OURS:
            files[path.relative_to(case).as_posix()] = path.read_text("utf-8")
    removed = case / "removed.txt"
    for name in removed.read_text("utf-8").split() if removed.exists() else ():
        del files[name]
    return files
