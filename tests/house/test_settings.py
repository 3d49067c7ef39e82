"""Settings: defaults, a file, the environment, flags, and what is said when one is wrong."""

from pathlib import Path

import pytest

from helpcenter.settings import Settings, SettingsError, read

ROOT = Path(__file__).parents[2]


def test_flags_win_over_the_environment_over_the_file_over_defaults(tmp_path: Path) -> None:
    (tmp_path / "helpcenter.toml").write_text('product = "Kettle"\ngrace_days = 3\nport = 1\n')
    environ = {"HELPCENTER_CONTENT": str(tmp_path), "HELPCENTER_GRACE_DAYS": "5", "PATH": "x"}
    settings = read(environ, port=9, host=None)
    assert (settings.words("en")["product"], settings.grace_days) == ("Kettle", 5)
    assert (settings.port, settings.host, settings.link_hours) == (9, "127.0.0.1", 24)


def test_words_may_be_a_table_by_locale() -> None:
    settings = read({"HELPCENTER_PRODUCT": '{"en": "Kettle", "zh_HK": "水煲"}'})
    assert settings.words("zh_HK")["product"] == "水煲"
    assert settings.words("fr")["product"] == "Kettle"


def test_words_without_the_source_language_are_refused() -> None:
    with pytest.raises(SettingsError, match="HELPCENTER_PRODUCT"):
        read({"HELPCENTER_PRODUCT": '{"zh_HK": "水煲"}'})


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"HELPCENTER_PORT": "many"}, "HELPCENTER_PORT"),
        ({"HELPCENTER_PROT": "8000"}, "HELPCENTER_PROT"),
        ({"HELPCENTER_BASE_URL": "ftp://x"}, "HELPCENTER_BASE_URL"),
        ({"HELPCENTER_PRODUCT": "{not json"}, None),
    ],
)
def test_a_wrong_setting_is_named(environ: dict[str, str], named: str | None) -> None:
    if named is None:
        assert read(environ).words("en")["product"] == "{not json"
        return
    with pytest.raises(SettingsError, match=named):
        read(environ)


def test_a_broken_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "helpcenter.toml").write_text("product =")
    with pytest.raises(SettingsError, match=r"helpcenter\.toml"):
        read({"HELPCENTER_CONTENT": str(tmp_path)})


def test_secrets_do_not_show() -> None:
    settings = read({"HELPCENTER_DATABASE_URL": "postgresql://u:hunter2@h/d"})
    assert "hunter2" not in repr(settings) + str(settings)


def test_every_setting_is_documented() -> None:
    page = (ROOT / "docs" / "settings.md").read_text("utf-8")
    missing = [
        f"HELPCENTER_{n.upper()}"
        for n in Settings.model_fields
        if f"`HELPCENTER_{n.upper()}`" not in page
    ]
    assert missing == [], "add them to docs/settings.md"
