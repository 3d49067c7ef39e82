"""What an operator is told about signing in."""

import pytest

from helpcenter.identity.shortcomings import shortcomings
from helpcenter.settings import Settings

WHOLE = {
    "base_url": "https://help.example.com",
    "host_jwt_secret": "s" * 32,
    "host_jwt_issuer": "https://app.example.com",
    "host_origins": "https://app.example.com",
    "login_url": "https://app.example.com/help-login",
}


def test_nothing_is_said_when_nothing_is_missing() -> None:
    assert shortcomings(Settings.model_validate(WHOLE)) == ()
    loopback = Settings.model_validate({**WHOLE, "base_url": "http://127.0.0.1:8000"})
    assert shortcomings(loopback) == ()


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"host_jwt_secret": None, "host_jwt_issuer": None}, "HELPCENTER_HOST_JWT_SECRET"),
        ({"login_url": None}, "HELPCENTER_LOGIN_URL"),
        ({"host_origins": ""}, "HELPCENTER_HOST_ORIGINS"),
        ({"base_url": "http://help.example.com"}, "HELPCENTER_BASE_URL"),
        ({"base_url": "http://localhost.example.com"}, "HELPCENTER_BASE_URL"),
    ],
    ids=range(5),
)
def test_each_thing_missing_is_one_sentence(changes: dict[str, object], named: str) -> None:
    (sentence,) = shortcomings(Settings.model_validate({**WHOLE, **changes}))
    assert named in sentence
