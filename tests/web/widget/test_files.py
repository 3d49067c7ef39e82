"""`/widget.js` and its chunks: what is sent, how long it lasts, what it weighs."""

import gzip
import json
import re
from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from starlette.testclient import TestClient

from helpcenter.app import HelpCenter
from helpcenter.i18n.locale import Locale
from helpcenter.web.widget import FOLDER, MODULES, make_chunks
from helpcenter.web.widget_words import WORDS

LOADER_BYTES = 2 * 1024
ALL_BYTES = 15 * 1024
RAW = FOLDER.parent / "css" / "raw.css"


def languages(loader: str) -> dict[str, dict[str, str]]:
    """Return the loader's table of languages."""
    found = re.search(r"const LANGUAGES = (\{.*?\}\});", loader)
    assert found
    table: dict[str, dict[str, str]] = json.loads(found[1])
    return table


def panel_of(loader: str) -> str:
    """Return the address of the panel."""
    (address,) = re.findall(r'import\("(/widget/panel-[0-9a-f]{12}\.js)"\)', loader)
    return str(address)


@cache
def sources() -> dict[str, str]:
    return {path.name: path.read_text("utf-8") for path in Path(FOLDER).iterdir()}


@pytest.mark.parametrize("tag", ["en", "zh-HK"])
def test_it_stays_light(client: TestClient, tag: str) -> None:
    loader = client.get("/widget.js")
    rest = [panel_of(loader.text), languages(loader.text)[tag]["words"]]
    first = int(loader.headers["content-length"])
    assert loader.headers["content-encoding"] == "gzip"
    assert first < LOADER_BYTES
    weight = first + sum(int(client.get(path).headers["content-length"]) for path in rest)
    assert weight <= ALL_BYTES
    assert weight > len(gzip.compress(client.get(rest[0]).content)), "it counts packed bytes"


def test_any_page_may_fetch_it_and_asks_again_soon(client: TestClient) -> None:
    loader = client.get("/widget.js", headers={"origin": "https://anybody.example"})
    assert loader.headers["access-control-allow-origin"] == "*"
    assert loader.headers["cross-origin-resource-policy"] == "cross-origin"
    assert loader.headers["cache-control"] == "public, max-age=300"
    assert loader.headers["content-type"] == "text/javascript; charset=utf-8"
    again = client.get("/widget.js", headers={"if-none-match": loader.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")


def test_chunks_are_kept_for_good(client: TestClient) -> None:
    loader = client.get("/widget.js").text
    for path in [panel_of(loader), *(entry["words"] for entry in languages(loader).values())]:
        chunk = client.get(path)
        assert chunk.status_code == 200
        assert chunk.headers["cache-control"] == "public, max-age=31536000, immutable"
        assert chunk.headers["access-control-allow-origin"] == "*"
        assert chunk.headers["content-type"] == "text/javascript; charset=utf-8"


def test_a_page_of_an_older_release_gets_the_present_chunk_but_not_for_good(
    client: TestClient,
) -> None:
    present = client.get(panel_of(client.get("/widget.js").text))
    old = client.get("/widget/panel-000000000000.js")
    assert old.text == present.text
    assert old.headers["cache-control"] == "public, max-age=300"


@pytest.mark.parametrize(
    "name",
    ["panel.js", "nothing-000000000000.js", "loader-000000000000.js", "fr-000000000000.js", "x"],
)
def test_what_was_never_there_is_not_found(client: TestClient, name: str) -> None:
    assert client.get(f"/widget/{name}").status_code == 404


def test_each_language_says_everything(client: TestClient) -> None:
    table = languages(client.get("/widget.js").text)
    assert list(table) == ["en", "zh-HK"]
    assert [entry["name"] for entry in table.values()] == ["English", "繁體中文"]
    assert [entry["chat"] for entry in table.values()] == ["Chat", "對話"]
    for entry in table.values():
        module = client.get(entry["words"]).text
        words = json.loads(module.removeprefix("export default ").removesuffix(";\n"))
        assert words.keys() == WORDS.keys()
        assert "{{" not in module


def test_other_words_are_another_chunk_at_once(app: HelpCenter, own: TestClient) -> None:
    before = own.get("/widget.js").text
    site = app.state.site
    mute = replace(site.catalogues, by_locale={})
    app.state.site = replace(site, hash="another", catalogues=mute)
    after = own.get("/widget.js").text
    assert languages(after)["zh-HK"]["chat"] == "Chat"
    assert languages(after)["zh-HK"]["words"] != languages(before)["zh-HK"]["words"]
    assert panel_of(after) == panel_of(before)


def test_before_there_is_a_site_it_speaks_english(app: HelpCenter, own: TestClient) -> None:
    app.state.site = None
    assert list(languages(own.get("/widget.js").text)) == ["en"]


def test_a_third_language_is_a_catalogue_more(app: HelpCenter) -> None:
    speech = app.state.site.catalogues.for_locale
    chunks = make_chunks(speech(Locale(name)) for name in ("en", "zh_HK", "fr"))
    assert languages(chunks.loader)["fr"]["name"] == "Français"


def test_joined_modules_are_whole_and_share_no_name(client: TestClient) -> None:
    panel = client.get(panel_of(client.get("/widget.js").text)).text
    assert "import " not in re.sub(r"import\(", "", panel)
    assert panel.count("export ") == 1
    top = re.compile(r"^(?:export )?(?:const|let|function|class) (\w+)", re.MULTILINE)
    names = [name for module in MODULES for name in top.findall(sources()[f"{module}.js"])]
    assert len(names) > 10
    assert sorted(set(names)) == sorted(names)
    imported = {
        (module, found)
        for module in MODULES
        for found in re.findall(r'from "\./(\w+)\.js"', sources()[f"{module}.js"])
        if found != "style"
    }
    order = {name: place for place, name in enumerate(MODULES)}
    assert all(order[found] < order[module] for module, found in imported)


def test_it_writes_no_html_and_stays_within_a_strict_policy() -> None:
    for name, text in sources().items():
        for word in ("innerHTML", "outerHTML", "insertAdjacentHTML", "eval(", "Function(", "http:"):
            if (name, word) != ("view.js", "http:"):
                assert word not in text, f"{name}: {word}"
        assert not re.search(r'setAttribute\("style"', text)


def test_its_colours_are_the_houses() -> None:
    known = set(re.findall(r"#[0-9a-f]{3,6}\b", RAW.read_text("utf-8")))
    for name in ("panel.css", "loader.js"):
        used = set(re.findall(r"#[0-9a-f]{3,8}\b", sources()[name])) - {"#0003"}
        assert used - known == set(), name


def test_every_sentence_it_asks_for_is_there() -> None:
    script = "".join(text for name, text in sources().items() if name.endswith(".js"))
    asked = set(re.findall(r"words\.(\w+)", script)) - {"js"}
    assert asked - WORDS.keys() == set()
    spelt = {name for name in WORDS if not name.startswith(("owner_", "event_", "chat"))}
    assert spelt - asked == set(), "nobody says these"
