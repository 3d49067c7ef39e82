"""What the chat widget says, by the names its modules know the sentences by."""

from types import MappingProxyType

from helpcenter.i18n.mark import N_

WORDS = MappingProxyType(
    {
        "chat": N_("Chat"),
        "title": N_("{{ product }} Help"),
        "close": N_("Close the chat"),
        "log": N_("Conversation"),
        "hello": N_(
            "Hello! Tell me what is wrong with a payment, a card or your subscription, in English"
            " or in Chinese. I will look for the answer, and a person can take over at any time."
        ),
        # A button a line; each is sent as if it had been typed.
        "starters": N_(
            "My card was declined\nI want to update my card\nHow do I cancel my subscription?"
        ),
        "choices": N_("Suggested answers"),
        "write": N_("Write a message"),
        "send": N_("Send"),
        "no_cards": N_("Never send full card numbers."),
        "you": N_("You"),
        "assistant": N_("Assistant"),
        "team": N_("Support team"),
        "article": N_("From the help centre"),
        "new_tab": N_("opens in a new tab"),
        "portal_signin": N_("Sign in to open this page."),
        "person": N_("Talk to a person"),
        "owner_bot": N_("The assistant answers at once"),
        "owner_queue": N_("Waiting for a person; you can go on writing"),
        "owner_agent": N_("%(name)s is answering"),
        "owner_closed": N_("This conversation is closed"),
        "closed": N_("This conversation is closed. You can read it, but not add to it."),
        "fresh": N_("Start a new conversation"),
        "unsent": N_("Not sent."),
        "retry": N_("Try again"),
        "remove": N_("Remove"),
        "behind": N_("No connection. What you write is kept."),
        "try_now": N_("Try now"),
        "failed": N_("That did not work. Please try again."),
        "lost": N_("You were signed out, so this conversation cannot be shown any more."),
        "claim": N_("You are signed in now. Continue this conversation?"),
        "claim_as": N_("You are signed in as %(name)s now. Continue this conversation?"),
        "go_on": N_("Continue"),
        "rate": N_("Did we solve it?"),
        "yes": N_("Yes, solved"),
        "no": N_("Not yet"),
        "event_rating": N_("Thank you for telling us."),
        "event_owner_queue": N_("You asked for a person. Somebody will answer here."),
        "event_owner_bot": N_("The assistant answers again."),
        "event_agent_joined": N_("%(name)s has joined the conversation."),
        "event_closed": N_("The conversation was closed."),
    }
)
