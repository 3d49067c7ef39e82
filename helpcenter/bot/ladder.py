"""`Ladder`: what one turn of a talk says, step by step. Pure, as all of the engine.

Advice once given is never repeated: the ladder of `next` goes on, and ends at a person.
"""

from dataclasses import dataclass, replace

from helpcenter.bot.facts import FactView, Sight
from helpcenter.bot.playbook import Playbook
from helpcenter.bot.replies import SOLVED, STILL, Reply
from helpcenter.bot.route import Route
from helpcenter.bot.state import State
from helpcenter.bot.topics import OUT_OF_SCOPE, HandOff, Step
from helpcenter.i18n.locale import SOURCE, Locale

AT_MOST = 2
"""How often a step may be said in one conversation."""

MENU = 3
"""Topics that are named when the bot says what it can do."""
_MAX_LADDER = 30
"""Steps a ladder may have; facts and `next` together could lead round in a circle."""


@dataclass
class Ladder:
    """The speaking half of a turn: the state as it becomes and the reply as it grows."""

    playbook: Playbook
    state: State
    view: FactView

    def __post_init__(self) -> None:
        self._reply = Reply(self.playbook, self._locale(), self.view)
        self._topic = self.state.topic or OUT_OF_SCOPE
        self._route = Route.MISS

    def _enter(self, topic_id: str, step: Step, *, asked: bool = False) -> None:
        """Say a step, or what follows it on the ladder if it was said before.

        Where the ladder ends at a person, who only `asked` again is offered one first.
        """
        told = self.state.told
        fresh = not any(mark.split("/")[0] == topic_id for mark in told)
        for _ in range(_MAX_LADDER):
            topic_id, step = self._reply.resolve(topic_id, step)
            if step.hand_off is HandOff.NOT_SOLVED and asked and not fresh and self._know_all():
                return
            if f"{topic_id}/{step.id}" not in told or self._repeatable(topic_id, step):
                self._say(topic_id, step, first=fresh)
                return
            following = self.playbook.step(topic_id, step.next)
            if following is None:
                break
            step = following
        if not (asked and self._know_all()):
            self._run_out()

    def _say(self, topic_id: str, step: Step, *, first: bool, beside: bool = False) -> None:
        """Say a step; what is said `beside` the open topic leaves it open where it was."""
        self._reply.speak(topic_id, step, first=first)
        if step.advises and not self.playbook.topics[topic_id].social:
            self._ask_if_helped()
        if step.closes or step.hand_off:
            self._forget()
            return
        mark = f"{topic_id}/{step.id}"
        if self._reply.several and step.ask:
            # Its question waits until the customer comes back to it.
            return
        told = (*(each for each in self.state.told if each != mark), *self._marks(mark))
        stays = beside or self.playbook.topics[topic_id].social
        here = (self.state.topic, self.state.step) if stays else (topic_id, step.id)
        self.state = replace(
            self.state, topic=here[0], step=here[1], told=told, misses=0, upset=False
        )

    def _ask_if_helped(self, *, quietly: bool = False) -> None:
        """Show the buttons that tell whether advice helped, and unless `quietly` the question."""
        if not quietly:
            self._reply.say("helped")
        self._reply.button(SOLVED, "solved")
        self._reply.button(STILL, "stuck")

    def _marks(self, mark: str) -> tuple[str, ...]:
        """Return the marks of a step that is said once more; the latest stands last."""
        return (mark,) * min(self.state.told.count(mark) + 1, AT_MOST)

    def _know_all(self) -> bool:
        """Say that there is no more to say, and offer a person; not twice in a row."""
        if self.state.misses:
            return False
        self._reply.say("know_all")
        self._reply.offer_person()
        self.state = replace(self.state, misses=1)
        return True

    def _still(self, *, asked: bool = False) -> None:
        """Go on to the next advice of the topic that is open."""
        topic_id, step = self._trouble()
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
        self._enter(topic_id, following, asked=asked)

    def _trouble(self) -> tuple[str | None, Step | None]:
        """Return what is open, or the trouble before it where that only explains something."""
        here = (self.state.topic, self.playbook.step(self.state.topic, self.state.step))
        if here[0] is None or not self.playbook.topics[here[0]].explains:
            return here
        for mark in reversed(self.state.told):
            topic_id, _, step_id = mark.partition("/")
            topic = self.playbook.topics[topic_id]
            if not (topic.explains or topic.social):
                return topic_id, topic.step(step_id)
        return here

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
        self.state = replace(self.state, topic=None, step=None, told=(), misses=0, upset=False)

    def _show_menu(self) -> None:
        self._reply.offer_topics(self.playbook.menu[:MENU])

    def _keep_buttons(self) -> None:
        """Show the last buttons once more, in the language of this reply."""
        for choice_id in self.state.buttons:
            label = self.playbook.label(choice_id)
            if label is not None:
                self._reply.add_button(choice_id, self.playbook.words(label, self._reply.locale))

    def _repeatable(self, topic_id: str, step: Step) -> bool:
        """Greetings may come back; advice and questions may not."""
        return self.playbook.topics[topic_id].social or step.hand_off is not None

    def _conversation(self) -> Locale:
        """Return the conversation's locale, the source's if this site lacks it."""
        locale = Locale.from_tag(self.state.locale)
        return locale if locale in self.playbook.locales else SOURCE

    def _spoken(self, text: str) -> Locale:
        """Return what a line's language is held against: the last one for a line of signs only."""
        known = [each for each in self.playbook.locales if each.tag == self.state.spoken]
        return known[0] if known and not any(map(str.isalpha, text)) else self._conversation()

    def _locale(self) -> Locale:
        wished = [known for known in self.playbook.locales if known.tag == self.state.wish]
        return wished[0] if wished else self._conversation()
