"""`Turn`: one turn of a talk: what was said is taken, and a decision given. Pure.

Only who comes back to a topic after another one, or asks in other words, hears twice what
`bot.ladder` would say but once.
"""

from dataclasses import replace
from datetime import datetime

from helpcenter.bot.facts import Reads, aged
from helpcenter.bot.ladder import AT_MOST, MENU, Ladder
from helpcenter.bot.playbook import heard
from helpcenter.bot.replies import SOLVED, STILL
from helpcenter.bot.state import Decision, Trace
from helpcenter.bot.topics import HandOff, Step
from helpcenter.bot.understand import Understanding, understand
from helpcenter.language.redact import redact, was_redacted
from helpcenter.language.scripts import has_han

MISSES = 2
"""Lines in a row that are not understood until a person is offered; the next one is handed over."""

_CLEAR = 0.86
"""From this score on, a line is about the topic it names, whatever the open one listens for."""
_LAST = -1
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": _LAST}
_CALM = ("distress", "abuse")
_ABOUT_CARDS = ("update_payment_method", "add_payment_method")
"""Where somebody goes on who meant to give us a card's number."""
_BRIEF = 8
"""Words, or Chinese characters, of a line that may belong to what is open."""


class Turn(Ladder):
    """The hearing half: take what was said, then give the `decision`."""

    _seen: Understanding | None = None

    def decision(self, now: datetime) -> Decision:
        """Return what was decided."""
        reply = self._reply
        buttons = tuple(button.id for button in reply.buttons)
        state = replace(self.state, site=self.playbook.hash, buttons=buttons, at=now.isoformat())
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

    def take_choice(self, choice_id: str, *, asked: bool = False) -> None:
        """Answer a button, whenever it was shown; `asked` tells words that mean the same."""
        self._route = "choice"
        if choice_id == STILL:
            self._still()
        elif choice_id == SOLVED:
            self._solved()
        else:
            step = self.playbook.step_at(choice_id)
            if step is None:
                self._route = "unknown choice"
                self._reply.say("gone")
                self._show_menu()
            else:
                self._topic = step[0]
                self._reply.ways[choice_id] = None
                self._enter(*step, asked=asked)

    def take_text(self, text: str) -> None:
        """Answer a line; card numbers and security codes in it are not looked at."""
        kept = redact(text).text
        wish = self._locale() if self.state.wish else None
        seen = understand(kept, self.playbook, self._conversation(), wish)
        self._seen = seen
        self._topic = seen.best
        self.state = replace(self.state, wish=seen.wish.tag if seen.wish else None)
        self._reply.locale = seen.locale
        ways = (self._take_aside, self._take_answer, self._take_topics, self._take_hint)
        if was_redacted(kept):
            self._route = "card data"
            if not any(take(seen) for take in ways):
                self._keep_buttons()
                self._reply.offer_topics([t for t in _ABOUT_CARDS if t in self.playbook.topics])
            self._reply.preface("card_data")
        elif heard("crisis") in seen.hears:
            self._route = "crisis"
            self._reply.say("crisis")
            self._reply.offer_person()
        elif heard("abuse") in seen.bare and self._take_feelings(seen):
            pass
        elif any(take(seen) for take in ways):
            self._calm(seen)
        elif not (self._take_feelings(seen) or self._take_puzzle(seen, kept)):
            self._take_miss(seen)

    def _take_aside(self, seen: Understanding) -> bool:
        """Answer a line that only wishes for a language, a fresh start or to know who speaks."""
        if seen.why_locale == "wished" and not seen.topics and not self._serious(seen.unsure[1:]):
            self._route = "language"
            self._reply.say("language")
            self._repeat()
            return True
        if heard("restart") in seen.bare:
            self._route = "restart"
            self._forget()
            self._reply.say("fresh_start")
            self._show_menu()
            return True
        if heard("about") in seen.hears and not self._serious(seen.topics):
            self._route = "about"
            self._reply.say("about")
            self._show_menu()
            return True
        return False

    def _take_answer(self, seen: Understanding) -> bool:
        """Answer a line that means something only after what the bot said last."""
        others = [topic for topic in self._serious(seen.topics) if topic != self.state.topic]
        scores = {found.topic: found.score for found in seen.candidates}
        clear = any(scores.get(topic, 1) >= _CLEAR for topic in others)
        if not clear and (self._take_follow_up(seen) or self._take_still(seen)):
            return True
        if others:
            return False
        ways = (self._take_meant, self._take_more, self._take_done, self._take_yes_no)
        return any(take(seen) for take in ways)

    def _take_follow_up(self, seen: Understanding) -> bool:
        """Take what the open topic listens for, shown as a button or not."""
        topic_id = self.state.topic or ""
        topic = self.playbook.topics.get(topic_id)
        if topic is None or len(seen.topics) > 1:
            return False
        for step, aside in topic.asides:
            choice_id = f"{topic_id}/{step.id}/{aside.id}"
            if choice_id in seen.answers and self.playbook.leads(aside.go):
                self._route = "follow up"
                self._reply.ways[choice_id] = None
                self._say_again(*self.playbook.target(topic_id, aside.go))
                return True
        return False

    def _say_again(self, topic_id: str, step: Step) -> None:
        """Say what answers a question, also if it was said before; but not time and again."""
        mark = self._reply.mark(topic_id, step)
        if 0 < self.state.told.count(mark) < AT_MOST:
            self._say(*self._reply.resolve(topic_id, step), first=False)
        else:
            self._enter(topic_id, step, asked=True)

    def _take_meant(self, seen: Understanding) -> bool:
        """Take the words for one of the buttons shown: by what they mean or by their place."""
        shown = self.state.buttons
        chosen = next((answer for answer in seen.answers if answer in shown), None)
        named = [each for each in shown if each not in {SOLVED, STILL}] or shown
        for name, place in _ORDINALS.items():
            if chosen is None and heard(name) in seen.bare and len(named) > max(place, 0):
                chosen = named[place]
        if chosen is None:
            return False
        self.take_choice(chosen)
        self._route = "answer"
        return True

    def _take_still(self, seen: Understanding) -> bool:
        if self.state.topic is None or heard("still") not in seen.hears:
            return False
        self._route = "still"
        self._still()
        return True

    def _take_more(self, seen: Understanding) -> bool:
        """Take "how?" and "where?" as a wish to hear the next advice."""
        if self.state.topic is None or heard("more") not in seen.bare:
            return False
        self._route = "more"
        self._still(asked=True)
        return True

    def _take_done(self, seen: Understanding) -> bool:
        """Look again once the customer has done what was advised."""
        topic = self.playbook.topics.get(self.state.topic or "")
        if topic is None or self.state.topic is None or heard("done") not in seen.bare:
            return False
        self._route = "done"
        first = topic.steps[0]
        found = self._reply.mark(self.state.topic, first)
        if found != f"{self.state.topic}/{first.id}" and found not in self.state.told:
            self._enter(self.state.topic, first)
        else:
            self._ask_if_helped()
        return True

    def _take_yes_no(self, seen: Understanding) -> bool:
        shown = self.state.buttons
        yes = heard("yes") in seen.bare and heard("more") not in seen.bare
        # What is polite is no refusal, whatever its characters mean alone.
        no = heard("no") in seen.bare and not seen.topics and heard("more") not in seen.bare
        if yes == no or not shown:
            return False
        self._route = "yes" if yes else "no"
        meant = next((each for each in shown if each.endswith(f"/{self._route}")), None)
        if meant is not None:
            self.take_choice(meant)
            self._route = "answer"
        elif STILL in shown:
            (self._solved if yes else self._still)()
        elif yes and len(shown) == 1:
            self.take_choice(shown[0])
        elif no:
            self._reply.say("what_else")
            self.state = replace(self.state, misses=0)
        else:
            self._reply.say("ask_again")
            self._keep_buttons()
        return True

    def _take_topics(self, seen: Understanding) -> bool:
        if not seen.topics:
            return False
        self._route = "topic" if len(seen.topics) == 1 else "topics"
        self._reply.several = len(seen.topics) > 1
        for topic_id in seen.topics:
            self._take_topic(topic_id, seen)
        if self._reply.several and self._reply.hand_off is None:
            self._reply.ask_which(self._serious(seen.topics))
        return True

    def _take_topic(self, topic_id: str, seen: Understanding) -> None:
        """Begin a topic, go on with the open one, or come back to an earlier one."""
        open_ = topic_id == self.state.topic
        told = [mark for mark in self.state.told if mark.split("/")[0] == topic_id]
        first = self.playbook.topics[topic_id].steps[0]
        place = self._answered(topic_id, seen)
        settled = self._reply.mark(*place)
        if told and settled in told and not open_:
            last = self.playbook.step(topic_id, told[_LAST].split("/")[1])
            if last is not None and self.state.told.count(told[_LAST]) < AT_MOST:
                self._say(topic_id, last, first=False)
                return
        if open_ and settled == f"{topic_id}/{first.id}" and self._is_past(topic_id, first):
            self._still(asked=True)
            return
        joined = heard("joiner") in seen.hears and not self._reply.several
        if joined and not told and place[1] is not first:
            # Two questions about one thing.
            self._enter(topic_id, first)
        self._enter(*place, asked=bool(told))

    def _is_past(self, topic_id: str, first: Step) -> bool:
        """Tell whether the first question of the open topic is settled: its ladder is gone up."""
        rung = first if first.ask else None
        while rung is not None and rung.id != self.state.step:
            rung = self.playbook.step(topic_id, rung.next)
        return rung is not None

    def _take_hint(self, seen: Understanding) -> bool:
        """Believe a weak hint, if it is the only one and a topic is open."""
        if self.state.topic is None or len(seen.unsure) != 1:
            return False
        self._route = "hint"
        self._take_topic(seen.unsure[0], seen)
        return True

    def _calm(self, seen: Understanding) -> None:
        """Put calm words before the answer to somebody who is upset."""
        name = next((name for name in _CALM if heard(name) in seen.hears), None)
        if name is not None and self._route not in {"language", "restart", "about"}:
            self._reply.preface(name)

    def _take_feelings(self, seen: Understanding) -> bool:
        """Answer somebody who is upset and says no more; next time a person takes over."""
        name = next((name for name in _CALM if heard(name) in seen.hears), None)
        if name is None or seen.unsure or self.state.misses >= MISSES:
            return False
        self._route = name
        self._reply.say(name)
        self._reply.say(f"{name}_way")
        self._reply.offer_person()
        self.state = replace(self.state, misses=MISSES)
        return True

    def _take_puzzle(self, seen: Understanding, text: str) -> bool:
        """Ask once what a few words mean for what is open, before calling them out of scope."""
        size = len(text) if has_han(text) else len(text.split())
        if self.state.step is None or self.state.misses or seen.candidates or size > _BRIEF:
            return False
        self._route = "puzzle"
        self.state = replace(self.state, misses=1)
        step = self.playbook.step(self.state.topic, self.state.step)
        if step is not None and step.ask:
            self._reply.say("ask_again")
            self._keep_buttons()
        else:
            self._reply.say("puzzled")
            self._ask_if_helped(quietly=True)
        self._reply.offer_person()
        return True

    def _take_miss(self, seen: Understanding) -> None:
        """Ask back, say what the bot can do, and from the second time on bring in a person."""
        misses = self.state.misses + 1
        self.state = replace(self.state, misses=misses)
        self._route = "ask back" if seen.unsure else "miss"
        if misses > MISSES:
            self._reply.say("hand_over")
            self._reply.hand_off = HandOff.NOT_UNDERSTOOD
            self.state = replace(self.state, misses=0)
        elif seen.unsure:
            self._reply.say("ask_back" if len(seen.unsure) > 1 else "ask_one")
            self._reply.offer_topics(seen.unsure)
            if misses == MISSES:
                self._reply.offer_person(instead=True)
        elif misses == MISSES:
            self._reply.say("offer_person")
            self._reply.offer_person()
        else:
            self._reply.say("out_of_scope")
            self._reply.offer_topics(self.playbook.menu[:MENU])

    def _answered(self, topic_id: str, seen: Understanding) -> tuple[str, Step]:
        """Return where a topic begins: past a first question that the line has answered already.

        What the facts settle, they settle before an answer to the question does.
        """
        topic = self.playbook.topics[topic_id]
        for step, aside in topic.asides:
            if f"{topic_id}/{step.id}/{aside.id}" in seen.answers and self.playbook.leads(aside.go):
                self._reply.ways[f"{topic_id}/{step.id}/{aside.id}"] = None
                return self.playbook.target(topic_id, aside.go)
        step = topic.steps[0]
        for answer in step.answers:
            meant = f"{topic_id}/{step.id}/{answer.id}"
            if meant in seen.answers and self.playbook.leads(answer.go):
                settled = self._reply.resolve(topic_id, step, firmly=True)
                if settled[1] is not step:
                    return settled
                self._reply.ways[meant] = None
                return self.playbook.target(topic_id, answer.go)
        return topic_id, step

    def _serious(self, topics: tuple[str, ...]) -> tuple[str, ...]:
        return tuple(t for t in topics if not self.playbook.topics[t].social)
