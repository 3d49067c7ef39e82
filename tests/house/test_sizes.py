"""Small files and functions are a budget (DESIGN §10)."""

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "helpcenter").rglob("*.py")) + sorted((ROOT / "scripts").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 50


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


@pytest.mark.parametrize("path", SOURCES, ids=name)
def test_a_source_file_and_its_functions_stay_small(path: Path) -> None:
    text = path.read_text("utf-8")
    assert len(text.splitlines()) <= FILE_LINES, "split the file by what it is about"
    assert long_functions(text) == [], "split the function by what it does"


def test_test_files_stay_small() -> None:
    long = {name(p): n for p in TESTS if (n := len(p.read_text("utf-8").splitlines())) > 600}
    assert long == {}, f"test files stay under {TEST_FILE_LINES} lines"


def test_init_files_are_empty() -> None:
    filled = [name(p) for p in (ROOT / "helpcenter").rglob("__init__.py") if p.stat().st_size]
    assert filled == [], "importing a room must not import its insides"


def long_functions(text: str) -> list[str]:
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
