"""The sandbox stands alone, and only commands start it (DESIGN §3)."""

import ast
from pathlib import Path

import pytest

PACKAGE = Path(__file__).parents[2] / "helpcenter"
ROOM = PACKAGE / "sandbox"


def imported(path: Path) -> set[str]:
    """The modules of our own that a file imports."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
    return {name for name in found if name.split(".")[0] == "helpcenter"}


@pytest.mark.parametrize(
    "path", sorted(p.relative_to(PACKAGE) for p in ROOM.rglob("*.py")), ids=str
)
def test_the_sandbox_imports_nothing_else_of_ours(path: Path) -> None:
    assert {
        name for name in imported(PACKAGE / path) if not name.startswith("helpcenter.sandbox")
    } == set()


def test_only_commands_import_the_sandbox() -> None:
    others = [
        path
        for path in PACKAGE.rglob("*.py")
        if not path.is_relative_to(ROOM) and not path.is_relative_to(PACKAGE / "cli")
    ]
    assert others
    users = [path for path in others for name in imported(path) if "helpcenter.sandbox" in name]
    assert users == []
