from telemetry.spool_pass import SpoolPass


def test_a_live_pass_begins_where_it_is_asked_to_and_goes_on_with_the_spool() -> None:
    spool_pass = SpoolPass.live(3, next_offset=5)
    assert (spool_pass.cursor, spool_pass.unsaid) == (3, 3)
    assert [spool_pass.is_history(offset) for offset in (3, 4, 5, 6)] == [True, True, False, False]


def test_a_live_pass_does_not_begin_beyond_the_spool() -> None:
    assert SpoolPass.live(9, next_offset=5).cursor == 5


def test_all_of_a_late_pass_is_a_backlog() -> None:
    assert SpoolPass.late(3).is_history(1 << 60)


def test_what_is_left_out_is_lost() -> None:
    spool_pass = SpoolPass.late(3)
    assert spool_pass.lost_before(3) is None
    assert spool_pass.lost_before(7) == (3, 6)
    spool_pass.said(7, 10)
    assert spool_pass.lost_before(8) is None


def test_so_many_records_may_be_ahead_of_what_is_committed() -> None:
    spool_pass = SpoolPass.late(0)
    for offset in range(4096):
        assert not spool_pass.full
        spool_pass.said(offset, 10)
    assert spool_pass.full
    spool_pass.committed(0)
    assert not spool_pass.full


def test_so_many_bytes_may_be_ahead() -> None:
    spool_pass = SpoolPass.late(0)
    for offset in range(8):
        assert not spool_pass.full
        spool_pass.said(offset, 1 << 20)
    assert spool_pass.full
    spool_pass.forget_what_is_ahead()
    assert not spool_pass.full


def test_what_is_live_is_not_held_back() -> None:
    spool_pass = SpoolPass.live(0, next_offset=0)
    for offset in range(5000):
        spool_pass.said(offset, 1 << 20)
    assert not spool_pass.full


def test_what_is_committed_need_not_be_said_and_is_not_lost() -> None:
    spool_pass = SpoolPass.late(3)
    spool_pass.committed(9)
    assert spool_pass.cursor == 10
    assert spool_pass.lost_before(10) is None
    spool_pass.committed(4)
    assert spool_pass.cursor == 10
