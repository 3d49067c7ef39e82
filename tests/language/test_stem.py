from concurrent.futures import ThreadPoolExecutor

import pytest

from helpcenter.language.stem import stem


@pytest.mark.parametrize(
    ("word", "expected"),
    [("declined", "declin"), ("declining", "declin"), ("café", "café"), ("信用", "信用")],
)
def test_stems(word: str, expected: str) -> None:
    assert stem(word) == expected


def test_threads_do_not_disturb_each_other() -> None:
    words = [f"{start}{end}" for start in "bcdfg" * 40 for end in ("oating", "iling", "ares")]
    alone = [stem(word) for word in words]
    stem.cache_clear()
    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(stem, words)) == alone
