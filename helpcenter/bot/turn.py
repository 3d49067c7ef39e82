"""`Turn`: one turn of a talk: what was said is taken, and a decision given. Pure."""

import re
from dataclasses import replace
from datetime import datetime

from helpcenter.bot.facts import Reads, aged
from helpcenter.bot.following import Following
from helpcenter.bot.ladder import MENU
from helpcenter.bot.playbook import heard
from helpcenter.bot.route import Route
from helpcenter.bot.settling import SURE
from helpcenter.bot.state import Decision, Trace
from helpcenter.bot.topics import OUT_OF_SCOPE, HandOff
from helpcenter.bot.understand import Understanding, understand
from helpcenter.language.redact import redact, was_redacted

MISSES = 2
"""Lines in a row that are not understood until a person is offered; the next one is handed over."""

_NUMBERS = re.compile(r"[\d•]+(?:/\d+)*")
"""What is left of a card that was pasted: its expiry date says nothing of what is wanted."""
_CALM = ("distress", "abuse")
_ABOUT_CARDS = ("update_payment_method", "add_payment_method")
"""Where somebody goes on who meant to give us a card's number."""


class Turn(Following):
    """The hearing half: take what was said, then give the `decision`."""

    _seen: Understanding | None = None

    def decision(self, now: datetime) -> Decision:
        """Return what was decided."""
        reply = self._reply
        state = replace(
            self.state,
            site=self.playbook.hash,
            spoken=reply.locale.tag,
            buttons=tuple(button.id for button in reply.buttons),
            at=now.isoformat(),
        )
        steps = tuple(f"{topic}/{step.id}" for topic, step in reply.steps)
        articles = tuple(name for _, step in reply.steps for name in step.articles)
        facts = aged(reply.facts(), self.view, now)
        trace = Trace(self._route, steps, articles, facts, self._seen, tuple(reply.ways))
        return Decision(
            state=state,
            parts=reply.parts(),
            offers=tuple(reply.offers),
            topic=self._topic,
            locale=reply.locale,
            hand_off=reply.hand_off,
            trace=trace,
            reads=self._reads(),
        )

    def _reads(self) -> Reads | None:
        wanted = (self.playbook.topics[topic_id].reads for topic_id in self._reply.topics)
        return max((reads for reads in wanted if reads), key=lambda r: r.depth, default=None)

    def take_text(self, text: str) -> None:
        """Answer a line; card numbers and security codes in it are not looked at."""
        kept = redact(text).text
        wish = self._locale() if self.state.wish else None
        pasted = was_redacted(kept)
        seen = understand(
            _NUMBERS.sub("0", kept) if pasted else kept, self.playbook, self._spoken(kept), wish
        )
        self._seen, self._said = seen, kept
        self._topic = seen.best
        self.state = replace(self.state, wish=seen.wish.tag if seen.wish else None)
        self._reply.locale = seen.locale
        ways = (
            self._take_aside,
            self._take_answer,
            self._take_topics,
            self._take_earlier,
            self._take_everywhere,
            self._take_tied,
            self._take_hint,
        )
        if pasted:
            self._route = Route.CARD_DATA
            if not any(take(seen) for take in ways):
                self._keep_buttons()
                self._reply.offer_topics([t for t in _ABOUT_CARDS if t in self.playbook.topics])
            self._reply.preface("card_data")
        elif heard("crisis") in seen.hears:
            self._route = Route.CRISIS
            self._reply.say("crisis")
            self._reply.offer_person()
        elif heard("abuse") in seen.bare and self._take_feelings(seen):
            pass
        elif any(take(seen) for take in ways):
            self._calm(seen)
        elif not (self._take_feelings(seen) or self._take_puzzle(seen)):
            self._take_miss(seen)

    def _take_aside(self, seen: Understanding) -> bool:
        """Answer a line that only wishes for a language, a fresh start or to know who speaks."""
        if seen.why_locale == "wished" and not seen.topics and not self._serious(seen.unsure[1:]):
            self._route = Route.LANGUAGE
            self._reply.say("language")
            self._repeat()
            return True
        if heard("restart") in seen.bare:
            self._route = Route.RESTART
            self._forget()
            self._reply.say("fresh_start")
            self._show_menu()
            return True
        if heard("about") in seen.hears and not self._serious(seen.topics):
            self._route = Route.ABOUT
            self._reply.say("about")
            self._show_menu()
            return True
        return False

    def _take_topics(self, seen: Understanding) -> bool:
        if not seen.topics:
            return False
        self._route = Route.TOPIC if len(seen.topics) == 1 else Route.TOPICS
        self._reply.several = len(seen.topics) > 1
        for topic_id in seen.topics:
            self._take_topic(topic_id, seen)
        if self._reply.several and self._reply.hand_off is None:
            self._reply.ask_which(self._serious(seen.topics))
        return True

    def _take_tied(self, seen: Understanding) -> bool:
        """Answer topics that a line means alike, where the facts settle what each would say."""
        sure = {found.topic for found in seen.candidates if found.score >= SURE}
        if not seen.unsure[1:] or not sure.issuperset(seen.unsure):
            return False
        firsts = {topic_id: self.playbook.topics[topic_id].steps[0] for topic_id in seen.unsure}
        marks = {self._reply.mark(*place) for place in firsts.items()}
        if any(f"{topic_id}/{first.id}" in marks for topic_id, first in firsts.items()):
            return False
        self._route = Route.FACTS
        joined = heard("joiner") in seen.hears and len(marks) > 1
        self._reply.several = joined
        for topic_id in seen.unsure[: 1 + joined]:
            self._take_topic(topic_id, seen)
        if joined and self._reply.hand_off is None:
            self._reply.ask_which(seen.unsure[:2])
        return True

    def _take_hint(self, seen: Understanding) -> bool:
        """Believe a weak hint, if it is the only one and of the topic that is open."""
        if self.state.topic is None or seen.unsure != (self.state.topic,):
            return False
        self._route = Route.HINT
        self._take_topic(seen.unsure[0], seen)
        return True

    def _calm(self, seen: Understanding) -> None:
        """Put calm words before the answer to somebody who is upset."""
        name = next((name for name in _CALM if heard(name) in seen.hears), None)
        if name is not None and self._route not in {Route.LANGUAGE, Route.RESTART, Route.ABOUT}:
            self._reply.preface(name)

    def _take_feelings(self, seen: Understanding) -> bool:
        """Answer somebody who is upset and says no more; next time a person takes over."""
        name = next((name for name in _CALM if heard(name) in seen.hears), None)
        if name is None or seen.unsure:
            return False
        self._route = Route(name)
        if self.state.upset:
            self._give_up()
            return True
        self._reply.say(name)
        self._reply.say(f"{name}_way" if self.state.step is None else "take_over")
        self._reply.offer_person()
        self.state = replace(self.state, upset=True)
        return True

    def _take_puzzle(self, seen: Understanding) -> bool:
        """Stay once with what is open when a line is not understood, unless it is of other things.

        Who asks something is told that the bot has no answer, and offered what may have one; of a
        few words more is asked what they mean.
        """
        step = self.playbook.step(self.state.topic, self.state.step)
        beyond = any(found.topic == OUT_OF_SCOPE for found in seen.candidates[:1])
        if step is None or self.state.topic is None or self.state.misses or beyond or seen.unsure:
            return False
        asks = seen.asks and not step.ask
        if not asks and (seen.candidates or not self._is_brief()):
            return False
        self._route = Route.PUZZLE
        self.state = replace(self.state, misses=1)
        if asks:
            self._reply.say("no_answer")
            self._reply.read(step)
        elif step.ask:
            self._reply.say("ask_again")
            self._keep_buttons()
        else:
            self._reply.say("puzzled")
            self._ask_if_helped(quietly=True)
        self._reply.offer_person()
        return True

    def _take_miss(self, seen: Understanding) -> None:
        """Ask back, say what the bot can do, and from the second time on bring in a person."""
        beyond = bool(seen.candidates) and seen.candidates[0].topic == OUT_OF_SCOPE
        # Who is asked back once, or speaks of something else, was understood.
        understood = seen.unsure and not self.state.misses
        misses = self.state.misses + (not understood)
        self.state = replace(self.state, misses=misses)
        self._route = Route.ASK_BACK if seen.unsure else Route.MISS
        if misses > MISSES:
            self._give_up()
        elif seen.unsure:
            self._reply.say("ask_back" if len(seen.unsure) > 1 else "ask_one")
            self._reply.offer_topics(seen.unsure)
            if misses == MISSES:
                self._reply.offer_person(instead=True)
        elif misses == MISSES and not beyond:
            self._reply.say("offer_person")
            self._reply.offer_person()
        else:
            self._reply.say("out_of_scope")
            self._reply.offer_topics(self.playbook.menu[:MENU])

    def _give_up(self) -> None:
        """Let a person take over what the bot does not understand."""
        self._reply.say("hand_over")
        self._reply.hand_off = HandOff.NOT_UNDERSTOOD
        self.state = replace(self.state, misses=0, upset=False)
