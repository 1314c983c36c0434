"""Options and arguments that several commands share, and what a shell may complete them with."""

from pathlib import Path
from typing import Annotated

import typer

VAR = Path("var")

Data = Annotated[
    Path,
    typer.Option("--data", envvar="FIRSTOUT_DATA", help="Folder of the journal and the rest."),
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON document for programs.")]
PlantFolder = Annotated[Path, typer.Argument(help="Plant folder.", file_okay=False)]
