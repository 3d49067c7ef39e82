"""`Settings`: every choice an operator can make, frozen, read once by `cli` and passed in.

Names are `HELPCENTER_<FIELD>` in the environment, over `helpcenter.toml` in the content folder,
over the defaults here. `docs/settings.md` lists them all; a test compares.
"""

import json
import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any, Self
from urllib.parse import urlsplit

from annotated_types import MinLen
from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    SecretStr,
    ValidationError,
    ValidationInfo,
    field_validator,
    model_validator,
)

PREFIX = "HELPCENTER_"


class SettingsError(Exception):
    """A setting cannot be used; the text names it, says why and what would do."""


def _table(value: object) -> object:
    return {"en": value} if isinstance(value, str) else value


def _has_source(value: dict[str, str]) -> dict[str, str]:
    if value and "en" not in value:
        raise ValueError("give the words for `en` too: they are the fallback")
    return value


Localised = Annotated[dict[str, str], BeforeValidator(_table), AfterValidator(_has_source)]
"""Words by locale folder; a plain string counts for the source locale, which is the fallback."""


Words = Annotated[Localised, MinLen(1)]
"""The same, and never without words."""


def _list(value: object) -> object:
    return value.replace(",", " ").split() if isinstance(value, str) else value


_HOST = r"([a-z0-9.-]+|\[[0-9a-f:]+\])(:\d{1,5})?"
"""A host as browsers write it in an `Origin`: lower case."""

_SAFE = rf"(https://{_HOST}|http://(127\.0\.0\.1|localhost|\[::1\])(:\d{{1,5}})?)"
"""Where secrets may travel: over TLS, or on this very machine."""

Origin = Annotated[str, Field(pattern=rf"^{_SAFE}$")]
SafeUrl = Annotated[str, Field(pattern=rf"^{_SAFE}(/[!-~]*)?$")]


Hosts = Annotated[
    tuple[Annotated[str, Field(pattern=rf"^{_HOST}$")], ...], BeforeValidator(_list), MinLen(1)
]

Email = Annotated[str, Field(pattern=r"^[^@\s,;<>\"()\\]{1,64}@[^@\s,;<>\"()\\]{1,190}$")]


def _is_smtp(url: SecretStr) -> SecretStr:
    parts = urlsplit(url.get_secret_value())
    if parts.scheme not in {"smtp", "smtps"} or not parts.hostname or parts.path.strip("/"):
        raise ValueError("write smtp://user:password@host:587 or smtps://user:password@host:465")
    return url


STRIPE_API = "https://api.stripe.com"
_STRIPE_KEY = re.compile(r"(sk|rk)_(test|live)_[A-Za-z0-9]+", re.ASCII)


class Settings(BaseModel):
    """What an operator can choose."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    product: Words = Field(
        default={"en": "Lantern"}, description="The name of the product people pay for."
    )
    credits: Words = Field(
        default={"en": "credits", "zh_HK": "點數"},
        description="What the prepaid balance is called.",
    )
    manage_path: Words = Field(
        default={
            "en": "user menu → Manage subscription → Manage",
            "zh_HK": "用戶選單 → 管理訂閱 → 管理",
        },
        description="Where in the host app people reach the Stripe portal.",
    )
    grace_days: int = Field(
        default=7, ge=0, le=90, description="Days a failed payment may stay open."
    )
    link_hours: int = Field(default=24, ge=1, le=168, description="Hours a portal link lives.")
    silent_days: int = Field(
        default=30, ge=8, le=3650, description="Days of silence that close a conversation."
    )
    search_log_days: int = Field(
        default=90,
        ge=0,
        le=3650,
        description="Days that searches are kept, without who searched; 0 keeps none.",
    )
    content: Path | None = Field(
        default=None, description="A site's own content folder; the starter content otherwise."
    )
    base_url: str = Field(
        default="http://127.0.0.1:8000",
        pattern=r"^https?://[^/]+$",
        description="Where people open the help centre; `http://127.0.0.1:PORT` without one.",
    )
    host: str = Field(default="127.0.0.1", description="The address to listen on.")
    port: int = Field(default=8000, ge=0, le=65535, description="The port to listen on.")
    data: Path = Field(
        default=Path("var"),
        description="Folder for the SQLite database, the search index and compiled rules.",
    )
    database_url: SecretStr | None = Field(
        default=None,
        description="`postgresql://…` when one process is not enough; SQLite in `data` otherwise.",
    )
    secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="At least 32 random bytes that protect sessions, tokens and links; without it "
        "one is made and kept in `data`. Needed with PostgreSQL.",
    )
    host_jwt_algorithm: str = Field(
        default="HS256",
        pattern="^(HS256|RS256|ES256)$",
        description="How the host app signs its JWTs: `HS256`, `RS256` or `ES256`.",
    )
    host_jwt_secret: SecretStr | None = Field(
        default=None,
        min_length=32,
        description="The secret shared with the host app for HS256, at least 32 bytes.",
    )
    host_jwks_url: SafeUrl | None = Field(
        default=None,
        description="Where the host app publishes its public keys for RS256 and ES256.",
    )
    host_jwt_issuer: str | None = Field(
        default=None, min_length=1, description="The `iss` the host app puts into its JWTs."
    )
    host_origins: Annotated[tuple[Origin, ...], BeforeValidator(_list)] = Field(
        default=(),
        description="Origins of the host app's pages (`https://app.example.com`), which may use "
        "the API and send people here signed in.",
    )
    login_url: SafeUrl | None = Field(
        default=None,
        description="Where the host app signs people in for the help centre; without it they are "
        "asked to come from their account.",
    )
    timezone: str = Field(
        default="Asia/Hong_Kong", description="The site's time zone, for times shown to people."
    )
    support_email: str | None = Field(
        default=None, description="An address people may write to, shown on the contact page."
    )
    support_phone: str | None = Field(
        default=None, description="A number people may call, shown on the contact page."
    )
    support_hours: Localised = Field(
        default_factory=dict, description="When people answer, in words, by locale."
    )
    smtp_url: Annotated[SecretStr, AfterValidator(_is_smtp)] | None = Field(
        default=None,
        description="The mail server: `smtp://user:password@host:587` (STARTTLS where it offers "
        "it) or `smtps://…`; no mail without one.",
    )
    mail_from: Email | None = Field(
        default=None, description="The sender of mail; `support_email` without one."
    )
    team_emails: dict[str, Email] = Field(
        default_factory=dict,
        description='Where teams get mail, by team id: `{"support": "help@example.com"}`.',
    )
    metrics_token: SecretStr | None = Field(
        default=None, description="Bearer token that opens /metrics; closed without one."
    )
    stripe_key: SecretStr | None = Field(
        default=None,
        description="A restricted key of Stripe (`rk_live_…`, `rk_test_…`); no facts without one.",
    )
    stripe_api_base: Origin = Field(
        default=STRIPE_API,
        description="Where Stripe's API is; anything else is for test keys only.",
    )
    stripe_portal_hosts: Hosts = Field(
        default=("billing.stripe.com",),
        description="Hosts a portal link may lead to; add a custom billing domain here.",
    )
    stripe_invoice_hosts: Hosts = Field(
        default=("invoice.stripe.com",),
        description="Hosts a hosted invoice page may be on; add a custom domain here.",
    )
    stripe_webhook_secrets: Annotated[tuple[SecretStr, ...], BeforeValidator(_list)] = Field(
        default=(),
        description="Signing secrets of the webhook endpoint (`whsec_…`), old and new in a roll.",
    )
    facts_seconds: int = Field(
        default=45, ge=0, le=600, description="Seconds a customer's facts are kept; 0 never."
    )
    followup_minutes: int = Field(
        default=2,
        ge=1,
        le=60,
        description="Minutes from a click on a portal link until the bot asks why nothing changed.",
    )
    payment_mails: bool = Field(
        default=False,
        description="Write to customers, once an invoice, when a payment of theirs failed.",
    )
    log_format: str = Field(
        default="auto",
        pattern="^(auto|console|json)$",
        description="`console`, `json`, or `auto`: console on a terminal, json elsewhere.",
    )

    @model_validator(mode="after")
    def _signing_fits(self) -> Self:
        """Refuse what can only be a mistake, before it becomes a way in."""
        shared = self.host_jwt_algorithm == "HS256"
        if self.host_jwt_secret and not shared:
            raise ValueError("host_jwt_secret is for HS256; host_jwt_algorithm says otherwise")
        if self.host_jwks_url and shared:
            raise ValueError("host_jwks_url needs host_jwt_algorithm RS256 or ES256")
        if (self.host_jwt_secret or self.host_jwks_url) and not self.host_jwt_issuer:
            raise ValueError("host_jwt_issuer (HELPCENTER_HOST_JWT_ISSUER) is missing")
        return self

    @model_validator(mode="before")
    @classmethod
    def _opened_where_it_listens(cls, given: dict[str, Any]) -> dict[str, Any]:
        port = given.get("port")
        return given if port is None else {"base_url": f"http://127.0.0.1:{port}", **given}

    @field_validator("stripe_key")
    @classmethod
    def _is_a_key(cls, key: SecretStr | None) -> SecretStr | None:
        if key is not None and not _STRIPE_KEY.fullmatch(key.get_secret_value()):
            raise ValueError("a key begins with rk_live_, rk_test_, sk_live_ or sk_test_")
        return key

    @field_validator("stripe_api_base")
    @classmethod
    def _keeps_live_keys_at_home(cls, base: str, info: ValidationInfo) -> str:
        key = info.data.get("stripe_key")
        if base != STRIPE_API and key is not None and _is_live(key):
            raise ValueError(f"a live key may go to {STRIPE_API} only")
        return base

    @property
    def stripe_livemode(self) -> bool | None:
        """Whether the Stripe key is for real money; None without a key."""
        return None if self.stripe_key is None else _is_live(self.stripe_key)

    @property
    def mail_sender(self) -> str | None:
        """Who mail comes from; None if no mail can be sent."""
        return None if self.smtp_url is None else self.mail_from or self.support_email

    @property
    def is_on_loopback(self) -> bool:
        """Whether people open the help centre on this very machine, without TLS."""
        base = urlsplit(self.base_url)
        return base.scheme == "http" and base.hostname in {"127.0.0.1", "localhost", "::1"}

    def words(self, folder: str) -> dict[str, str]:
        """Return the variables content may use (`{{ product }}` …) for a locale folder."""

        def pick(table: Mapping[str, str]) -> str:
            return table.get(folder) or table["en"]

        return {
            "product": pick(self.product),
            "credits": pick(self.credits),
            "manage_path": pick(self.manage_path),
            "grace_days": str(self.grace_days),
            "link_hours": str(self.link_hours),
        }


def _is_live(key: SecretStr) -> bool:
    return key.get_secret_value()[3:].startswith("live_")


def read(environ: Mapping[str, str], **overrides: object) -> Settings:
    """Read settings from `helpcenter.toml` in the content folder and from `environ`.

    `overrides` (command-line flags) win; None means "not given". Raises `SettingsError`.
    """
    given = {k: v for k, v in overrides.items() if v is not None}
    env = {
        name.removeprefix(PREFIX).lower(): _parse(value)
        for name, value in environ.items()
        if name.startswith(PREFIX)
    }
    folder = given.get("content", env.get("content"))
    file = _read_toml(Path(str(folder)) / "helpcenter.toml") if folder else {}
    try:
        return Settings.model_validate({**file, **env, **given})
    except ValidationError as error:
        raise SettingsError(_explain(error)) from None


def _parse(value: str) -> Any:  # noqa: ANN401 - whatever JSON holds
    """Let tables and lists be given as JSON; everything else is the string itself."""
    if value[:1] in {"{", "["}:
        try:
            return json.loads(value)
        except ValueError:
            return value
    return value


def _read_toml(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        raise SettingsError(f"{path}: cannot be read: {error}") from None


def _explain(error: ValidationError) -> str:
    lines = []
    for item in error.errors(include_url=False, include_input=False):
        if not item["loc"]:
            lines.append(item["msg"])
            continue
        name = str(item["loc"][0])
        lines.append(f"{name} ({PREFIX}{name.upper()}): {item['msg']}")
    return "\n".join(lines)
