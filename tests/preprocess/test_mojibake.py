import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.preprocess.mojibake import repair_mojibake


@pytest.mark.parametrize(
    ("broken", "repaired"),
    [
        ("donâ€™t", "don’t"),
        ("cafÃ© au lait", "café au lait"),
        ("5 Âµg", "5 µg"),
        ("ðŸ˜€ fine", "😀 fine"),
        ("<p>naÃ¯ve</p>\n<p>日本 stays</p>", "<p>naïve</p>\n<p>日本 stays</p>"),
        ("â€œfirstâ€\x9d>日本", "“first”>日本"),
    ],
)
def test_text_decoded_with_the_wrong_encoding_is_repaired(broken: str, repaired: str) -> None:
    assert repair_mojibake(broken) == repaired


@pytest.mark.parametrize(
    "text", ["plain", "café – “quoted”… 5 µg ×2", "naïve façade", "α-Synuclein, Ångström", "日本語"]
)
def test_sound_text_is_left_alone(text: str) -> None:
    assert repair_mojibake(text) == text


@given(st.text(st.characters(max_codepoint=127)))
def test_ascii_is_left_alone(text: str) -> None:
    assert repair_mojibake(text) == text
