"""The headers of every answer."""

import pytest
from starlette.testclient import TestClient

from helpcenter.settings import Settings
from helpcenter.web.headers import security_headers

PATHS = [
    "/",
    "/en/",
    "/en/search?q=tea",
    "/en/nothing",
    "/api/v1/articles",
    "/api/v1/nothing",
    "/healthz",
    "/sitemap.xml",
    "/openapi.json",
]


@pytest.mark.parametrize("path", PATHS)
def test_every_answer_carries_them_once(client: TestClient, path: str) -> None:
    for _ in range(2):
        headers = client.get(path).headers
        (policy,) = headers.get_list("content-security-policy")
        for directive in (
            "default-src 'none'",
            "script-src 'self'",
            "style-src 'self'",
            "img-src 'self' data:",
            "media-src 'self'",
            "form-action 'self'",
            "frame-ancestors 'none'",
            "base-uri 'none'",
            "require-trusted-types-for 'script'",
        ):
            assert directive in policy.split("; ")
        assert "unsafe" not in policy
        assert headers.get_list("x-content-type-options") == ["nosniff"]
        assert headers.get_list("referrer-policy") == ["strict-origin-when-cross-origin"]
        assert headers.get_list("cross-origin-opener-policy") == ["same-origin"]
        assert "camera=()" in headers["permissions-policy"]
        assert headers["strict-transport-security"] == "max-age=31536000"


def test_plain_http_promises_no_encryption() -> None:
    names = {name for name, _ in security_headers(Settings(base_url="http://127.0.0.1:8000"))}
    assert b"strict-transport-security" not in names
