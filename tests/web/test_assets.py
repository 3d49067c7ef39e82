"""Style sheets and modules: small, hashed, kept for good."""

from helpcenter.web.assets import Assets

CSS_BYTES = 14_000
SCRIPT_BYTES = 6_000
ELSEWHERE = {"inbox.js", "live.js", "search-clicks.js"}
"""Scripts of agents' pages, and one of the results page, which loads none of an article's."""


def sent(assets: Assets, name: str) -> int:
    answer = assets.find(assets.urls[name].rpartition("/")[2])
    assert answer is not None
    return len((answer.packed or answer.plain).body["body"])


def test_a_reader_loads_little_before_the_words() -> None:
    assets = Assets([])
    assert sent(assets, "site.css") <= CSS_BYTES
    scripts = [name for name in assets.urls if name.endswith(".js") and name not in ELSEWHERE]
    assert sum(sent(assets, name) for name in scripts) <= SCRIPT_BYTES
