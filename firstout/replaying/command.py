"""The `replay` command: opens what it is given, prints each change and the summary."""

import json
import sys
from collections.abc import Collection, Iterator
from pathlib import Path
from typing import TextIO

from rich.progress import Progress as Bar

from firstout import clock
from firstout.plant_folder import criteria, read_files
from firstout.replaying.aligned_text import AlignedText
from firstout.replaying.columns import read_map
from firstout.replaying.lines import KINDS, Teller
from firstout.replaying.oddities import Oddities, Oddity
from firstout.replaying.replay import Progress, Replay, Until, is_inputs
from firstout.replaying.summary import Summary, Tally
from firstout.terminal import err
from journal.entry import Draft
from plant.errors import RecordingError
from plant.moment import SECOND, from_text, seconds


def replay(
    folder: Path,
    recording: Path,
    out: TextIO,
    *,
    mapped: Collection[str] = (),
    only: Collection[str] = (),
    about: str = "",
    until: str = "",
    as_json: bool = False,
    summary: bool = True,
) -> None:
    """Judge `recording` for the plant in `folder`, and print what changed on `out`.

    Raises:
        PlantError: the folder is no plant.
        RecordingError: the recording cannot be used; what was judged until then is printed.
    """
    unknown = [kind for kind in only if kind not in KINDS]
    if unknown:
        raise RecordingError(f"--only {unknown[0]}: accepted: {', '.join(KINDS)}")
    oddities = Oddities()
    act = Replay(read_files(folder), criteria(), oddities)
    began = clock.monotonic_s()
    if is_inputs(recording):
        if mapped or until:
            raise RecordingError(
                "--map and --until are for tables; recorded inputs are judged as they were"
            )
        progress, drafts = act.of_inputs(recording)
    else:
        progress, drafts = act.of_table(recording, read_map(list(mapped)), read_until(until))
    tally, teller, text = Tally(), Teller(), AlignedText(act.plant)
    if not as_json:
        out.write(text.head + "\n")
    for draft in _shown(drafts, progress):
        line = teller.tell(draft)
        if line is None:
            continue
        tally.add(line)
        if (not only or draft.kind in only) and about in draft.subject:
            out.write((line.as_json() if as_json else text.row(line)) + "\n")
    if summary:
        oddities.note(Oddity.SILENT, tally.silences, tally.first_silence)
        end = Summary(progress, tally, oddities, clock.monotonic_s() - began)
        told = (
            [json.dumps(end.as_json(), ensure_ascii=False)]
            if as_json
            else ["", *end.text(text.time)]
        )
        out.write("\n".join(told) + "\n")


def _shown(drafts: Iterator[Draft], progress: Progress) -> Iterator[Draft]:
    """Show on standard error how far the replay is, where a person looks at it."""
    if not err.is_terminal or progress.until <= progress.first:
        yield from drafts
        return
    with Bar(console=err, transient=True, redirect_stdout=sys.stdout.isatty()) as bar:
        task = bar.add_task("回放 replay", total=(progress.until - progress.first) / SECOND)
        progress.watch = lambda: bar.update(
            task, completed=(progress.now - progress.first) / SECOND
        )
        yield from drafts


def read_until(text: str) -> Until:
    """Read `--until`: a moment, or `+SECONDS` after the last sample; empty is the last sample.

    Raises:
        RecordingError: it is neither.
    """
    try:
        if not text:
            return Until()
        if text.startswith("+"):
            return Until(after_last=seconds(float(text)))
        return Until(at=from_text(text))
    except (ValueError, OverflowError) as error:
        raise RecordingError(
            f"--until {text}: accepted: 2026-11-24T08:00:00+08:00, or +60 for 60 s after the "
            "last sample"
        ) from error
