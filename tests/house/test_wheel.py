"""The wheel carries the package, the starter content inside it, and nothing else."""

import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def names(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("wheel")
    subprocess.run(
        [sys.executable, "-m", "build", "--wheel", "--no-isolation", "-o", str(folder), str(ROOT)],
        check=True,
        capture_output=True,
    )
    (wheel,) = folder.glob("*.whl")
    return zipfile.ZipFile(wheel).namelist()


def test_there_is_one_top_level_name(names: list[str]) -> None:
    tops = {name.partition("/")[0] for name in names}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"helpcenter"}


def test_the_content_travels_inside_the_package(names: list[str]) -> None:
    for wanted in ("articles/en/", "articles/zh_HK/", "bot/topics/", "i18n/zh_HK/LC_MESSAGES/"):
        assert any(name.startswith(f"helpcenter/_content/{wanted}") for name in names), wanted


def test_every_tracked_file_and_no_ignored_one_is_in_it(names: list[str]) -> None:
    listed = subprocess.run(
        ["git", "-C", str(ROOT), "ls-files", "helpcenter", "articles", "bot", "i18n"],  # noqa: S607
        check=True,
        capture_output=True,
        text=True,
    ).stdout.splitlines()
    tracked = {
        path if path.startswith("helpcenter/") else f"helpcenter/_content/{path}"
        for path in map(unquote, listed)
    }
    packed = {name for name in names if ".dist-info/" not in name}
    assert packed == tracked


def unquote(path: str) -> str:
    """Undo git's quoting of names that are not ASCII."""
    if not path.startswith('"'):
        return path
    return path[1:-1].encode().decode("unicode_escape").encode("latin-1").decode("utf-8")
