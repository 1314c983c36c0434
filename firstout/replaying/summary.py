"""What a replay came to: how much was judged, what happened, and what was odd in the input."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

from firstout.replaying.lines import KINDS, Line
from firstout.replaying.oddities import Oddities
from firstout.replaying.replay import Progress
from plant.moment import SECOND, to_text


@dataclass(eq=False)
class Tally:
    """Counts lines as they are told, and keeps how verdicts and demands stand."""

    kinds: Counter[str] = field(default_factory=Counter)
    alarms: Counter[str] = field(default_factory=Counter)
    demands: dict[str, str] = field(default_factory=dict)
    verdicts: dict[str, str] = field(default_factory=dict)
    silences: int = 0
    first_silence: str = ""

    def add(self, line: Line) -> None:
        """Take in a line."""
        draft = line.draft
        self.kinds[draft.kind] += 1
        if draft.kind == "alarm" and draft.body["event"] == "trip":
            self.alarms[str(draft.body["priority"])] += 1
        elif draft.kind == "demand":
            self.demands[str(draft.body["demand"])] = line.after
        elif draft.kind == "verdict":
            self.verdicts[draft.subject] = line.after
        elif draft.kind == "quality" and line.after == "STALE":
            self.silences += 1
            self.first_silence = self.first_silence or f"{draft.subject}, {to_text(draft.time)}"


@dataclass(frozen=True)
class Summary:
    """The end of a replay, as text and as JSON."""

    progress: Progress
    tally: Tally
    oddities: Oddities
    took_s: float

    @property
    def span_s(self) -> float:
        """Seconds of the recording that were judged."""
        return (self.progress.now - self.progress.first) / SECOND

    def as_json(self) -> dict[str, object]:
        """Give the last line for programs."""
        progress, tally = self.progress, self.tally
        return {
            "kind": "summary",
            "recording": progress.form,
            "samples": progress.samples,
            "from": to_text(progress.first),
            "until": to_text(progress.now),
            "took_s": round(self.took_s, 3),
            "changes": {kind: tally.kinds[kind] for kind in KINDS if tally.kinds[kind]},
            "alarms": dict(sorted(tally.alarms.items())),
            "demands": dict(sorted(Counter(tally.demands.values()).items())),
            "verdicts": dict(sorted(Counter(tally.verdicts.values()).items())),
            "odd": [
                {
                    "what": what.name.lower(),
                    "zh": what.value.zh,
                    "en": what.value.en,
                    "count": noted.count,
                    "first": noted.first,
                }
                for what, noted in self.oddities.in_order()
            ],
        }

    def text(self, time: Callable[[int], str]) -> list[str]:
        """Give the lines for people; `time` writes a moment as the lines before do."""
        progress, tally = self.progress, self.tally
        ratio = self.span_s / self.took_s if self.took_s else 0.0
        span = f"{time(progress.first)} .. {time(progress.now)}"
        lines = [
            f"记录 recording: {progress.form}",
            f"样本 samples: {progress.samples}",
            f"时段 span: {span}, {self.span_s:.1f} s",
            f"用时 took: {self.took_s:.1f} s, {ratio:.0f} x 实时 real time",
            f"变化 changes: {_counts({k: tally.kinds[k] for k in KINDS})}",
            f"报警 alarms raised: {_counts(tally.alarms)}",
            f"联锁动作 demands: {_counts(Counter(tally.demands.values()))}",
            f"判定结果 verdicts at the end: {_counts(Counter(tally.verdicts.values()))}",
        ]
        for what, noted in self.oddities.in_order():
            lines.append(
                f"{what.value.zh} {what.value.en}: {noted.count}，首处 first: {noted.first}"
            )
        return lines


def _counts(counts: dict[str, int]) -> str:
    said = [f"{name} {count}" for name, count in counts.items() if count]
    return ", ".join(said) or "0"
