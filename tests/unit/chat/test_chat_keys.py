import re
from uuid import UUID

from hypothesis import given
from hypothesis import strategies as st

from app.chat import hash_token, new_id, new_token, same


def test_a_token_has_256_bits_and_fits_a_header_and_an_address():
    tokens = {new_token() for _ in range(1000)}
    assert len(tokens) == 1000
    assert all(re.fullmatch(r"[A-Za-z0-9_-]{43}", token) for token in tokens)


def test_a_token_is_known_by_its_fingerprint_alone():
    token = new_token()
    assert same(token, hash_token(token))
    assert not same(new_token(), hash_token(token))
    assert not same(token, token)
    assert not same("", hash_token(token))
    assert re.fullmatch(r"[0-9a-f]{64}", hash_token(token))
    assert hash_token("abc") == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"


@given(st.text(), st.text())
def test_whatever_is_sent_as_a_token_is_answered(token, hashed):
    assert same(token, hash_token(token))
    assert not same(token, hashed)


def test_half_a_surrogate_is_no_key():
    assert not same("\ud800", "\udfff")


def test_ids_sort_by_the_time_they_were_made():
    first = new_id()
    while (later := new_id())[:13] == first[:13]:  # until the next millisecond
        pass
    assert first < later
    assert UUID(first).version == 7
    assert str(UUID(first)) == first
    assert len({new_id() for _ in range(10_000)}) == 10_000
