import json
from pathlib import Path

import pytest

from helpcenter.content import folders
from helpcenter.content.prints import Prints
from helpcenter.content.problems import ContentError
from helpcenter.content.roots import Root, starter
from helpcenter.i18n.locale import Locale
from helpcenter.settings import Settings
from helpcenter.site.build import build
from helpcenter.site.compiling import Made, PlaybookMaker
from helpcenter.site.keeping import Keeper
from tests.bot.shipped import NO_ARTICLES
from tests.factories import SETTINGS, folder, kettle_root

WORDS = {Locale(name): SETTINGS.words(name) for name in ("en", "zh_HK")}
LINE = "點解我張 card 成日被 decline，won't go thru??"


def make(root: Path | None, *roots: Root) -> Made:
    keeper = Keeper(root) if root else None
    return PlaybookMaker(roots or (kettle_root(),), WORDS, keeper=keeper)(NO_ARTICLES)


def mark(root: Path, text: str) -> None:
    """Spoil or mark whatever is kept below a folder, by changing the hash of what was compiled."""
    for key in folders.names(root):
        files = folders.load(root, key)
        assert files is not None
        (name,) = files
        value = json.loads(files[name])
        value["compiled"]["hash"] = text
        (root / key / name).unlink()
        folders.save(root, key, {name: json.dumps(value).encode()})


def test_all_that_was_compiled_comes_back_as_it_was(tmp_path: Path) -> None:
    first = make(tmp_path, Root(starter()))
    again = make(tmp_path, Root(starter()))
    plain = make(None, Root(starter()))
    for name in ("hash", "topics", "rules", "answer_rules", "says", "names", "references"):
        assert getattr(again.playbook, name) == getattr(first.playbook, name), name
        assert getattr(again.playbook, name) == getattr(plain.playbook, name), name
    assert again.playbook.lexicon.read(LINE) == plain.playbook.lexicon.read(LINE)
    assert list(again.playbook.rules) == list(plain.playbook.rules)


def test_a_later_start_takes_what_an_earlier_one_compiled(tmp_path: Path) -> None:
    greeting = (kettle_root().path / "bot/topics/greeting.yaml").read_text("utf-8")
    wordy = greeting.replace("Tea?", "tea " * 70)
    root = folder(tmp_path / "site", {"bot/topics/greeting.yaml": wordy})
    first = make(tmp_path / "kept", root, kettle_root())
    assert "long_reply" in {problem.code for problem in first.noted}
    mark(tmp_path / "kept", "kept")
    again = make(tmp_path / "kept", root, kettle_root())
    assert again.playbook.hash == "kept"
    assert again.noted == first.noted


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("bot/topics/card_declined.yaml", "off: true\n"),
        ("i18n/folding.txt", "咭 卡\n"),
        ("bot/vocabulary/en.yaml", "says: { glad: Lovely! }\n"),
    ],
)
def test_what_has_changed_is_compiled_anew(tmp_path: Path, name: str, text: str) -> None:
    roots = (Root(tmp_path / "site"), kettle_root())
    folder(tmp_path / "site", {})
    make(tmp_path / "kept", *roots)
    mark(tmp_path / "kept", "kept")
    folder(tmp_path / "site", {name: text})
    assert make(tmp_path / "kept", *roots).playbook.hash != "kept"


def test_other_words_in_the_settings_are_compiled_anew(tmp_path: Path) -> None:
    def digest(product: str) -> str:
        settings = Settings.model_validate({"data": str(tmp_path), "product": product})
        keeper = Keeper.of(settings, keeps=True)
        return build(settings, [kettle_root()], keeper=keeper).playbook.hash

    digest("Pots")
    mark(tmp_path / "bot", "kept")
    assert digest("Pots") == "kept"
    assert digest("Pans") != "kept"


@pytest.mark.parametrize("spoilt", [b"", b"{}", b'{"compiled": {}, "noted": []}', b"\xff" * 99])
def test_what_cannot_be_read_is_compiled_anew(tmp_path: Path, spoilt: bytes) -> None:
    plain = make(tmp_path).playbook.hash
    (key,) = folders.names(tmp_path)
    files = folders.load(tmp_path, key)
    assert files is not None
    (name,) = files
    (tmp_path / key / name).write_bytes(b"torn")
    assert make(tmp_path).playbook.hash == plain
    (tmp_path / key / name).unlink()
    folders.save(tmp_path, key, {name: spoilt})
    assert make(tmp_path).playbook.hash == plain


def test_a_disk_that_takes_nothing_costs_time_only(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_text("no folder")
    assert make(place).playbook.hash == make(None).playbook.hash


def test_what_has_errors_is_not_kept(tmp_path: Path) -> None:
    root = folder(tmp_path / "site", {"bot/topics/greeting.yaml": "steps: none\n"})
    with pytest.raises(ContentError):
        build(SETTINGS, [root, kettle_root()], keeper=Keeper(tmp_path / "kept"))
    assert not folders.names(tmp_path / "kept")


def test_what_was_written_meanwhile_is_not_kept(tmp_path: Path) -> None:
    root = folder(tmp_path / "site", {"bot/topics/greeting.yaml": "off: true\n"})
    roots, prints = (root, kettle_root()), Prints()
    PlaybookMaker(roots, WORDS, prints)(NO_ARTICLES)
    folder(root.path, {"bot/topics/card_declined.yaml": "off: true\n"})
    (root.path / "bot/topics/greeting.yaml").write_text("off:  true\n")
    # The digests were taken, then files were written, then they were read.
    made = PlaybookMaker(roots, WORDS, prints, Keeper(tmp_path / "kept"))(NO_ARTICLES)
    assert not made.playbook.topics
    assert not folders.names(tmp_path / "kept")


def test_a_keeper_may_only_look(tmp_path: Path) -> None:
    place = tmp_path / "kept"
    build(SETTINGS, [kettle_root()], keeper=Keeper(place, keeps=False))
    assert not place.exists()
    build(SETTINGS, [kettle_root()], keeper=Keeper(place))
    mark(place, "kept")
    looking = build(SETTINGS, [kettle_root()], keeper=Keeper(place, keeps=False))
    assert looking.playbook.hash == "kept"


def test_an_unknown_key_is_not_there(tmp_path: Path) -> None:
    assert Keeper(tmp_path).load(b"never") is None
    make(tmp_path)
    assert Keeper(tmp_path).load(b"never") is None
