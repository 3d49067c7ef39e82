import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.content.problems import ContentError
from helpcenter.content.yaml import MAX_DEPTH, MAX_ENTRIES, load


def fault(text: str, first_line: int = 1) -> str:
    with pytest.raises(ContentError) as caught:
        load(text, "kettle.yaml", first_line)
    (problem,) = caught.value.problems
    return str(problem)


def test_plain_data_comes_with_the_lines_it_stands_on() -> None:
    loaded = load("tea:\n  kinds:\n    - oolong\n    - pu-erh\n  hot: true\n", "kettle.yaml")
    assert loaded.value == {"tea": {"kinds": ["oolong", "pu-erh"], "hot": True}}
    assert loaded.line(("tea", "kinds", 1)) == 4
    assert loaded.line(("tea", "hot")) == 5
    assert loaded.line(("tea", "kinds", 1, "absent")) == 4
    assert loaded.line(("absent",)) == 1


def test_lines_count_from_where_the_text_begins_in_its_file() -> None:
    assert load("a: 1\nb: 2\n", "kettle.yaml", first_line=10).line(("b",)) == 11
    assert fault("a: 1\na: 2\n", first_line=10).startswith("kettle.yaml:11: yaml: `a` stands here")


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("off: true", {"off": True}),
        ("yes: no", {"yes": "no"}),
        ("at: 12:30", {"at": "12:30"}),
        ("day: 2026-11-02", {"day": "2026-11-02"}),
        ("n: 007", {"n": "007"}),
        ("n: 7", {"n": 7}),
        ("n: -1.5", {"n": -1.5}),
        ("card: 4242424242424242", {"card": "4242424242424242"}),
        ("a:", {"a": None}),
        ("a: ''", {"a": ""}),
        ("a: 'true'", {"a": "true"}),
        ("a: 👩‍🍳 茶", {"a": "👩‍🍳 茶"}),
        ("", None),
    ],
)
def test_words_that_yaml_likes_to_change_stay_what_was_written(text: str, value: object) -> None:
    assert load(text, "kettle.yaml").value == value


@pytest.mark.parametrize(
    ("text", "line", "says"),
    [
        ("a: 1\nb:\n\tc: 2\n", 3, "tab"),
        ("a: 1\nb: 2\na: 3\n", 3, "`a` stands here twice, first on line 1"),
        ("a: &x 1\n", 1, "aliases"),
        ("a: 1\nb: *x\n", 2, "aliases"),
        ("a: !!python/object/apply:os.system [ls]\n", 1, "tags"),
        ("a: !secret x\n", 1, "tags"),
        ("a: 1\n---\nb: 2\n", 2, "one document"),
        ("? [a]\n: 1\n", 1, "key must be plain text"),
        ("a: b: c\n", 1, "quote text"),
        ("a: 'never closed\n\n\n", 4, "unexpected end"),
        ("a: ok\nb: bell\x07\n", 2, "control character"),
        ("[" * 500, 1, f"deeper than {MAX_DEPTH}"),
    ],
)
def test_a_fault_names_its_line_and_how_to_mend_it(text: str, line: int, says: str) -> None:
    message = fault(text)
    assert message.startswith(f"kettle.yaml:{line}: yaml: ")
    assert says in message


def test_a_bomb_is_refused_before_it_goes_off() -> None:
    bomb = "a: &a [x,x,x,x]\n" + "".join(
        f"{b}: &{b} [*{a},*{a},*{a},*{a}]\n" for a, b in zip("abcdefgh", "bcdefghi", strict=True)
    )
    assert "aliases" in fault(bomb)
    assert str(MAX_ENTRIES) in fault("- x\n" * (MAX_ENTRIES + 1))


@given(st.text())
def test_any_text_is_read_or_refused_on_a_line_of_the_file(text: str) -> None:
    try:
        load(text, "kettle.yaml")
    except ContentError as error:
        assert 1 <= error.problems[0].line <= text.count("\n") + 1  # noqa: PT017 - either may be
