"""What an operator should know about mail and teams before tickets wait unseen."""

from helpcenter.settings import Settings

NO_MAIL = (
    "No mail is sent: teams are not told when somebody waits, and answers to the contact form "
    "reach nobody. Set HELPCENTER_SMTP_URL and HELPCENTER_MAIL_FROM."
)
NO_TEAM = "No team is told when somebody waits: set HELPCENTER_TEAM_EMAILS."


def shortcomings(settings: Settings) -> tuple[str, ...]:
    """Return what does not work with these settings, a sentence each, in an operator's words."""
    if settings.mail_sender is None:
        return (NO_MAIL,)
    return () if settings.team_emails else (NO_TEAM,)
