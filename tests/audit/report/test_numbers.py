import pytest

from pipeline.audit.report.numbers import percent, share_of, short_number


@pytest.mark.parametrize(
    ("share", "text"),
    [(0, "0%"), (0.0004, "<0.1%"), (0.012, "1.2%"), (0.25, "25%"), (0.996, "99.6%"), (0.9999, ">99.9%"), (1, "100%")],
)
def test_shares_are_never_rounded_to_nothing_or_all(share: float, text: str) -> None:
    assert percent(share) == text


@pytest.mark.parametrize(
    ("number", "text"),
    [(0, "0"), (9_999, "9,999"), (16_975, "17.0 k"), (128_075, "128 k"), (7_976_553, "7.98 M"), (12 * 10**9, "12.0 G")],
)
def test_numbers_are_short(number: int, text: str) -> None:
    assert short_number(number) == text


def test_a_share_of_nothing_is_nothing() -> None:
    assert (share_of(0, 0), share_of(1, 4)) == (0, 0.25)
