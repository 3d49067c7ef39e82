"""JWTs: one class of tests for each way of signing, and every way of getting it wrong."""

import base64
import contextlib
import hmac
import itertools
import json
import traceback
from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from joserfc.jwk import ECKey, OctKey, RSAKey

from helpcenter.clock import ManualClock
from helpcenter.errors import HelpcenterError, Kind
from helpcenter.identity.claims import LONGEST, LONGEST_IN_URL, Expected, read_claims
from helpcenter.identity.jwt import MOST_BYTES, Verifier, make_verifier
from helpcenter.settings import Settings, SettingsError
from tests.identity.host import (
    BASE,
    ISSUER,
    SECRET,
    START,
    HostApp,
    claims,
    ec_host,
    published,
    rsa_host,
    send,
)

pytestmark = pytest.mark.anyio

COMMON = {"base_url": BASE, "host_jwt_issuer": ISSUER}
CANARY = "canary-7f3a"


MAKERS: dict[str, Callable[[], HostApp]] = {"HS256": HostApp, "RS256": rsa_host, "ES256": ec_host}


@pytest.fixture(scope="module", params=sorted(MAKERS))
def host(request: pytest.FixtureRequest) -> HostApp:
    return MAKERS[request.param]()


@pytest.fixture(scope="module")
def configured(host: HostApp) -> Iterator[Settings]:
    """Settings for this way of signing; public keys come over HTTP from loopback."""
    if host.algorithm == "HS256":
        yield Settings.model_validate({**COMMON, "host_jwt_secret": SECRET})
        return
    with published(send(host.published)) as url:
        yield Settings.model_validate(
            {**COMMON, "host_jwks_url": url, "host_jwt_algorithm": host.algorithm}
        )


@pytest.fixture(scope="module")
def verifier(configured: Settings) -> Verifier:
    made = make_verifier(configured, ManualClock(START))
    assert made is not None
    return made


async def refused(verifier: Verifier, token: str, longest: timedelta = LONGEST) -> HelpcenterError:
    with pytest.raises(HelpcenterError) as caught:
        await verifier.verify(token, longest)
    told = repr(caught.value) + "".join(traceback.format_exception_only(caught.value))
    assert CANARY not in told
    assert len(token) < 20 or token not in told
    return caught.value


def b64(value: Any) -> str:
    raw = value if isinstance(value, bytes) else json.dumps(value).encode()
    return base64.urlsafe_b64encode(raw).rstrip(b"=").decode()


class TestEachWayOfSigning:
    """What holds for HS256, RS256 and ES256 alike."""

    async def test_a_good_one_is_read(self, host: HostApp, verifier: Verifier) -> None:
        found = await verifier.verify(
            host.sign(
                claims(
                    stripe_customer="cus_sandboxPip",
                    email="pip@example.com",
                    name="Pip 陳",
                    locale="zh-HK",
                    zoneinfo="Asia/Hong_Kong",
                )
            )
        )
        assert (found.sub, found.stripe_customer, found.name) == (
            "user-1",
            "cus_sandboxPip",
            "Pip 陳",
        )
        assert (found.email, found.locale, found.zoneinfo) == (
            "pip@example.com",
            "zh-HK",
            "Asia/Hong_Kong",
        )
        assert (found.issued_at, found.expires - found.issued_at) == (START, timedelta(seconds=60))
        assert repr(found) == "HostClaims()"

    @pytest.mark.parametrize(
        "name", ["none", "NONE", "nOnE", "HS512", "HS256 ", "", None, ["HS256"], {}], ids=repr
    )
    async def test_only_the_configured_algorithm_counts(
        self, verifier: Verifier, name: object
    ) -> None:
        token = f"{b64({'alg': name})}.{b64(claims())}."
        assert (await refused(verifier, token)).code == "jwt_algorithm"

    async def test_a_flipped_signature(self, host: HostApp, verifier: Verifier) -> None:
        head, payload, signature = host.sign(claims()).split(".")
        flipped = ("B" if signature[0] == "A" else "A") + signature[1:]
        for token in (f"{head}.{payload}.{flipped}", f"{head}.{payload}."):
            assert (await refused(verifier, token)).code in {"jwt_signature", "jwt_malformed"}

    async def test_parts_that_are_no_base64(self, host: HostApp, verifier: Verifier) -> None:
        head, payload, signature = host.sign(claims()).split(".")
        for token, code in (
            (f"{head}.{payload}.!!!", "jwt_signature"),
            (f"{head}.{payload}.é", "jwt_signature"),
            (f"{head}.{payload}.{signature}.{signature}", "jwt_malformed"),
            (f"{head}.!!!.{signature}", "jwt_malformed"),
            (f"{head}.{payload}", "jwt_malformed"),
        ):
            error = await refused(verifier, token)
            assert error.code == code

    async def test_a_changed_payload(self, host: HostApp, verifier: Verifier) -> None:
        head, _, signature = host.sign(claims()).split(".")
        forged = f"{head}.{b64(claims(sub='admin'))}.{signature}"
        assert (await refused(verifier, forged)).code == "jwt_signature"

    async def test_another_key_of_the_same_kind(self, host: HostApp, verifier: Verifier) -> None:
        stranger = MAKERS[host.algorithm]()
        stranger.kid = host.kid
        if host.algorithm == "HS256":
            stranger.key = OctKey.import_key("another secret of quite enough bytes")
        assert (await refused(verifier, stranger.sign(claims()))).code == "jwt_signature"

    @pytest.mark.parametrize(
        "token",
        [
            "",
            ".",
            "..",
            "...",
            "a.b.c",
            "é.é.é",
            "\ud800.a.b",
            "eyJ.eyJ.x",
            f"{b64([])}.{b64({})}.",
            f"{b64(b'{' * 3000)}.{b64({})}.",
            f"{b64(b'[' * 3000)}.{b64({})}.",
            f"{b64(b'1' * 5000)}.x.",
        ],
        ids=itertools.count(),
    )
    async def test_what_is_no_jwt(self, verifier: Verifier, token: str) -> None:
        assert (await refused(verifier, token)).code == "jwt_malformed"

    async def test_extensions_are_not_understood(self, host: HostApp, verifier: Verifier) -> None:
        head, payload, signature = host.sign(claims()).split(".")
        critical = b64({"alg": host.algorithm, "kid": host.kid, "crit": ["b64"], "b64": False})
        token = f"{critical}.{payload}.{signature}"
        assert (await refused(verifier, token)).code == "jwt_malformed"
        assert head

    async def test_what_the_header_points_at_is_never_followed(
        self, host: HostApp, verifier: Verifier
    ) -> None:
        own = ECKey.generate_key("P-256")
        header = {"jwk": own.as_dict(private=False), "jku": "https://evil.example/jwks"}
        forger = HostApp("ES256", own, host.kid)
        code = (await refused(verifier, forger.sign(claims(), **header))).code
        assert code == ("jwt_signature" if host.algorithm == "ES256" else "jwt_algorithm")

    @pytest.mark.parametrize(
        "payload",
        [
            b"[]",
            b"null",
            b'{"exp": NaN}',
            b'{"sub":"a","sub":"b"}',
            b"\xff\xfe",
            b"{" * 900,
            b"[" * 4000,
            b'{"exp":' + b"9" * 4400 + b"}",
        ],
        ids=itertools.count(),
    )
    async def test_signed_nonsense(self, host: HostApp, verifier: Verifier, payload: bytes) -> None:
        assert (await refused(verifier, host.sign(payload))).code == "jwt_malformed"

    async def test_a_huge_one_is_not_even_looked_at(
        self, host: HostApp, verifier: Verifier
    ) -> None:
        error = await refused(verifier, host.sign(claims(name=CANARY * 2000)))
        assert (error.code, error.kind) == ("jwt_too_large", Kind.TOO_LARGE)
        assert (await refused(verifier, "a" * (MOST_BYTES + 1))).code == "jwt_too_large"

    async def test_in_an_address_it_may_live_a_minute(
        self, host: HostApp, verifier: Verifier
    ) -> None:
        moment = int(START.timestamp())
        short = await verifier.verify(host.sign(claims(exp=moment + 60)), LONGEST_IN_URL)
        assert short.issued_at == START
        longer = host.sign(claims(exp=moment + 61))
        assert (await refused(verifier, longer, LONGEST_IN_URL)).code == "jwt_lifetime"

    @pytest.mark.parametrize(
        ("changes", "code"),
        [
            *[({name: None}, "jwt_claim_missing") for name in claims()],
            ({"iss": "https://evil.example"}, "jwt_issuer"),
            ({"iss": [ISSUER]}, "jwt_issuer"),
            ({"aud": "https://other.example"}, "jwt_audience"),
            ({"aud": BASE + "/"}, "jwt_audience"),
            ({"aud": ["https://other.example"]}, "jwt_audience"),
            ({"aud": {BASE: 1}}, "jwt_audience"),
            ({"sub": ""}, "jwt_claim"),
            ({"sub": 7}, "jwt_claim"),
            ({"sub": CANARY * 30}, "jwt_claim"),
            ({"sub": f"{CANARY}\0"}, "jwt_claim"),
            ({"sub": "\ud800"}, "jwt_claim"),
            ({"jti": ""}, "jwt_claim"),
            ({"jti": CANARY * 30}, "jwt_claim"),
            ({"jti": True}, "jwt_claim"),
            ({"stripe_customer": CANARY}, "jwt_claim"),
            ({"stripe_customer": "cus_"}, "jwt_claim"),
            ({"stripe_customer": "cus_a/../b"}, "jwt_claim"),
            ({"stripe_customer": "cus_a\n"}, "jwt_claim"),
            ({"stripe_customer": "cus_" + "a" * 61}, "jwt_claim"),
            ({"stripe_customer": ["cus_a"]}, "jwt_claim"),
            ({"email": CANARY * 30}, "jwt_claim"),
            ({"name": {"first": CANARY}}, "jwt_claim"),
            ({"name": f"{CANARY}\r\nSet-Cookie: a=b"}, "jwt_claim"),
            ({"locale": 852}, "jwt_claim"),
            ({"iat": "now"}, "jwt_claim"),
            ({"iat": True}, "jwt_claim"),
            ({"exp": -1}, "jwt_claim"),
            ({"exp": 10**400}, "jwt_claim"),
            ({"exp": 1e12}, "jwt_claim"),
            ({"nbf": "soon"}, "jwt_claim"),
        ],
        ids=itertools.count(),
    )
    async def test_each_wrong_claim_has_its_code(
        self, host: HostApp, verifier: Verifier, changes: dict[str, Any], code: str
    ) -> None:
        assert (await refused(verifier, host.sign(claims(**changes)))).code == code

    @pytest.mark.parametrize(
        ("issued", "expires", "opens", "code"),
        [
            (0, 600, None, None),
            (0, 601, None, "jwt_lifetime"),
            (0, 0, None, "jwt_lifetime"),
            (30, 20, None, "jwt_lifetime"),
            (60, 120, None, None),
            (61, 120, None, "jwt_not_yet"),
            (10**8, 10**8 + 60, None, "jwt_not_yet"),
            (0, 60, 61, "jwt_not_yet"),
            (0, 60, 60, None),
            (-100, -59, None, None),
            (-100, -60, None, "jwt_expired"),
            (-(10**8), -(10**8) + 60, None, "jwt_expired"),
            (-(10**8), 60, None, "jwt_lifetime"),
        ],
    )
    async def test_times_are_in_seconds_from_now(
        self,
        host: HostApp,
        verifier: Verifier,
        issued: int,
        expires: int,
        opens: int | None,
        code: str | None,
    ) -> None:
        moment = int(START.timestamp())
        stated = claims(
            iat=moment + issued,
            exp=moment + expires,
            nbf=None if opens is None else moment + opens,
        )
        if code is None:
            # A clock ahead of ours makes nobody's sign-in fresher than now.
            assert (await verifier.verify(host.sign(stated))).issued_at <= START
        else:
            assert (await refused(verifier, host.sign(stated))).code == code

    async def test_several_audiences_and_fractions_of_seconds(
        self, host: HostApp, verifier: Verifier
    ) -> None:
        moment = START.timestamp() - 0.5
        stated = claims(aud=["https://other.example", BASE], iat=moment, exp=moment + 60.25)
        assert (await verifier.verify(host.sign(stated))).expires > START

    async def test_what_is_strange_but_harmless_is_overlooked(
        self, host: HostApp, verifier: Verifier
    ) -> None:
        stated = claims(locale="x y", zoneinfo="Mars/Olympus", name="", roles=["admin"])
        found = await verifier.verify(host.sign(stated, typ="JWT", nonce="x"))
        assert (found.locale, found.zoneinfo, found.name) == (None, None, None)
        for zone in ("../../etc/passwd", "/etc", "", "Asia"):
            again = await verifier.verify(host.sign(claims(zoneinfo=zone)))
            assert again.zoneinfo is None

    async def test_what_the_verifier_shows_holds_no_secret(self, verifier: Verifier) -> None:
        assert SECRET not in repr(verifier)


async def test_a_public_key_is_no_shared_secret() -> None:
    """HS/RS confusion: everybody knows the public key, so everybody could sign with it."""
    rsa = rsa_host()
    assert isinstance(rsa.key, RSAKey)
    pem = rsa.key.as_pem(private=False)
    with published(send(rsa.published)) as url:
        settings = Settings.model_validate(
            {**COMMON, "host_jwks_url": url, "host_jwt_algorithm": "RS256"}
        )
        verifier = make_verifier(settings, ManualClock(START))
        assert verifier is not None
        for algorithm in ("HS256", "RS256"):
            signed = f"{b64({'alg': algorithm, 'kid': rsa.kid})}.{b64(claims())}"
            forged = f"{signed}.{b64(hmac.digest(pem, signed.encode(), 'sha256'))}"
            code = (await refused(verifier, forged)).code
            assert code == ("jwt_signature" if algorithm == "RS256" else "jwt_algorithm")
    with pytest.raises(SettingsError, match="HELPCENTER_HOST_JWT_SECRET"):
        make_verifier(
            Settings.model_validate({**COMMON, "host_jwt_secret": pem.decode()}), ManualClock(START)
        )


def test_without_secret_or_jwks_there_is_no_verifier() -> None:
    assert make_verifier(Settings(), ManualClock(START)) is None
    only_issuer = Settings.model_validate({"host_jwt_issuer": ISSUER})
    assert make_verifier(only_issuer, ManualClock(START)) is None


_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from(sorted({*claims(), "name", "email", "locale"})), _json))
def test_any_claims_at_all_are_read_or_refused(changes: dict[str, Any]) -> None:
    with contextlib.suppress(HelpcenterError):
        found = read_claims({**claims(), **changes}, Expected(ISSUER, BASE), START)
        assert 0 < len(found.sub) <= 255
        assert found.issued_at <= START
