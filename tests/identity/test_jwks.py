"""Public keys: the door, real and fake, and the ring that asks it no more than it must."""

import asyncio
import contextlib
import gzip
import json
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

import pytest

from helpcenter.clock import ManualClock
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity import jwks
from helpcenter.identity.jwks import (
    FRESH,
    MOST_BYTES,
    PAUSE,
    STALE,
    HttpJwks,
    JwksDoor,
    JwksError,
    KeyRing,
    read_keys,
)
from tests.identity.host import START, FakeDoor, document, ec_host, published, rsa_host, send

pytestmark = pytest.mark.anyio

Open = Callable[[bytes | None], AbstractContextManager[JwksDoor]]


@contextmanager
def _fake(answer: bytes | None) -> Iterator[JwksDoor]:
    yield FakeDoor(answer)


@contextmanager
def _real(answer: bytes | None) -> Iterator[JwksDoor]:
    with published(send(answer or b"", 200 if answer is not None else 503)) as url:
        yield HttpJwks(url)


@pytest.mark.parametrize("opened", [_fake, _real], ids=["fake", "real"])
class TestDoor:
    """What either door promises."""

    async def test_it_hands_out_the_document(self, opened: Open) -> None:
        with opened(b'{"keys": []}') as door:
            assert await door.fetch() == b'{"keys": []}'

    async def test_it_says_when_there_is_none(self, opened: Open) -> None:
        with opened(None) as door, pytest.raises(JwksError):
            await door.fetch()


def _endless(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):
        while True:
            request.wfile.write(b" " * 65536)


def _hanging(request: BaseHTTPRequestHandler) -> None:
    request.send_response(200)
    request.end_headers()
    with contextlib.suppress(OSError):
        for _ in range(100):
            request.wfile.write(b" ")
            request.wfile.flush()
            time.sleep(0.05)


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (send(b"", 302, location="http://127.0.0.1:1/"), "answered 302"),
        (send(b"<html>", 404), "answered 404"),
        (send(b" " * (MOST_BYTES + 1)), "more than"),
        (_endless, "more than"),
        (_hanging, "does not answer"),
    ],
    ids=["redirect", "missing", "large", "endless", "hanging"],
)
async def test_the_real_one_is_bounded(
    handler: Callable[[BaseHTTPRequestHandler], None],
    reason: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if handler is _hanging:
        # The others are told by what they send, however slow the machine.
        monkeypatch.setattr(jwks, "MOST_SECONDS", 0.5)
    with published(handler) as url, pytest.raises(JwksError, match=reason):
        await HttpJwks(url).fetch()


async def test_a_packed_answer_is_not_unpacked() -> None:
    packed = gzip.compress(b" " * 10_000_000)
    with published(send(packed, 200, **{"content-encoding": "gzip"})) as url:
        assert await HttpJwks(url).fetch() == packed


async def test_nobody_listening_is_said() -> None:
    with published(send(b"")) as url:
        pass
    with pytest.raises(JwksError, match="does not answer"):
        await HttpJwks(url).fetch()


async def _code(ring: KeyRing, kid: str | None) -> str:
    with pytest.raises(HelpcenterError) as caught:
        await ring.find(kid)
    return caught.value.code


async def test_keys_roll() -> None:
    clock, old, new = ManualClock(START), ec_host("old"), ec_host("new")
    door = FakeDoor(document(old))
    ring = KeyRing(door, "ES256", clock)
    assert (await ring.find("old")).as_dict() == old.key.as_dict(private=False)
    door.answer = document(old, new)
    assert await _code(ring, "new") == "jwt_key_unknown"
    clock.advance(PAUSE)
    assert (await ring.find("new")).as_dict() == new.key.as_dict(private=False)
    assert door.asked == 2


async def test_unknown_keys_cannot_make_us_ask_again_and_again() -> None:
    clock = ManualClock(START)
    door = FakeDoor(document(ec_host("known")))
    ring = KeyRing(door, "ES256", clock)
    for number in range(50):
        assert await _code(ring, f"unknown-{number}") == "jwt_key_unknown"
    assert door.asked == 1


async def test_many_at_once_ask_once() -> None:
    door = FakeDoor(document(ec_host("known")))
    ring = KeyRing(door, "ES256", ManualClock(START))
    await asyncio.gather(*(ring.find("known") for _ in range(20)))
    assert door.asked == 1


async def test_a_withdrawn_key_is_forgotten_when_the_keys_are_no_longer_fresh() -> None:
    clock, gone = ManualClock(START), ec_host("gone")
    door = FakeDoor(document(gone))
    ring = KeyRing(door, "ES256", clock)
    await ring.find("gone")
    door.answer = document(ec_host("other"))
    clock.advance(FRESH)
    assert (await ring.find("gone")).as_dict()
    clock.advance(timedelta(seconds=1))
    assert await _code(ring, "gone") == "jwt_key_unknown"


async def test_a_host_app_that_is_down_for_a_while_keeps_nobody_out() -> None:
    clock = ManualClock(START)
    door = FakeDoor(document(ec_host("known")))
    ring = KeyRing(door, "ES256", clock)
    await ring.find("known")
    door.answer = None
    clock.advance(STALE)
    assert (await ring.find("known")).as_dict()
    clock.advance(timedelta(seconds=1))
    assert await _code(ring, "known") == "jwt_keys_unavailable"


async def test_no_keys_at_all_is_our_trouble_and_says_when_to_ask_again() -> None:
    ring = KeyRing(FakeDoor(None), "ES256", ManualClock(START))
    with pytest.raises(HelpcenterError) as caught:
        await ring.find("any")
    assert (caught.value.kind, caught.value.retry_after) == (Kind.UNAVAILABLE, 30)


async def test_without_a_name_only_an_only_key_is_meant() -> None:
    only, other = ec_host(None), ec_host("b")
    alone = await KeyRing(FakeDoor(document(only)), "ES256", ManualClock(START)).find(None)
    assert alone.as_dict() == only.key.as_dict(private=False)
    several = KeyRing(FakeDoor(document(ec_host("a"), other)), "ES256", ManualClock(START))
    assert await _code(several, None) == "jwt_key_unknown"


@pytest.mark.parametrize(
    "text",
    [b"", b"no", b"[]", b'{"keys": {}}', b"[" * 50_000, b"\xff", json.dumps({"keys": [1] * 21})],
    ids=range(7),
)
def test_what_is_no_key_set(text: bytes | str) -> None:
    with pytest.raises(JwksError):
        read_keys(text.encode() if isinstance(text, str) else text, "ES256")


@pytest.mark.parametrize(
    "changes",
    [
        {"use": "enc"},
        {"alg": "ES384"},
        {"key_ops": ["sign"]},
        {"key_ops": 7},
        {"kid": 7},
        {"kty": "oct", "k": "AAAA"},
        {"crv": "P-384"},
        {"x": "!"},
        {"x": 1},
        {"y": None},
    ],
    ids=repr,
)
def test_keys_for_anything_else_are_left_out(changes: dict[str, object]) -> None:
    (member,) = json.loads(ec_host("k").published)["keys"]
    text = json.dumps({"keys": [{**member, **changes}, "nonsense"]}).encode()
    assert read_keys(text, "ES256") == {}
    assert read_keys(text, "RS256") == {}


def test_a_short_rsa_key_is_left_out_and_the_first_of_a_name_counts() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # the library's own, about such keys
        short = rsa_host("short", bits=1024)
        assert read_keys(short.published, "RS256") == {}
    first, second = ec_host("same"), ec_host("same")
    found = read_keys(document(first, second), "ES256")
    assert found["same"].as_dict() == first.key.as_dict(private=False)
