"""Stripe's settings: which keys go where, and what is refused before anything starts."""

import pytest

from helpcenter.settings import SettingsError, read

LIVE, TEST = "rk_live_abc123", "rk_test_abc123"


def test_without_a_key_there_is_no_mode() -> None:
    assert read({}).stripe_livemode is None


@pytest.mark.parametrize(
    ("key", "live"), [(LIVE, True), (TEST, False), ("sk_live_a", True), ("sk_test_a", False)]
)
def test_the_key_decides_the_mode(key: str, *, live: bool) -> None:
    assert read({"HELPCENTER_STRIPE_KEY": key}).stripe_livemode is live


@pytest.mark.parametrize("key", ["pk_live_abc", "whsec_abc", "rk_live_", "rk_test_a:b", "sk_abc"])
def test_what_is_no_secret_key_is_refused_without_being_shown(key: str) -> None:
    with pytest.raises(SettingsError, match="HELPCENTER_STRIPE_KEY") as caught:
        read({"HELPCENTER_STRIPE_KEY": key})
    assert key not in str(caught.value).replace("rk_live_,", "")


@pytest.mark.parametrize(
    "base", ["https://stripe.example.com", "http://127.0.0.1:1", "http://api.stripe.com"]
)
def test_a_live_key_goes_to_stripe_only(base: str) -> None:
    environ = {"HELPCENTER_STRIPE_KEY": LIVE, "HELPCENTER_STRIPE_API_BASE": base}
    with pytest.raises(SettingsError, match="HELPCENTER_STRIPE_API_BASE"):
        read(environ)
    assert read(environ | {"HELPCENTER_STRIPE_API_BASE": "https://api.stripe.com"}).stripe_key


@pytest.mark.parametrize(
    "base", ["http://127.0.0.1:9", "http://localhost:9", "http://[::1]:9", "https://mirror.test"]
)
def test_a_test_key_may_go_to_a_sandbox(base: str) -> None:
    environ = {"HELPCENTER_STRIPE_KEY": TEST, "HELPCENTER_STRIPE_API_BASE": base}
    assert read(environ).stripe_api_base == base


@pytest.mark.parametrize(
    "base",
    [
        "http://stripe.example.com",
        "http://127.0.0.1.example.com",
        "http://127.0.0.1@example.com",
        "https://api.stripe.com/v1",
        "ftp://127.0.0.1",
        "",
    ],
)
def test_no_key_goes_over_an_open_wire(base: str) -> None:
    with pytest.raises(SettingsError, match="HELPCENTER_STRIPE_API_BASE"):
        read({"HELPCENTER_STRIPE_KEY": TEST, "HELPCENTER_STRIPE_API_BASE": base})


def test_lists_are_json_or_have_commas() -> None:
    environ = {
        "HELPCENTER_STRIPE_PORTAL_HOSTS": "billing.stripe.com, pay.example.com:8443",
        "HELPCENTER_STRIPE_INVOICE_HOSTS": '["127.0.0.1:9"]',
        "HELPCENTER_STRIPE_WEBHOOK_SECRETS": "whsec_new,whsec_old",
    }
    settings = read(environ)
    assert settings.stripe_portal_hosts == ("billing.stripe.com", "pay.example.com:8443")
    assert settings.stripe_invoice_hosts == ("127.0.0.1:9",)
    assert [s.get_secret_value() for s in settings.stripe_webhook_secrets] == [
        "whsec_new",
        "whsec_old",
    ]
    assert "whsec_" not in repr(settings)


@pytest.mark.parametrize(
    "hosts", ["https://billing.example.com", "a@b.com", "", "b.com/p", "[]", "B.com"]
)
def test_a_host_is_only_a_host(hosts: str) -> None:
    with pytest.raises(SettingsError, match="HELPCENTER_STRIPE_PORTAL_HOSTS"):
        read({"HELPCENTER_STRIPE_PORTAL_HOSTS": hosts})
