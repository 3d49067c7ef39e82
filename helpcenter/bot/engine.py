"""`decide`: the bot as a pure function (DESIGN §2.3).

State, what was said, facts and the time go in; the new state, the reply and the reasons come out.
The routes of a line, first match wins: a wish for another language, a restart, a new topic, an
answer to the open question, "it still does not work", yes and no, the topic again, and at last a
miss. Advice once given is never repeated: the ladder of `next` goes on, and ends at a person.
"""

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from datetime import datetime

from helpcenter.bot.facts import UNREAD, FactView, Reads, Sight, aged
from helpcenter.bot.playbook import Playbook, heard
from helpcenter.bot.replies import SOLVED, STILL, Reply
from helpcenter.bot.state import Decision, Said, SaidChoice, State, Trace, is_recent
from helpcenter.bot.topics import OUT_OF_SCOPE, HandOff, Step
from helpcenter.bot.understand import Understanding, understand
from helpcenter.i18n.locale import SOURCE, Locale

CONTEXT_LASTS = 12 * 60 * 60
"""Seconds after which "yes" and "still" no longer refer to what the bot said."""

MISSES = 2
"""Lines in a row that are not understood until a person is offered; the next one is handed over."""

Looking = Callable[[Reads], FactView]
"""Looks at a customer as closely as a topic needs."""

_MENU = 3
_MAX_LADDER = 30
"""Steps a ladder may have; facts and `next` together could lead round in a circle."""
_LAST = -1
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": _LAST}


def start(locale: Locale) -> State:
    """Return the state of a conversation in which nothing was said."""
    return State(locale=locale.tag)


def deciding(
    playbook: Playbook, state: State, said: Said, now: datetime
) -> Generator[Reads, FactView, Decision]:
    """Decide, asking for facts only if the topics need them: yields how much, takes the view."""
    decision, had = decide(playbook, state, said, UNREAD, now), 0
    while decision.reads is not None and decision.reads.depth > had:
        # The facts may lead to a topic that wants to know more.
        had = decision.reads.depth
        view = yield decision.reads
        decision = decide(playbook, state, said, view, now)
    return decision


def answer(playbook: Playbook, state: State, said: Said, look: Looking, now: datetime) -> Decision:
    """Decide one turn, looking at the customer's facts as closely as the topics need."""
    turn = deciding(playbook, state, said, now)
    try:
        reads = next(turn)
        while True:
            reads = turn.send(look(reads))
    except StopIteration as decided:
        decision: Decision = decided.value
        return decision


def decide(playbook: Playbook, state: State, said: Said, view: FactView, now: datetime) -> Decision:
    """Decide what to say; pure and total: any text, choice, state and facts have an answer.

    `view` is what is known about the customer, or why nothing is. `now` is an aware datetime.
    """
    state = _freshened(playbook, state, now)
    turn = _Turn(playbook, state, view)
    if isinstance(said, SaidChoice):
        turn.take_choice(said.id)
    else:
        turn.take_text(said.text)
    return turn.decision(now)


def _freshened(playbook: Playbook, state: State, now: datetime) -> State:
    """Forget what is stale: an old context, a topic or step that this playbook lacks."""
    if state.at is not None and not is_recent(state, now, CONTEXT_LASTS):
        state = replace(state, topic=None, step=None, told=(), buttons=(), misses=0)
    if state.topic is not None and playbook.step(state.topic, state.step) is None:
        told = tuple(mark for mark in state.told if mark.split("/")[0] != state.topic)
        known = state.topic in playbook.topics
        topic = state.topic if known else None
        state = replace(state, topic=topic, step=None, told=told, buttons=())
    return state


@dataclass
class _Turn:
    """One turn in the making."""

    playbook: Playbook
    state: State
    view: FactView

    def __post_init__(self) -> None:
        self._reply = Reply(self.playbook, self._locale(), self.view)
        self._seen: Understanding | None = None
        self._topic = self.state.topic or OUT_OF_SCOPE
        self._route = ""

    def decision(self, now: datetime) -> Decision:
        """Return what was decided."""
        reply = self._reply
        buttons = tuple(button.id for button in reply.buttons)
        state = replace(self.state, site=self.playbook.hash, buttons=buttons, at=now.isoformat())
        steps = tuple(f"{topic}/{step.id}" for topic, step in reply.steps)
        articles = tuple(name for _, step in reply.steps for name in step.articles)
        facts = aged(reply.facts(), self.view, now)
        trace = Trace(self._route, steps, articles, facts, self._seen)
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

    def take_choice(self, choice_id: str) -> None:
        """Answer a button, whenever it was shown."""
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
                self._enter(*step)

    def take_text(self, text: str) -> None:
        """Answer a line."""
        wish = self._locale() if self.state.wish else None
        seen = understand(text, self.playbook, self._conversation(), wish)
        self._seen = seen
        self._topic = seen.best
        self.state = replace(self.state, wish=seen.wish.tag if seen.wish else None)
        self._reply.locale = seen.locale
        if not (self._take_aside(seen) or self._take_answer(seen) or self._take_topics(seen)):
            self._take_miss(seen)

    def _take_aside(self, seen: Understanding) -> bool:
        """Answer a line that only wishes for a language or for a fresh start."""
        if seen.why_locale == "wished" and not seen.topics and not seen.unsure:
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
        return False

    def _take_answer(self, seen: Understanding) -> bool:
        """Answer a line that means something only after what the bot said last."""
        if any(topic != self.state.topic for topic in self._serious(seen)):
            return False
        return self._take_meant(seen) or self._take_still(seen) or self._take_yes_no(seen)

    def _take_meant(self, seen: Understanding) -> bool:
        """Take the words for one of the buttons shown: by what they mean or by their place."""
        shown = self.state.buttons
        chosen = next((answer for answer in seen.answers if answer in shown), None)
        for name, place in _ORDINALS.items():
            if chosen is None and heard(name) in seen.bare and len(shown) > max(place, 0):
                chosen = shown[place]
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

    def _take_yes_no(self, seen: Understanding) -> bool:
        shown = self.state.buttons
        yes, no = heard("yes") in seen.bare, heard("no") in seen.bare
        if yes == no or not shown:
            return False
        self._route = "yes" if yes else "no"
        if STILL in shown:
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
        for topic_id in seen.topics:
            self._enter(*self._answered(topic_id, seen))
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
            self._reply.say("ask_back")
            self._reply.offer_topics(seen.unsure)
            if misses == MISSES:
                self._reply.offer_person()
        elif misses == MISSES:
            self._reply.say("offer_person")
            self._reply.offer_person()
        else:
            self._reply.say("out_of_scope")
            self._reply.offer_topics(self.playbook.menu[:_MENU])

    def _enter(self, topic_id: str, step: Step) -> None:
        """Say a step, or what follows it on the ladder if it was said before."""
        told = self.state.told
        fresh = not any(mark.split("/")[0] == topic_id for mark in told)
        for _ in range(_MAX_LADDER):
            topic_id, step = self._reply.resolve(topic_id, step)
            if f"{topic_id}/{step.id}" not in told or self._repeatable(topic_id, step):
                self._say(topic_id, step, first=fresh)
                return
            following = self.playbook.step(topic_id, step.next)
            if following is None:
                break
            step = following
        self._run_out()

    def _say(self, topic_id: str, step: Step, *, first: bool) -> None:
        self._reply.speak(topic_id, step, first=first)
        if step.advises and not self.playbook.topics[topic_id].social:
            self._reply.say("helped")
            self._reply.button(SOLVED, "solved")
            self._reply.button(STILL, "stuck")
        if step.closes or step.hand_off:
            self._forget()
            return
        mark = f"{topic_id}/{step.id}"
        told = self.state.told if mark in self.state.told else (*self.state.told, mark)
        social = self.playbook.topics[topic_id].social
        here = (self.state.topic, self.state.step) if social else (topic_id, step.id)
        self.state = replace(self.state, topic=here[0], step=here[1], told=told, misses=0)

    def _still(self) -> None:
        """Go on to the next advice of the topic that is open."""
        topic_id, step = self.state.topic, self.playbook.step(self.state.topic, self.state.step)
        if topic_id is None:
            self._reply.say("offer_person")
            self._reply.offer_person()
            return
        self._topic = topic_id
        following = self.playbook.topics[topic_id].steps[0]
        if step is not None:
            found = self.playbook.step(topic_id, step.next)
            if found is None:
                self._run_out()
                return
            following = found
        self._enter(topic_id, following)

    def _run_out(self) -> None:
        """Say that the bot has nothing more, and let a person take over."""
        self._reply.say("hand_over")
        self._reply.hand_off = HandOff.NOT_SOLVED
        self._forget()

    def _solved(self) -> None:
        self._reply.say("glad")
        self._forget()

    def _repeat(self) -> None:
        """Say what is open once more, in the language now wished for."""
        topic_id, step = self.state.topic, self.playbook.step(self.state.topic, self.state.step)
        if topic_id is not None and step is not None:
            if step.shows_facts and self.view.sight != Sight.KNOWN:
                # What it rested on is no longer known: say what holds for everybody.
                topic_id, step = self._reply.resolve(
                    topic_id, self.playbook.topics[topic_id].steps[0]
                )
            self._say(topic_id, step, first=False)
        else:
            self._show_menu()

    def _forget(self) -> None:
        self.state = replace(self.state, topic=None, step=None, told=(), misses=0)

    def _show_menu(self) -> None:
        self._reply.offer_topics(self.playbook.menu[:_MENU])

    def _keep_buttons(self) -> None:
        """Show the last buttons once more, in the language of this reply."""
        for choice_id in self.state.buttons:
            label = self.playbook.label(choice_id)
            if label is not None:
                self._reply.add_button(choice_id, self.playbook.words(label, self._reply.locale))

    def _answered(self, topic_id: str, seen: Understanding) -> tuple[str, Step]:
        """Return where a topic begins: past a first question that the line has answered already.

        What the facts settle, they settle before the customer's words do.
        """
        step = self.playbook.topics[topic_id].steps[0]
        for answer in step.answers:
            meant = f"{topic_id}/{step.id}/{answer.id}" in seen.answers
            if meant and self.playbook.leads(answer.go):
                settled = self._reply.resolve(topic_id, step, firmly=True)
                if settled[1] is not step:
                    return settled
                return self.playbook.target(topic_id, answer.go)
        return topic_id, step

    def _serious(self, seen: Understanding) -> tuple[str, ...]:
        return tuple(t for t in seen.topics if not self.playbook.topics[t].social)

    def _repeatable(self, topic_id: str, step: Step) -> bool:
        """Greetings may come back; advice and questions may not."""
        return self.playbook.topics[topic_id].social or step.hand_off is not None

    def _conversation(self) -> Locale:
        """Return the conversation's locale, the source's if this site lacks it."""
        locale = Locale.from_tag(self.state.locale)
        return locale if locale in self.playbook.locales else SOURCE

    def _locale(self) -> Locale:
        wished = [known for known in self.playbook.locales if known.tag == self.state.wish]
        return wished[0] if wished else self._conversation()
