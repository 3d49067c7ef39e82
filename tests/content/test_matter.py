import pytest

from helpcenter.content.matter import split
from helpcenter.content.problems import ContentError


def test_matter_and_body_know_their_lines() -> None:
    document = split("---\ntitle: Tea\nn: 2\n---\n\nHot.\n---\nStill body.\n", "tea.md")
    assert document.matter.value == {"title": "Tea", "n": 2}
    assert document.matter.line(("n",)) == 3
    assert document.body == "\nHot.\n---\nStill body.\n"
    assert document.body_line == 5


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "is empty"),
        ("  \n\n", "is empty"),
        ("# Tea\n", "does not begin"),
        ("\n---\ntitle: x\n---\n", "does not begin"),
        ("---\ntitle: x\n", "never closed"),
        ("---", "never closed"),
    ],
)
def test_a_file_without_front_matter_is_told_what_to_do(text: str, says: str) -> None:
    with pytest.raises(ContentError, match=says) as caught:
        split(text, "tea.md")
    assert str(caught.value).startswith("tea.md:1: no_front_matter: ")


def test_a_fault_in_the_yaml_stands_on_the_files_line() -> None:
    with pytest.raises(ContentError, match=r"tea\.md:3: yaml: .*tab"):
        split("---\ntitle: x\n\tbad: y\n---\n", "tea.md")
