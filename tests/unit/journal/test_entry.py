import dataclasses
import hashlib

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from journal.entry import GENESIS, Draft, Head, chained, parsed_body
from plant.errors import JournalError

WORDS = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1)


def draft(**changed) -> Draft:
    made = Draft("node", "gw1", 1_500_000_000, 2_000_000_000, "monitor", {"state": "online"})
    return dataclasses.replace(made, **changed)


def test_first_entry_follows_the_zeros():
    made, text = chained(draft(), "demo", GENESIS)
    assert made.seq == 1
    assert made.previous_hash == "0" * 64
    assert made.time == "1970-01-01T00:00:01.500000Z"
    assert made.known_at == "1970-01-01T00:00:02.000000Z"
    assert text == '{"state":"online"}'


@given(
    WORDS, WORDS, WORDS, st.dictionaries(st.text(st.characters(exclude_categories=["Cs"])), WORDS)
)
def test_hash_is_sha256_of_the_canonical_whole(kind, subject, actor, body):
    made, text = chained(
        draft(kind=kind, subject=subject, actor=actor, body=body), "demo", Head(7, "ab" * 32)
    )
    fields = {**vars(made)}
    fields.pop("hash")
    assert hashlib.sha256(rfc8785.dumps(fields)).hexdigest() == made.hash
    assert parsed_body(text) == body


def test_body_is_what_the_journal_says_not_what_was_drafted():
    made, _ = chained(draft(body={"value": 1.0, "pair": (1, 2)}), "demo", GENESIS)
    assert repr(made.body) == "{'pair': [1, 2], 'value': 1}"


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"kind": ""}, "the kind is empty"),
        ({"subject": ""}, "the subject is empty"),
        ({"actor": "a\x00b"}, "the actor .* zero character"),
        ({"time": 10**30}, "time is no moment"),
        ({"known_at": 10**30}, "known_at is no moment"),
        ({"body": {"x": float("nan")}}, r"node gw1: body\.x cannot be written"),
        ({"body": {"x": 2**60}}, r"body\.x .* write it as text"),
        ({"body": ["no", "object"]}, "no JSON object"),
    ],
)
def test_refuses_a_draft_that_cannot_be_written_exactly(changed, said):
    with pytest.raises(JournalError, match=said):
        chained(draft(**changed), "demo", GENESIS)


def test_refuses_a_body_that_is_no_json():
    with pytest.raises(JournalError, match="no JSON"):
        parsed_body("{")
