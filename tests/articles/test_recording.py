from hypothesis import given
from hypothesis import strategies as st

from helpcenter.articles.coverage import after_typo
from helpcenter.articles.recording import hashes_of, record
from helpcenter.content import matter

TEXT = "---\ntitle: T\ntranslates:\n  a: 11111111\n\n  b: x\nupdated: 2026-11-01\n---\nBody\n"


def recorded(text: str) -> object:
    value = matter.split(text, "f.md").matter.value
    assert isinstance(value, dict)
    return {str(k): str(v) for k, v in value.get("translates", {}).items()}


def test_records_take_the_place_of_the_old_ones() -> None:
    written = record(TEXT, {"": "12345678", "no": "1e234567", "水": "abcdef01"})
    assert written == (
        '---\ntitle: T\ntranslates:\n  "": "12345678"\n  "no": "1e234567"\n  "水": abcdef01\n'
        "updated: 2026-11-01\n---\nBody\n"
    )
    assert record(TEXT, {}) == "---\ntitle: T\nupdated: 2026-11-01\n---\nBody\n"


@given(
    st.dictionaries(
        st.from_regex(r"[a-z0-9水-]{0,6}", fullmatch=True),
        st.from_regex(r"[0-9a-f]{8}", fullmatch=True),
    )
)
def test_whatever_is_recorded_is_read_back(hashes: dict[str, str]) -> None:
    assert recorded(record(TEXT, hashes)) == hashes or not hashes
    bare = TEXT.replace("translates:\n  a: 11111111\n\n  b: x\n", "")
    assert recorded(record(bare, hashes)) == hashes


def test_a_typo_carries_over_what_was_current_only() -> None:
    found = after_typo(
        {"a": "1", "b": "0", "gone": "9"}, {"a": "1", "b": "2"}, {"a": "5", "b": "6"}
    )
    assert found == {"a": "5", "b": "0", "gone": "9"}


def test_hashes_are_those_of_the_library() -> None:
    assert list(hashes_of("---\ntitle: T\nsummary: S\n---\nLead\n\n## A {#a}\n")) == ["", "a"]
