"""Who people are, and what proves it. Of tokens only digests are kept."""

from sqlalchemy import Boolean, CheckConstraint, Column, ForeignKey, Index, Table

from helpcenter.db.types import Id, Json, Text, UtcDateTime, metadata

customers = Table(
    "customers",
    metadata,
    Column("id", Id, primary_key=True),
    Column("sub", Text, nullable=False, unique=True),
    # Several may share one: colleagues of a company that pays once.
    Column("stripe_customer", Text, index=True),
    # Unknown until Stripe has been asked about this `stripe_customer`.
    Column("livemode", Boolean),
    Column("name", Text),
    Column("email", Text),
    Column("locale", Text),
    Column("zoneinfo", Text),
    # When the host app said all this: an older JWT, arriving late, changes nothing.
    Column("claimed_at", UtcDateTime, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

agents = Table(
    "agents",
    metadata,
    Column("id", Id, primary_key=True),
    # In lower case: it is what people type to sign in.
    Column("email", Text, nullable=False, unique=True),
    Column("name", Text, nullable=False),
    Column("role", Text, nullable=False),
    # A team's id in `bot/teams.yaml`; which of them exist is for the rooms above to know.
    Column("team", Text, nullable=False),
    Column("password_hash", Text, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

sessions = Table(
    "sessions",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("kind", Text, nullable=False),
    Column("customer_id", ForeignKey("customers.id", ondelete="CASCADE"), index=True),
    Column("agent_id", Id, index=True),
    Column("created", UtcDateTime, nullable=False),
    Column("last_seen", UtcDateTime, nullable=False, index=True),
    # The `iat` of the JWT behind it; for agents, when the password was typed.
    Column("signed_in_at", UtcDateTime, nullable=False),
    CheckConstraint(
        "(kind = 'customer' AND customer_id IS NOT NULL AND agent_id IS NULL)"
        " OR (kind = 'agent' AND agent_id IS NOT NULL AND customer_id IS NULL)",
        name="one_owner",
    ),
)

access_tokens = Table(
    "access_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("digest", Text, nullable=False, unique=True),
    Column(
        "customer_id", ForeignKey("customers.id", ondelete="CASCADE"), nullable=False, index=True
    ),
    Column("created", UtcDateTime, nullable=False),
    Column("expires", UtcDateTime, nullable=False, index=True),
    Column("signed_in_at", UtcDateTime, nullable=False),
)

api_tokens = Table(
    "api_tokens",
    metadata,
    Column("id", Id, primary_key=True),
    Column("name", Text, nullable=False, unique=True),
    Column("digest", Text, nullable=False, unique=True),
    Column("scopes", Json, nullable=False),
    Column("created", UtcDateTime, nullable=False),
)

spent_jti = Table(
    "spent_jti",
    metadata,
    Column("digest", Text, primary_key=True),
    Column("expires", UtcDateTime, nullable=False),
    Index(None, "expires"),
)
