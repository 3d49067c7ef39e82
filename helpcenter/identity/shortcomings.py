"""What an operator should know about signing in before customers find out."""

from helpcenter.settings import Settings


def shortcomings(settings: Settings) -> tuple[str, ...]:
    """Return what does not work with these settings, a sentence each, in an operator's words."""
    if settings.host_jwt_secret is None and settings.host_jwks_url is None:
        return (
            "Nobody can sign in: set HELPCENTER_HOST_JWT_SECRET and HELPCENTER_HOST_JWT_ISSUER.",
        )
    found = []
    if settings.login_url is None:
        found.append(
            "Sign-in buttons can only say “open the help centre from your account”: "
            "set HELPCENTER_LOGIN_URL."
        )
    if not settings.host_origins:
        found.append(
            "No page of the host app may send people here signed in: set HELPCENTER_HOST_ORIGINS."
        )
    if not settings.base_url.startswith("https:") and not settings.is_on_loopback:
        found.append(
            "Browsers keep nobody signed in over plain http: "
            "HELPCENTER_BASE_URL must begin with https."
        )
    return tuple(found)
