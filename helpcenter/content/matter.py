"""Front matter: the YAML between two `---` lines at the top of a Markdown file."""

from dataclasses import dataclass

from helpcenter.content.problems import ContentError, Problem
from helpcenter.content.yaml import Loaded, load


@dataclass(frozen=True, slots=True)
class Document:
    """A file taken apart; `body_line` is the line (from 1) that the body begins on."""

    matter: Loaded
    body: str
    body_line: int


def split(text: str, file: str) -> Document:
    """Take front matter and body apart; raises `ContentError` when there is none."""
    lines = text.split("\n")
    if lines[0].rstrip() != "---":
        what = "is empty" if not text.strip() else "does not begin with `---`"
        message = f"the file {what}: put `title:` and the rest between two `---` lines at the top"
        raise ContentError([Problem(file, 1, "no_front_matter", message)])
    for number, line in enumerate(lines[1:], start=1):
        if line.rstrip() == "---":
            matter = load("\n".join(lines[1:number]), file, first_line=2)
            return Document(matter, "\n".join(lines[number + 1 :]), number + 2)
    message = "the front matter is never closed: put a line `---` after it"
    raise ContentError([Problem(file, 1, "no_front_matter", message)])
