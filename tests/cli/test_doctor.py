"""`helpcenter doctor` against the sandbox: what is well, what is not, and what to click."""

import json
import socket
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest
from aiosmtpd.smtp import AuthResult
from sqlalchemy import text
from typer.testing import CliRunner, Result

from helpcenter.cli import reach
from helpcenter.cli.checks import Status
from helpcenter.cli.main import app
from helpcenter.db.engine import FILE, open_database
from helpcenter.db.migrate import head, upgrade
from helpcenter.identity import agents
from helpcenter.identity.agents import AgentRole, NewAgent
from helpcenter.sandbox.config import MINIMAL_PERMISSIONS, SandboxConfig
from helpcenter.sandbox.faults import Fault
from helpcenter.sandbox.server import Sandbox, start_sandbox
from tests.databases import Maker
from tests.factories import CONTENT
from tests.identity.host import START
from tests.jobs.test_mail import Postman, free_port, served

JWT_SECRET = "the host app's own secret, 32 bytes and more"
WEBHOOK = "whsec_canary0001"


@pytest.fixture
def sandbox() -> Iterator[Sandbox]:
    with start_sandbox(SandboxConfig(live_key="rk_live_canary0001")) as running:
        yield running


@pytest.fixture(scope="module")
def smtp() -> Iterator[int]:
    """The port of a mail server that takes everything."""
    controller = served(Postman(), free_port())
    controller.start()
    yield controller.port
    controller.stop()


@pytest.fixture
def well(
    sandbox: Sandbox, smtp: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> pytest.MonkeyPatch:
    """A site where all is well, in the environment; tests spoil it."""
    data = tmp_path / "data"
    agent = NewAgent("ada@example.com", "Ada", AgentRole.AGENT, "spouts", "-")
    with closing(open_database(None, data)) as database:
        upgrade(database)
        database.write_sync(lambda conn: agents.add(conn, agent, START))
    given = {
        "BASE_URL": "https://help.example.com",
        "CONTENT": str(CONTENT),
        "DATA": str(data),
        "HOST_JWT_SECRET": JWT_SECRET,
        "HOST_JWT_ISSUER": "https://app.example.com",
        "HOST_ORIGINS": "https://app.example.com",
        "LOGIN_URL": "https://app.example.com/login",
        "STRIPE_KEY": sandbox.config.restricted_key,
        "STRIPE_API_BASE": sandbox.wiring.stripe_url,
        "STRIPE_WEBHOOK_SECRETS": WEBHOOK,
        "SMTP_URL": f"smtp://127.0.0.1:{smtp}",
        "MAIL_FROM": "help@example.com",
        "TEAM_EMAILS": '{"spouts": "spouts@example.com", "lids": "lids@example.com"}',
    }
    for name, value in given.items():
        monkeypatch.setenv(f"HELPCENTER_{name}", value)
    # Nobody is there: the address is an example.
    monkeypatch.setattr(reach, "knock", lambda _url, _body, _header: "ignored")
    return monkeypatch


def run(*flags: str) -> Result:
    return CliRunner().invoke(app, ["doctor", *flags])


def findings() -> dict[str, list[tuple[str, str]]]:
    """Return status and sentence of what is not well, by check; the exit code must fit."""
    result = run("--json")
    told = json.loads(result.stdout)
    found: dict[str, list[tuple[str, str]]] = {}
    for one in told["checks"]:
        assert (one["sentence"][-1], "\n" in one["sentence"]) == (".", False)
        if one["status"] != Status.OK:
            found.setdefault(one["check"], []).append((one["status"], one["sentence"]))
    statuses = [status for group in found.values() for status, _ in group]
    counts = (statuses.count("fault"), statuses.count("warning"))
    assert (told["faults"], told["warnings"]) == counts
    assert result.exit_code == (1 if told["faults"] else 0)
    # What SQLite this machine has is not the test's to say.
    found.pop("sqlite", None)
    return found


def only(check: str) -> tuple[str, str]:
    """Return the one finding that is not well."""
    found = findings()
    assert list(found) == [check], found
    (one,) = found[check]
    return one


def test_all_is_well(well: pytest.MonkeyPatch) -> None:
    assert findings() == {}


@pytest.mark.full
def test_people_read_lines_and_never_a_secret(well: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    result = run()
    assert result.exit_code == 0
    lines = result.stdout.splitlines()
    assert (
        lines[0] == "ok       address      People open the help centre at https://help.example.com."
    )
    assert lines[-1].startswith("Faults: 0. Warnings: ")
    well.setenv("HELPCENTER_DATABASE_URL", "postgresql://joe:hunter2@127.0.0.1:1/x")
    whole = result.output + run().output + run("--json").output
    for secret in (sandbox.config.restricted_key, WEBHOOK, JWT_SECRET, "hunter2"):
        assert secret not in whole


@pytest.mark.full
@pytest.mark.parametrize(
    ("answer", "status", "why"),
    [
        (None, "warning", "Nobody answers at https://help.example.com/webhooks/stripe"),
        ("webhook_forged", "fault", "does not know the first signing secret"),
        ("webhook_wrong_mode", "fault", "has a key of the other mode"),
        ("not_found", "fault", "has no key or no signing secret"),
        ("", "fault", "is no help centre"),
    ],
)
def test_the_webhook_is_tried_at_its_own_address(
    well: pytest.MonkeyPatch, answer: str | None, status: str, why: str
) -> None:
    well.setattr(reach, "knock", lambda _url, _body, _header: answer)
    found, sentence = only("reach")
    assert (found, why in sentence) == (status, True)


def test_the_minimal_permissions_are_named(well: pytest.MonkeyPatch) -> None:
    well.delenv("HELPCENTER_STRIPE_KEY")
    _, sentence = only("stripe key")
    for resource in ("Customers: Read", "SetupIntents: Read", "Customer portal: Write"):
        assert resource in sentence
    assert sentence.count(": Read") == 7


# --- Stripe -------------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.parametrize("right", sorted(MINIMAL_PERMISSIONS - {"customer_portal_read"}))
def test_a_missing_permission_is_named(
    well: pytest.MonkeyPatch, sandbox: Sandbox, right: str
) -> None:
    sandbox.state.rights.discard(right)
    status, sentence = only("permissions")
    assert (status, f"lacks rak_{right}:" in sentence) == ("fault", True)
    assert sentence.endswith((": Read.", ": Write."))


@pytest.mark.full
def test_without_a_look_at_the_portal_nothing_is_said_of_it(
    well: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    sandbox.state.rights.discard("customer_portal_read")
    found = findings()
    assert [status for status, _ in found["permissions"]] == ["fault"]
    assert [status for status, _ in found["portal"]] == ["warning"]


@pytest.mark.full
def test_several_missing_permissions_are_several_lines(
    well: pytest.MonkeyPatch, sandbox: Sandbox
) -> None:
    sandbox.state.rights.difference_update({"charge_read", "invoice_read"})
    assert [status for status, _ in findings()["permissions"]] == ["fault", "fault"]


@pytest.mark.full
def test_no_portal_configuration(well: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    sandbox.state.tables["billing_portal.configuration"].clear()
    status, sentence = only("portal")
    assert (status, "test mode" in sentence) == ("fault", True)
    assert "Customer portal" in sentence


@pytest.mark.full
@pytest.mark.parametrize(
    ("feature", "expected"),
    [
        ("payment_method_update", "fault"),
        ("subscription_cancel", "warning"),
        ("subscription_update", "warning"),
        ("subscription_pause", "warning"),
        ("customer_update", "warning"),
    ],
)
def test_a_page_the_portal_does_not_offer(
    well: pytest.MonkeyPatch, sandbox: Sandbox, feature: str, expected: str
) -> None:
    config = sandbox.state.where("billing_portal.configuration")[0]
    config["features"][feature]["enabled"] = False
    status, sentence = only("portal")
    assert (status, feature in sentence) == (expected, True)


def test_no_key_is_no_fault(well: pytest.MonkeyPatch) -> None:
    well.delenv("HELPCENTER_STRIPE_KEY")
    status, sentence = only("stripe key")
    assert (status, "HELPCENTER_STRIPE_KEY" in sentence) == ("warning", True)


@pytest.mark.full
def test_a_key_stripe_does_not_know(well: pytest.MonkeyPatch) -> None:
    well.setenv("HELPCENTER_STRIPE_KEY", "rk_test_somebodyElses")
    status, sentence = only("stripe key")
    assert (status, "refuses the key" in sentence) == ("fault", True)


def test_a_key_that_is_none_is_refused_by_name(well: pytest.MonkeyPatch) -> None:
    well.setenv("HELPCENTER_STRIPE_KEY", "pk_test_published")
    result = run()
    assert (result.exit_code, "HELPCENTER_STRIPE_KEY" in result.stderr) == (3, True)
    assert "pk_test_published" not in result.output


@pytest.mark.full
def test_an_unrestricted_key(well: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    well.setenv("HELPCENTER_STRIPE_KEY", sandbox.config.secret_key)
    status, sentence = only("stripe key")
    assert (status, "may do everything" in sentence) == ("warning", True)


@pytest.mark.full
def test_stripe_answers_rubbish(well: pytest.MonkeyPatch, sandbox: Sandbox) -> None:
    for kind in ("garbage", "error", "rate_limit", "reset"):
        sandbox.faults.add(Fault(kind))
        status, sentence = only("stripe key")
        assert (status, "does not answer" in sentence) == ("fault", True)


def test_stripe_is_not_there(well: pytest.MonkeyPatch) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        base = f"http://127.0.0.1:{taken.getsockname()[1]}"
        well.setenv("HELPCENTER_STRIPE_API_BASE", base)
        status, sentence = only("stripe key")
    assert (status, base in sentence) == ("fault", True)


@pytest.mark.full
@pytest.mark.parametrize(
    ("secrets", "status", "said"),
    [
        ("", "warning", "https://help.example.com/webhooks/stripe"),
        ("0123456789", "fault", "whsec_"),
        (f"{WEBHOOK},0123456789", "fault", "whsec_"),
    ],
)
def test_the_webhook_secret(well: pytest.MonkeyPatch, secrets: str, status: str, said: str) -> None:
    well.setenv("HELPCENTER_STRIPE_WEBHOOK_SECRETS", secrets)
    found = only("webhook")
    assert (found[0], said in found[1]) == (status, True)


# --- the rest -----------------------------------------------------------------------------------


@pytest.mark.full
@pytest.mark.parametrize(
    ("base", "status"), [("http://help.example.com", "fault"), ("http://127.0.0.1:80", "warning")]
)
def test_the_address_is_to_be_https(well: pytest.MonkeyPatch, base: str, status: str) -> None:
    well.setenv("HELPCENTER_BASE_URL", base)
    found = only("address")
    assert (found[0], base in found[1]) == (status, True)


@pytest.mark.full
@pytest.mark.parametrize("name", ["HOST_JWT_SECRET", "LOGIN_URL", "HOST_ORIGINS"])
def test_what_is_missing_for_signing_in(well: pytest.MonkeyPatch, name: str) -> None:
    well.delenv(f"HELPCENTER_{name}")
    status, sentence = only("signing in")
    assert (status, f"HELPCENTER_{name}" in sentence) == ("warning", True)


@pytest.mark.full
def test_a_database_not_made_yet_is_not_made(well: pytest.MonkeyPatch, tmp_path: Path) -> None:
    well.setenv("HELPCENTER_DATA", str(tmp_path / "none"))
    assert only("database")[0] == "warning"
    assert not (tmp_path / "none").exists()


@pytest.mark.full
@pytest.mark.parametrize(
    ("revision", "status", "said"),
    [("0001", "warning", "helpcenter migrate"), ("9999", "fault", "newer")],
)
def test_a_database_of_another_time(
    well: pytest.MonkeyPatch, tmp_path: Path, revision: str, status: str, said: str
) -> None:
    with closing(open_database(None, tmp_path / "data")) as database:
        change = text("UPDATE alembic_version SET version_num = :revision")
        database.write_sync(lambda conn: conn.execute(change, {"revision": revision}))
    found = only("database")
    assert (found[0], said in found[1], revision in found[1]) == (status, True, True)


@pytest.mark.full
@pytest.mark.parametrize("damage", [b"no database at all" * 1000, None], ids=["rubbish", "folder"])
def test_a_database_that_is_none(
    well: pytest.MonkeyPatch, tmp_path: Path, damage: bytes | None
) -> None:
    file = tmp_path / "data" / FILE
    file.unlink()
    if damage is None:
        file.mkdir()
    else:
        file.write_bytes(damage)
    assert only("database")[0] == "fault"


@pytest.mark.full
def test_postgres_is_looked_at(well: pytest.MonkeyPatch, new_place: Maker) -> None:
    place = new_place("postgresql")
    assert place.url is not None
    well.setenv("HELPCENTER_DATABASE_URL", place.url)
    # A new database has no agents yet either.
    found = findings()
    assert set(found) == {"secret", "agents"}
    ((status, sentence),) = found["secret"]
    assert (status, "HELPCENTER_SECRET" in sentence) == ("fault", True)
    well.setenv("HELPCENTER_SECRET", "s" * 32)
    assert set(findings()) == {"agents"}
    well.setenv("HELPCENTER_DATABASE_URL", "postgresql://joe:hunter2@127.0.0.1:1/x")
    assert only("database")[0] == "fault"


@pytest.mark.full
@pytest.mark.parametrize("mended", [True, False])
def test_which_sqlite_there_is(
    well: pytest.MonkeyPatch,
    mended: bool,  # noqa: FBT001 - pytest gives it by name
) -> None:
    well.setattr("helpcenter.db.lock.has_wal_reset_bug", lambda version: not mended)
    (told,) = [
        one for one in json.loads(run("--json").stdout)["checks"] if one["check"] == "sqlite"
    ]
    assert (told["status"], "helpcenter[sqlite]" in told["sentence"]) == (
        ("ok", False) if mended else ("warning", True)
    )


@pytest.mark.full
def test_content_that_is_broken(well: pytest.MonkeyPatch, tmp_path: Path) -> None:
    page = tmp_path / "site" / "articles" / "en" / "care" / "kettle.md"
    page.parent.mkdir(parents=True)
    page.write_text("---\ntitle: Kettle\n---\n")
    for folder in (tmp_path / "site", tmp_path / "absent"):
        well.setenv("HELPCENTER_CONTENT", str(folder))
        status, sentence = only("content")
        assert (status, "helpcenter check" in sentence) == ("fault", True)


@pytest.mark.full
def test_it_runs_beside_a_server(well: pytest.MonkeyPatch, tmp_path: Path) -> None:
    from helpcenter.db.lock import hold

    with hold(tmp_path / "data", "serve"), closing(open_database(None, tmp_path / "data")) as held:
        assert held.read_sync(lambda conn: conn.execute(text("SELECT 1")).scalar_one()) == 1
        assert findings() == {}
    assert head() in run().stdout


# --- Mail and people ----------------------------------------------------------------------------


def test_a_site_without_mail_or_agents_is_told_what_that_means(well: pytest.MonkeyPatch) -> None:
    for name in ("SMTP_URL", "MAIL_FROM"):
        well.delenv(f"HELPCENTER_{name}")
    status, sentence = only("mail")
    assert (status, "Set HELPCENTER_SMTP_URL" in sentence) == ("warning", True)


@pytest.mark.full
def test_a_mail_server_that_is_away_is_a_fault_without_a_secret(well: pytest.MonkeyPatch) -> None:
    well.setenv("HELPCENTER_SMTP_URL", f"smtp://joe:hunter2@127.0.0.1:{free_port()}")
    status, sentence = only("mail")
    assert status == "fault"
    assert "127.0.0.1 takes no mail from help@example.com (SMTPConnectError)" in sentence
    assert "hunter2" not in sentence


@pytest.mark.full
def test_a_password_the_mail_server_does_not_know_is_a_fault(well: pytest.MonkeyPatch) -> None:
    controller = served(
        Postman(),
        free_port(),
        authenticator=lambda *_: AuthResult(success=False, handled=False),
        auth_require_tls=False,
    )
    controller.start()
    well.setenv("HELPCENTER_SMTP_URL", f"smtp://joe:hunter2@127.0.0.1:{controller.port}")
    try:
        assert "(SMTPAuthenticationError 535)" in only("mail")[1]
    finally:
        controller.stop()


@pytest.mark.full
def test_a_team_without_an_address_and_an_address_without_a_team_are_named(
    well: pytest.MonkeyPatch,
) -> None:
    well.setenv("HELPCENTER_TEAM_EMAILS", '{"spouts": "a@example.com", "handles": "b@example.com"}')
    said = [sentence for _, sentence in findings()["mail"]]
    assert "`lids` is not told" in said[0]
    assert "`handles`, which is no team: there are spouts, lids" in said[1]


@pytest.mark.full
def test_a_site_without_agents_is_warned(well: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with closing(open_database(None, tmp_path / "data")) as database:
        database.write_sync(lambda conn: agents.deactivate(conn, "ada@example.com"))
    assert "helpcenter agents add" in only("agents")[1]
