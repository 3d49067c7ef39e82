"""Documentation that can go stale is read by a test."""

import re
from pathlib import Path

import pytest
import typer.main

from helpcenter.cli.main import app

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in [*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"), *ROOT.glob("*/README.md")]
    if ".venv" not in path.parts
)


def test_every_command_is_documented_and_no_other() -> None:
    page = (ROOT / "docs" / "commands.md").read_text("utf-8")
    documented = set(
        re.findall(
            r"^\| `helpcenter ([a-z-]+(?: (?:test|eval|add|list|revoke|password|remove|replay|"
            r"markdown|zendesk|unmatched))?)",
            page,
            re.MULTILINE,
        )
    )
    assert documented == set(verbs())


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.relative_to(ROOT).as_posix())
def test_local_links_lead_somewhere(page: Path) -> None:
    text = re.sub(r"^```.*?^```$", "", page.read_text("utf-8"), flags=re.MULTILINE | re.DOTALL)
    text = re.sub(r"`[^`\n]*`", "", text)
    targets = re.findall(r"\]\((?!https?:|mailto:|#)([^)#\s]+)", text)
    assert [t for t in targets if not (page.parent / t).exists()] == []


def test_the_map_names_every_room() -> None:
    readme = (ROOT / "README.md").read_text("utf-8")
    rooms = [p.name for p in (ROOT / "helpcenter").iterdir() if (p / "__init__.py").exists()]
    assert [room for room in rooms if f"  {room}/" not in readme] == []


def verbs() -> list[str]:
    """List the verbs as the command line knows them, groups spelled out."""
    found = []
    for name, command in typer.main.get_command(app).commands.items():  # type: ignore[attr-defined]
        inner = getattr(command, "commands", None)
        found += [f"{name} {sub}" for sub in inner] if inner else [name]
    return found
