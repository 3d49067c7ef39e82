"""Prepared answers, the shelf they stand on and the front that hands them out."""

import gzip
from dataclasses import replace
from typing import Any

import pytest
from starlette.types import Message, Scope

from helpcenter.site.model import Site
from helpcenter.web.prepared import Front, Prepared, Shelf, takes_gzip

TEXT = "一杯好茶 a good cup ".encode() * 200
HEADERS = [(b"content-type", b"text/plain")]


def prepared(body: bytes = TEXT, *, pack: bool = True) -> Prepared:
    return Prepared(body, HEADERS, route="/tea", pack=pack)


async def ask(
    app: Any, method: str = "GET", path: str = "/tea", **headers: str
) -> tuple[int, dict[str, str], bytes]:
    """Ask an ASGI app; header names are written with underscores."""
    sent: list[Message] = []

    async def send(message: Message) -> None:
        sent.append(message)

    async def receive() -> Message:
        return {"type": "http.request"}

    raw = [(k.replace("_", "-").encode(), v.encode()) for k, v in headers.items()]
    scope: Scope = {
        "type": "http",
        "method": method,
        "path": path,
        "raw_path": path.encode(),
        "query_string": b"",
        "headers": raw,
    }
    await app(scope, receive, send)
    start, body = sent
    return start["status"], {k.decode(): v.decode() for k, v in start["headers"]}, body["body"]


@pytest.mark.anyio
async def test_each_packing_has_its_own_strong_tag() -> None:
    page = prepared()
    _, plain, body = await ask(page)
    _, packed, zipped = await ask(page, accept_encoding="br, gzip")
    assert body == TEXT
    assert gzip.decompress(zipped) == TEXT
    assert "content-encoding" not in plain
    assert packed["content-encoding"] == "gzip"
    assert plain["etag"] != packed["etag"]
    assert not plain["etag"].startswith("W/")
    assert plain["vary"] == packed["vary"] == "Accept-Encoding"
    assert (plain["content-length"], packed["content-length"]) == (
        str(len(TEXT)),
        str(len(zipped)),
    )


@pytest.mark.anyio
async def test_the_same_bytes_have_the_same_tags_everywhere() -> None:
    tags = [(await ask(prepared(), accept_encoding="gzip"))[1]["etag"] for _ in range(2)]
    assert tags[0] == tags[1]
    assert (await ask(prepared(TEXT + b"."), accept_encoding="gzip"))[1]["etag"] != tags[0]


@pytest.mark.anyio
@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*", 'W/"other" , W/{}'])
async def test_a_known_copy_is_not_sent_again(form: str) -> None:
    page = prepared()
    etag = (await ask(page, accept_encoding="gzip"))[1]["etag"]
    status, headers, body = await ask(page, accept_encoding="gzip", if_none_match=form.format(etag))
    assert (status, body) == (304, b"")
    assert headers["etag"] == etag
    assert headers["vary"] == "Accept-Encoding"
    assert "content-type" not in headers
    assert "content-length" not in headers


@pytest.mark.anyio
async def test_a_copy_in_the_other_packing_does_not_count() -> None:
    page = prepared()
    etag = (await ask(page, accept_encoding="gzip"))[1]["etag"]
    assert (await ask(page, if_none_match=etag))[0] == 200
    assert (await ask(page, accept_encoding="gzip", if_none_match='"else"'))[0] == 200


@pytest.mark.anyio
async def test_head_says_what_get_would_send() -> None:
    page = prepared()
    got = await ask(page, accept_encoding="gzip")
    assert await ask(page, "HEAD", accept_encoding="gzip") == (got[0], got[1], b"")


@pytest.mark.anyio
@pytest.mark.parametrize("page", [prepared(b"short"), prepared(TEXT, pack=False)])
async def test_what_is_not_worth_packing_is_sent_as_it_is(page: Prepared) -> None:
    _, headers, _ = await ask(page, accept_encoding="gzip")
    assert "content-encoding" not in headers
    assert "vary" not in headers


@pytest.mark.parametrize(
    ("value", "taken"),
    [
        (b"gzip", True),
        (b"gzip, deflate, br", True),
        (b"br;q=1.0, gzip;q=0.8, *;q=0.1", True),
        (b"*", True),
        (b"*;q=0.5", True),
        (b"gzip;q=0", False),
        (b"gzip; q=0.0, *", False),
        (b"*;q=0", False),
        (b"identity", False),
        (b"br", False),
        (b"", False),
        (b"\xff;;;=", False),
    ],
)
def test_gzip_is_sent_to_those_who_take_it(value: bytes, *, taken: bool) -> None:
    assert takes_gzip(value) is taken


def state_of(site: Site | None) -> dict[str, Any]:
    return {"site": site}


def test_the_shelf_is_cleared_when_another_site_takes_over(site: Site) -> None:
    state = state_of(site)
    shelf = Shelf(state)
    shelf.put(b"/tea", prepared(), site)
    assert shelf.get(b"/tea")
    state["site"] = replace(site, index=None)
    assert shelf.get(b"/tea"), "the same content with another index is the same to readers"
    state["site"] = replace(site, hash="another")
    assert shelf.get(b"/tea") is None
    assert shelf.size == 0


def test_a_page_of_a_site_that_is_gone_is_not_kept(site: Site) -> None:
    shelf = Shelf(state_of(replace(site, hash="another")))
    shelf.put(b"/tea", prepared(), site)
    assert shelf.get(b"/tea") is None
    shelf = Shelf(state_of(None))
    shelf.put(b"/tea", prepared(), site)
    assert shelf.get(b"/tea") is None


def test_the_shelf_drops_what_was_not_read_for_longest(site: Site) -> None:
    size = prepared().size
    shelf = Shelf(state_of(site), limit=2 * size)
    shelf.put(b"/a", prepared(), site)
    shelf.put(b"/b", prepared(), site)
    assert shelf.get(b"/a")
    shelf.put(b"/c", prepared(), site)
    assert [bool(shelf.get(path)) for path in (b"/a", b"/b", b"/c")] == [True, False, True]
    assert shelf.size == 2 * size


def test_a_page_larger_than_the_shelf_is_not_kept(site: Site) -> None:
    shelf = Shelf(state_of(site), limit=10)
    shelf.put(b"/a", prepared(), site)
    assert shelf.get(b"/a") is None
    assert shelf.size == 0


def test_a_page_kept_twice_counts_once(site: Site) -> None:
    shelf = Shelf(state_of(site))
    shelf.put(b"/a", prepared(), site)
    shelf.put(b"/a", prepared(), site)
    assert shelf.size == prepared().size


@pytest.mark.anyio
async def test_the_front_answers_reading_and_passes_everything_else_on(site: Site) -> None:
    shelf = Shelf(state_of(site))
    shelf.put(b"/tea", prepared(), site)
    front = Front(prepared(b"router"), shelf)
    assert (await ask(front))[2] == TEXT
    assert (await ask(front, "HEAD"))[2] == b""
    assert (await ask(front, "POST"))[2] == b"router"
    assert (await ask(front, path="/coffee"))[2] == b"router"
