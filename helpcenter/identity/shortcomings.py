"""What an operator should know about signing in before customers find out."""

from helpcenter.settings import Settings

NOBODY = "Nobody can sign in: set HELPCENTER_HOST_JWT_SECRET and HELPCENTER_HOST_JWT_ISSUER."
NO_LOGIN_URL = (
    "Sign-in buttons can only say “open the help centre from your account”: "
    "set HELPCENTER_LOGIN_URL."
)
NO_ORIGINS = "No page of the host app may send people here signed in: set HELPCENTER_HOST_ORIGINS."
PLAIN_HTTP = (
    "Browsers keep nobody signed in over plain http: HELPCENTER_BASE_URL must begin with https."
)


def shortcomings(settings: Settings) -> tuple[str, ...]:
    """Return what does not work with these settings, a sentence each, in an operator's words."""
    missing = {
        NO_LOGIN_URL: settings.login_url is None,
        NO_ORIGINS: not settings.host_origins,
        PLAIN_HTTP: not settings.base_url.startswith("https:") and not settings.is_on_loopback,
    }
    if settings.host_jwt_secret is None and settings.host_jwks_url is None:
        return (NOBODY,)
    return tuple(sentence for sentence, is_missing in missing.items() if is_missing)
