from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from helpcenter.content import folders
from helpcenter.search.build import Indexer
from tests.search.shelf import EN, SHELF, ZH, article, ask, index, indexer, slugs


def saved(root: Path) -> list[Path]:
    return sorted(root.iterdir())


def test_an_index_is_kept_and_found_again(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    first = indexer(tmp_path)(SHELF, "hash")
    monkeypatch.setattr(Indexer, "_files", None)
    second = indexer(tmp_path)(SHELF, "hash")
    assert first.content_hash == second.content_hash == "hash"
    for text in ("teapot", "更新餅乾"):
        assert ask(first, text, ZH) == ask(second, text, ZH)


def test_other_content_gets_its_own_folder(tmp_path: Path) -> None:
    indexer(tmp_path)(SHELF, "one")
    indexer(tmp_path)(SHELF, "two")
    assert len(saved(tmp_path)) == 2


def test_a_truncated_file_is_rebuilt(tmp_path: Path) -> None:
    indexer(tmp_path)(SHELF, "hash")
    (folder,) = saved(tmp_path)
    postings = next(folder.glob("*.pst"))
    postings.write_bytes(postings.read_bytes()[:-100])
    assert slugs(ask(indexer(tmp_path)(SHELF, "hash"), "teapot"))[0] == "teapot"
    assert slugs(ask(indexer(tmp_path)(SHELF, "hash"), "teapot"))[0] == "teapot"
    (again,) = saved(tmp_path)
    assert again == folder


def test_a_folder_that_cannot_be_written_costs_nothing_else(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    engine = indexer(tmp_path / "file")(SHELF, "hash")
    assert slugs(ask(engine, "teapot"))[0] == "teapot"


def test_searching_goes_on_while_others_build(tmp_path: Path) -> None:
    engine = indexer(tmp_path)(SHELF, "old")
    expected = ask(engine, "teapot 茶壺", ZH)

    def build(number: int) -> list[str]:
        shelf = [*SHELF, article(f"new-{number}", EN, "Brand new", [("", "", "new")])]
        return slugs(ask(indexer(tmp_path)(shelf, f"hash{number}"), "brand new"))

    with ThreadPoolExecutor(9) as pool:
        built = [pool.submit(build, number) for number in range(6)]
        asked = [pool.submit(ask, engine, "teapot 茶壺", ZH) for _ in range(200)]
        assert all(one.result() == expected for one in asked)
        assert [one.result() for one in built] == [[f"new-{number}"] for number in range(6)]


def test_what_cannot_be_read_is_built_again(tmp_path: Path) -> None:
    indexer(tmp_path)(SHELF, "hash")
    (folder,) = saved(tmp_path)
    files = folders.load(tmp_path, folder.name)
    assert files is not None
    # Whole by its checksums, yet nothing that Whoosh understands.
    folders.save(tmp_path, "spoilt", dict.fromkeys(files, b"tea"))
    folder.rename(tmp_path / "away")
    spoilt = tmp_path / "spoilt"
    manifest = spoilt / "manifest.json"
    manifest.write_text(manifest.read_text().replace("spoilt", folder.name))
    spoilt.rename(folder)
    assert slugs(ask(indexer(tmp_path)(SHELF, "hash"), "teapot"))[0] == "teapot"


def test_the_last_good_index_of_other_content_is_found_again(tmp_path: Path) -> None:
    assert indexer(tmp_path).last_good() is None
    indexer(tmp_path)(SHELF, "one")
    left = indexer(tmp_path).last_good()
    assert left is not None
    assert left.content_hash == "one"
    assert slugs(ask(left, "teapot"))[0] == "teapot"


def test_an_index_of_another_version_is_no_last_good_one(tmp_path: Path) -> None:
    indexer(tmp_path)(SHELF, "one")
    (folder,) = saved(tmp_path)
    files = folders.load(tmp_path, folder.name)
    assert files is not None
    folders.save(tmp_path, "0" * 32, files)
    folder.rename(tmp_path / "away")
    assert indexer(tmp_path).last_good() is None
    assert indexer().last_good() is None


def test_warming_changes_no_answer() -> None:
    cold, warm = index(), index()
    warm.warm()
    for text in ("teapot", "marmelade", "茶壺", "kett"):
        assert ask(cold, text) == ask(warm, text)
