"""What an operator should know about Stripe before customers find out."""

from helpcenter.settings import Settings

NO_KEY = (
    "Nobody's payments can be looked at: answers come without the customer's own facts, no portal "
    "link is made and no webhook is taken. Set HELPCENTER_STRIPE_KEY."
)
NO_WEBHOOK = (
    "Stripe cannot tell us when something changes: what customers are told may be "
    "HELPCENTER_FACTS_SECONDS old. Set HELPCENTER_STRIPE_WEBHOOK_SECRETS."
)


def shortcomings(settings: Settings) -> tuple[str, ...]:
    """Return what does not work with these settings, a sentence each, in an operator's words."""
    if settings.stripe_key is None:
        return (NO_KEY,)
    if not any(secret.get_secret_value() for secret in settings.stripe_webhook_secrets):
        return (NO_WEBHOOK,)
    return ()
