"""The page of the demonstration plant lists the lessons that are played."""

from pathlib import Path

from simulators.lessons import LESSONS

PAGE = Path("docs/reference/demo-plant.md")


def test_every_lesson_stands_in_the_page_in_order() -> None:
    rows = [
        line for line in PAGE.read_text("utf-8").splitlines() if line[:3].strip("| ").isdigit()
    ]

    assert rows == [
        f"| {minute} | {lesson.title.en} | {lesson.title.zh} |"
        for minute, lesson in enumerate(LESSONS, start=1)
    ]
