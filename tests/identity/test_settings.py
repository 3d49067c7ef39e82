"""Settings of signing in that can only be mistakes are refused, by name and without the secret."""

import pytest

from helpcenter.settings import SettingsError, read

SECRET = "canary-secret-that-is-long-enough-32"
ISSUER = {"HELPCENTER_HOST_JWT_ISSUER": "https://app.example"}
JWKS = {"HELPCENTER_HOST_JWKS_URL": "https://app.example/jwks.json"}


@pytest.mark.parametrize(
    ("environ", "named"),
    [
        ({"HELPCENTER_SECRET": "canary-short"}, "HELPCENTER_SECRET"),
        ({"HELPCENTER_HOST_JWT_SECRET": "canary-short", **ISSUER}, "HELPCENTER_HOST_JWT_SECRET"),
        ({"HELPCENTER_HOST_JWT_SECRET": SECRET}, "HELPCENTER_HOST_JWT_ISSUER"),
        ({**JWKS, "HELPCENTER_HOST_JWT_ALGORITHM": "ES256"}, "HELPCENTER_HOST_JWT_ISSUER"),
        ({**JWKS, **ISSUER}, "host_jwt_algorithm"),
        (
            {
                "HELPCENTER_HOST_JWT_SECRET": SECRET,
                "HELPCENTER_HOST_JWT_ALGORITHM": "RS256",
                **ISSUER,
            },
            "host_jwt_algorithm",
        ),
        ({"HELPCENTER_HOST_JWT_ALGORITHM": "none"}, "HELPCENTER_HOST_JWT_ALGORITHM"),
        ({"HELPCENTER_HOST_JWKS_URL": "http://app.example/jwks"}, "HELPCENTER_HOST_JWKS_URL"),
        ({"HELPCENTER_HOST_JWKS_URL": "file:///etc/passwd"}, "HELPCENTER_HOST_JWKS_URL"),
        ({"HELPCENTER_LOGIN_URL": "http://app.example/login"}, "HELPCENTER_LOGIN_URL"),
        ({"HELPCENTER_LOGIN_URL": "https://a.example/\r\nX: y"}, "HELPCENTER_LOGIN_URL"),
        ({"HELPCENTER_LOGIN_URL": "https://u:p@a.example/"}, "HELPCENTER_LOGIN_URL"),
        ({"HELPCENTER_HOST_ORIGINS": "https://app.example/"}, "HELPCENTER_HOST_ORIGINS"),
        ({"HELPCENTER_HOST_ORIGINS": "https://*.example"}, "HELPCENTER_HOST_ORIGINS"),
        ({"HELPCENTER_HOST_ORIGINS": "null"}, "HELPCENTER_HOST_ORIGINS"),
    ],
    ids=range(15),
)
def test_a_mistake_is_named(environ: dict[str, str], named: str) -> None:
    with pytest.raises(SettingsError) as caught:
        read(environ)
    assert named in str(caught.value)
    assert "canary" not in str(caught.value)


@pytest.mark.parametrize(
    "text",
    [
        "https://a.example https://b.example:8443",
        "https://a.example,https://b.example:8443",
        '["https://a.example", "https://b.example:8443"]',
    ],
)
def test_origins_are_a_list_however_written(text: str) -> None:
    found = read({"HELPCENTER_HOST_ORIGINS": text}).host_origins
    assert found == ("https://a.example", "https://b.example:8443")
