from telemetry.course import Course


def test_a_live_course_begins_where_it_is_asked_to_and_goes_on_with_the_spool() -> None:
    course = Course.live(3, next_offset=5)
    assert (course.cursor, course.unsaid) == (3, 3)
    assert [course.is_history(offset) for offset in (3, 4, 5, 6)] == [True, True, False, False]


def test_a_live_course_does_not_begin_beyond_the_spool() -> None:
    assert Course.live(9, next_offset=5).cursor == 5


def test_all_of_a_late_course_is_a_backlog() -> None:
    assert Course.late(3).is_history(1 << 60)


def test_what_is_left_out_is_lost() -> None:
    course = Course.late(3)
    assert course.lost_before(3) is None
    assert course.lost_before(7) == (3, 6)
    course.said(7, 10)
    assert course.lost_before(8) is None


def test_so_many_records_may_be_ahead_of_what_is_committed() -> None:
    course = Course.late(0)
    for offset in range(4096):
        assert not course.full
        course.said(offset, 10)
    assert course.full
    course.committed(0)
    assert not course.full


def test_so_many_bytes_may_be_ahead() -> None:
    course = Course.late(0)
    for offset in range(8):
        assert not course.full
        course.said(offset, 1 << 20)
    assert course.full
    course.forget_what_is_ahead()
    assert not course.full


def test_what_is_live_is_not_held_back() -> None:
    course = Course.live(0, next_offset=0)
    for offset in range(5000):
        course.said(offset, 1 << 20)
    assert not course.full


def test_what_is_committed_need_not_be_said_and_is_not_lost() -> None:
    course = Course.late(3)
    course.committed(9)
    assert course.cursor == 10
    assert course.lost_before(10) is None
    course.committed(4)
    assert course.cursor == 10
