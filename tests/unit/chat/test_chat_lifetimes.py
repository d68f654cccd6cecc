import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.chat import TTLS, seconds_of


@pytest.mark.parametrize(
    ("word", "seconds"),
    [
        ("1h", 3600),
        ("2h", 7200),
        ("8h", 28_800),
        ("1d", 86_400),
        ("1w", 604_800),
        ("1m", 2_592_000),
        ("1y", 31_622_400),
    ],
)
def test_the_lifetimes_of_the_protocol(word, seconds):
    assert TTLS[word] == seconds_of(word) == seconds_of(seconds) == seconds_of(f" {word.upper()} ")


def test_there_are_no_others():
    assert list(TTLS) == ["1h", "2h", "8h", "1d", "1w", "1m", "1y"]


@given(st.integers(60, 31_622_400))
def test_any_number_of_seconds_from_a_minute_to_a_year_will_do(seconds):
    assert seconds_of(seconds) == seconds_of(str(seconds)) == seconds


@pytest.mark.parametrize(
    "ttl",
    ["", "3d", "1 h", "soon", "59", 59, 0, -3600, 31_622_401, True, "1e5", "3600.0", "٣٦٠٠", "9" * 10_000, "１ｈ"],
)
def test_any_other_lifetime_is_refused_with_what_is_allowed(ttl):
    with pytest.raises(ValueError, match=r"^Choose how long the room lives: 1h, 2h, .* or 60 to 31,622,400 seconds\.$"):
        seconds_of(ttl)
