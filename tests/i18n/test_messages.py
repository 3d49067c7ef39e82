"""Every sentence of templates and code is in every catalogue, and nothing else is."""

from collections.abc import Iterator
from functools import cache
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

ROOT = Path(__file__).parents[2]
CATALOGUES = sorted((ROOT / "i18n").glob("*/LC_MESSAGES/messages.po"))

METHODS = [
    ("**.py", "python"),
    ("**/templates/**.html", "jinja2"),
    ("**/templates/**.xml", "jinja2"),
    ("**/templates/**.txt", "jinja2"),
]
KEYWORDS: dict[str, tuple[int, ...] | None] = {
    "_": None,
    "N_": None,
    "gettext": None,
    "ngettext": (1, 2),
}

OWN_WORDS = "helpcenter/sandbox/"
"""The sandbox plays other people's software and carries its own words."""

MessageId = str | tuple[str, ...]


@cache
def used() -> dict[MessageId, str]:
    """Return every message in the code and where it stands."""
    found = extract_from_dir(
        ROOT / "helpcenter",
        METHODS,
        options_map={"**/templates/**": {"trimmed": "true", "silent": "false"}},
        keywords=KEYWORDS,
    )
    places = {
        message: f"helpcenter/{name}:{line}"
        for name, line, message, _, _ in found
        if not f"helpcenter/{name}".startswith(OWN_WORDS)
    }
    assert len(places) > 50
    return places


def read(path: Path) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=path.parts[-3], abort_invalid=True)


def missing(catalog: Catalog) -> Iterator[str]:
    for message, place in used().items():
        entry = catalog.get(message[0] if isinstance(message, tuple) else message)
        texts = entry.string if entry else ""
        filled = all(texts) if isinstance(texts, tuple | list) else texts
        if entry is None or entry.fuzzy or not filled:
            yield f"{place}: {message!r}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_every_message_is_translated(path: Path) -> None:
    assert sorted(missing(read(path))) == [], f"translate these in {path.relative_to(ROOT)}"


@pytest.mark.parametrize("path", CATALOGUES, ids=lambda path: path.parts[-3])
def test_no_message_is_left_over(path: Path) -> None:
    known = {message[0] if isinstance(message, tuple) else message for message in used()}
    ids = (message.id for message in read(path) if message.id)
    names = (name[0] if isinstance(name, tuple | list) else name for name in ids)
    assert [name for name in names if name not in known] == [], "nobody says these any more"


def test_there_is_a_catalogue_for_hong_kong() -> None:
    assert "zh_HK" in {path.parts[-3] for path in CATALOGUES}
