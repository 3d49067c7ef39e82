"""The site's secret: derived keys, where it is kept, and what it never shows."""

import stat
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from helpcenter.identity.keys import FILE, Keys, load_keys
from helpcenter.settings import Settings, SettingsError

SECRET = "s" * 32


def settings(folder: Path, **more: object) -> Settings:
    return Settings.model_validate({"data": folder, **more})


def test_a_key_is_known_by_its_label_and_its_secret() -> None:
    keys, other = Keys(SECRET.encode()), Keys(b"o" * 32)
    found = {keys.derive("a"), keys.derive("b"), other.derive("a")}
    assert len(found) == 3
    assert {len(key) for key in found} == {32}
    assert keys.derive("a") == Keys(SECRET.encode()).derive("a")


@given(st.text(), st.text())
def test_digests_tell_tokens_apart_and_do_not_hold_them(one: str, two: str) -> None:
    keys = Keys(SECRET.encode())
    assert (keys.digest("x", one) == keys.digest("x", two)) == (one == two)
    assert keys.digest("x", one) != keys.digest("y", one)
    assert len(keys.digest("x", one)) == 64


def test_text_that_is_no_unicode_has_a_digest_too() -> None:
    assert Keys(SECRET.encode()).digest("x", "\ud800")


def test_the_setting_wins_and_nothing_is_written(tmp_path: Path) -> None:
    keys = load_keys(settings(tmp_path, secret=SECRET))
    assert keys == Keys(SECRET.encode())
    assert list(tmp_path.iterdir()) == []


def test_without_it_a_secret_is_made_once_and_is_nobody_elses(tmp_path: Path) -> None:
    folder = tmp_path / "資料"
    first = load_keys(settings(folder))
    assert load_keys(settings(folder)) == first
    assert load_keys(settings(tmp_path / "other")) != first
    assert stat.S_IMODE((folder / FILE).stat().st_mode) == 0o600
    assert [path.name for path in folder.iterdir()] == [FILE]


def test_two_that_start_at_once_agree(tmp_path: Path) -> None:
    with ThreadPoolExecutor(8) as threads:
        found = list(threads.map(lambda _: load_keys(settings(tmp_path)), range(16)))
    assert len({keys.derive("x") for keys in found}) == 1


def test_several_nodes_must_be_given_one(tmp_path: Path) -> None:
    with pytest.raises(SettingsError, match="HELPCENTER_SECRET"):
        load_keys(settings(tmp_path, database_url="postgresql://h/d"))


def test_a_file_that_is_no_secret_is_told(tmp_path: Path) -> None:
    (tmp_path / FILE).write_text("short")
    with pytest.raises(SettingsError, match="too short"):
        load_keys(settings(tmp_path))


def test_a_folder_that_cannot_be_written_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="cannot keep the secret"):
        load_keys(settings(tmp_path / "file"))


def test_nothing_shows(tmp_path: Path) -> None:
    given = settings(tmp_path, secret=SECRET, host_jwt_secret=SECRET, host_jwt_issuer="x")
    assert SECRET not in repr(given) + repr(load_keys(given))
