import pytest

from historian.embedded.frame import HEAD_SIZE, framed, frames, has_frame

BODIES = [b"one", b"", b"three" * 100]
LOG = b"".join(framed(body) for body in BODIES)


def bodies(log: bytes) -> list[bytes]:
    return [bytes(frame.body) for frame in frames(log, 0)]


def test_whole_frames_are_read_back_with_their_places() -> None:
    found = list(frames(LOG, 1000))

    assert [bytes(frame.body) for frame in found] == BODIES
    assert [frame.end - frame.start for frame in found] == [HEAD_SIZE + len(b) for b in BODIES]
    assert (found[0].start, found[-1].end) == (1000, 1000 + len(LOG))


def test_a_log_torn_anywhere_gives_the_frames_before() -> None:
    ends = [frame.end for frame in frames(LOG, 0)]
    for length in range(len(LOG) + 1):
        assert bodies(LOG[:length]) == BODIES[: sum(end <= length for end in ends)]


@pytest.mark.parametrize("place", [0, 3, 4, 7, 8, 15, HEAD_SIZE, HEAD_SIZE + 2])
@pytest.mark.parametrize("bit", [1, 128])
def test_one_wrong_bit_ends_the_log(place: int, bit: int) -> None:
    damaged = bytearray(LOG)
    damaged[place] ^= bit

    assert bodies(bytes(damaged)) == []


def test_zeros_that_a_power_cut_left_are_no_frames() -> None:
    assert bodies(LOG + bytes(4096)) == BODIES
    assert not has_frame(bytes(4096))


def test_a_whole_frame_is_found_behind_damage_and_half_a_frame_is_none() -> None:
    assert has_frame(b"damage" + framed(b"whole") + b"rest")
    assert has_frame(framed(b"torn")[:-1] + framed(b"whole"))
    assert not has_frame(framed(b"torn")[:-1])
