import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.audit.report.embedding import content_security_policy, json_for_html, visible


@given(
    st.recursive(
        st.text() | st.integers() | st.none(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner)
    )
)
def test_data_come_back_as_they_went_in(data: object) -> None:
    assert json.loads(json_for_html(data)) == data


@given(st.text(alphabet="<>&/!-\u2028\u2029script"))
def test_no_character_of_data_means_anything_to_html(text: str) -> None:
    assert not set("<>&\u2028\u2029") & set(json_for_html(text))


def test_the_policy_names_what_the_file_holds_and_forbids_the_rest() -> None:
    policy = content_security_policy(["a{}"], ["b()", ""])
    assert policy == (
        "default-src 'none'; base-uri 'none'; form-action 'none'; "
        "style-src 'sha256-X1RutGBrXCt9KkSaXMK7tHftWiRscFHOhxsS8tv8hBk='; "
        "script-src 'sha256-cf242PFc/kb7xD0Qzhsmd9vvRkc+cWFmbi+k+YvtdKc=' "
        "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
    )


@pytest.mark.parametrize(
    ("text", "shown"),
    [("plain\ttext\n", "plain\ttext\n"), ("a\u202eb", "a[U+202E]b"), ("\x00\x9f", "[U+0000][U+009F]"), ("é", "é")],
)
def test_control_characters_and_marks_of_direction_are_shown(text: str, shown: str) -> None:
    assert visible(text) == shown
