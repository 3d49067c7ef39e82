"""Small files and functions are a budget (DESIGN §10)."""

import ast
from pathlib import Path

ROOT = Path(__file__).parents[2]
SOURCES = sorted((ROOT / "helpcenter").rglob("*.py")) + sorted((ROOT / "scripts").rglob("*.py"))
TESTS = sorted((ROOT / "tests").rglob("*.py"))
FILE_LINES, TEST_FILE_LINES, FUNCTION_LINES = 400, 600, 50


def name(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def test_source_files_stay_small() -> None:
    assert longer_than(FILE_LINES, SOURCES) == {}, "split the file by what it is about"


def test_functions_stay_small() -> None:
    long = {name(path): found for path in SOURCES if (found := long_functions(path))}
    assert long == {}, "split the function by what it does"


def test_test_files_stay_small() -> None:
    assert longer_than(TEST_FILE_LINES, TESTS) == {}, "split the file by what it tests"


def test_init_files_are_empty() -> None:
    filled = [name(p) for p in (ROOT / "helpcenter").rglob("__init__.py") if p.stat().st_size]
    assert filled == [], "importing a room must not import its insides"


def longer_than(limit: int, paths: list[Path]) -> dict[str, int]:
    lines = {name(path): len(path.read_text("utf-8").splitlines()) for path in paths}
    return {path: count for path, count in lines.items() if count > limit}


def long_functions(path: Path) -> list[str]:
    return [
        f"{node.name}: {node.end_lineno - node.lineno + 1} lines"
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        and node.end_lineno is not None
        and node.end_lineno - node.lineno + 1 > FUNCTION_LINES
    ]
