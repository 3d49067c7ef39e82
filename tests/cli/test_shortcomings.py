"""What `serve` says about settings that are missing, before it serves without them."""

import pytest
from structlog.testing import capture_logs

from helpcenter.cli.serve import say_shortcomings
from helpcenter.settings import read


def test_without_a_stripe_key_it_says_what_does_not_work(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with capture_logs() as lines:
        say_shortcomings(read({}))
    without = ["facts", "links", "webhooks"]
    assert lines == [{"event": "stripe_key_missing", "without": without, "log_level": "warning"}]
    said = capsys.readouterr()
    assert (said.out, said.err.count("\n")) == ("", 3)
    for name in ("HOST_JWT_SECRET", "STRIPE_KEY", "SMTP_URL"):
        assert f"HELPCENTER_{name}" in said.err


@pytest.mark.parametrize("secrets", ["", ("",)], ids=["none", "blank"])
def test_without_a_webhook_secret_it_says_so(
    capsys: pytest.CaptureFixture[str], secrets: object
) -> None:
    with capture_logs() as lines:
        say_shortcomings(read({}, stripe_key="rk_test_1", stripe_webhook_secrets=secrets))
    assert lines == []
    assert "HELPCENTER_STRIPE_WEBHOOK_SECRETS" in capsys.readouterr().err


def test_with_both_it_says_nothing_of_stripe(capsys: pytest.CaptureFixture[str]) -> None:
    settings = read({}, stripe_key="rk_test_1", stripe_webhook_secrets="whsec_1")
    with capture_logs() as lines:
        say_shortcomings(settings)
    assert (lines, "STRIPE" in capsys.readouterr().err) == ([], False)
