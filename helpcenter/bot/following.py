"""`Following`: what a line means after what the bot said last. Pure.

Only who comes back to a topic after another one, or asks in other words, hears twice what
`bot.ladder` would say but once.
"""

from collections.abc import Sequence
from dataclasses import replace

from helpcenter.bot.ladder import AT_MOST, Ladder
from helpcenter.bot.playbook import heard
from helpcenter.bot.replies import PERSON, SOLVED, STILL
from helpcenter.bot.route import Route
from helpcenter.bot.topics import OUT_OF_SCOPE, Step
from helpcenter.bot.understand import Understanding
from helpcenter.language.scripts import has_han

_CLEAR = 0.86
"""From this score on, a line is about the topic it names, whatever the open one listens for."""
_FIRM = 0.74
"""From this score on, a line is not about advice that failed, but about another topic it names."""
_BRIEF = 8
"""Words, or Chinese characters, of a line that may belong to what is open."""
_LAST = -1
_ORDINALS = {"first": 0, "second": 1, "third": 2, "last": _LAST}


class Following(Ladder):
    """The middle of a turn: buttons, and lines that rest on what is open."""

    _said = ""

    def take_choice(self, choice_id: str, *, asked: bool = False) -> None:
        """Answer a button, whenever it was shown; `asked` tells words that mean the same."""
        self._route = Route.CHOICE
        if choice_id == STILL:
            self._still()
        elif choice_id == SOLVED:
            self._solved()
        else:
            step = self.playbook.step_at(choice_id)
            if step is None:
                self._route = Route.UNKNOWN_CHOICE
                self._reply.say("gone")
                self._show_menu()
            else:
                self._topic = step[0]
                self._reply.ways[choice_id] = None
                self._enter(*step, asked=asked)

    def _take_answer(self, seen: Understanding) -> bool:
        """Answer a line that means something only after what the bot said last."""
        named = self._named(seen)
        if named is not None:
            self.take_choice(named)
            self._route = Route.ANSWER
            return True
        others = [topic for topic in self._serious(seen.topics) if topic != self.state.topic]
        scores = {found.topic: found.score for found in seen.candidates}
        clear = any(scores.get(topic, 1) >= _CLEAR for topic in others)
        if not clear and self._take_follow_up(seen, others):
            return True
        firm = any(scores.get(topic, 1) >= _FIRM for topic in others)
        if not firm and self._take_still(seen):
            return True
        if others:
            return False
        ways = (
            self._take_meant,
            self._take_where,
            self._take_unclear,
            self._take_more,
            self._take_done,
            self._take_yes_no,
            self._take_unshown,
        )
        return any(take(seen) for take in ways)

    def _take_follow_up(self, seen: Understanding, others: Sequence[str]) -> bool:
        """Take what the open topic listens for, and rather what was not said just before.

        A lone word is no match for `others`, topics that the line names in other words.
        """
        topic_id = self.state.topic or ""
        topic = self.playbook.topics.get(topic_id)
        if topic is None or len(seen.topics) > 1:
            return False
        heard_ = {
            f"{topic_id}/{step.id}/{aside.id}": self.playbook.target(topic_id, aside.go)
            for step, aside in topic.asides
            if self.playbook.leads(aside.go)
        }
        meant = [
            choice_id
            for choice_id in heard_
            if choice_id in seen.answers and not _elsewhere(seen, others, choice_id)
        ]
        if not meant:
            return False
        chosen = min(meant, key=lambda each: self._was_last(*heard_[each]))
        self._route = Route.FOLLOW_UP
        self._reply.ways[chosen] = None
        self._say_again(*heard_[chosen])
        return True

    def _take_earlier(self, seen: Understanding) -> bool:
        """Go back to a topic spoken of before that listens for what the open one does not."""
        if seen.topics or not self._is_brief(twice=True):
            return False
        earlier = dict.fromkeys(mark.partition("/")[0] for mark in reversed(self.state.told))
        for topic_id in earlier:
            for step, aside in self.playbook.topics[topic_id].asides:
                choice_id = f"{topic_id}/{step.id}/{aside.id}"
                if choice_id in seen.answers and self.playbook.leads(aside.go):
                    place = self.playbook.target(topic_id, aside.go)
                    if self._reply.mark(*place) not in self.state.told:
                        self._route = Route.FOLLOW_UP
                        self._reply.ways[choice_id] = None
                        self._say(*self._reply.resolve(*place), first=False)
                        return True
        return False

    def _take_everywhere(self, seen: Understanding) -> bool:
        """Answer a short question that may come up in any talk, and stay where the talk is."""
        doubted = any(found.topic == OUT_OF_SCOPE for found in seen.candidates)
        if seen.topics or doubted or not self._is_brief(twice=True):
            return False
        open_ = self.state.topic is not None and not seen.unsure
        for choice_id in seen.answers:
            place = self.playbook.everywhere.get(choice_id)
            if place is None or (choice_id in seen.hints and not open_):
                continue
            topic_id, step = self._reply.resolve(*place)
            if self._was_last(topic_id, step):
                continue
            self._route = Route.EVERYWHERE
            self._reply.ways[choice_id] = None
            fresh = not any(mark.startswith(f"{topic_id}/") for mark in self.state.told)
            self._say(topic_id, step, first=fresh, beside=self.state.topic is not None)
            return True
        return False

    def _is_brief(self, *, twice: bool = False) -> bool:
        """Tell whether a line is so short that it may rest on what is open."""
        said = self._said
        return (len(said) if has_han(said) else len(said.split())) <= _BRIEF * (1 + twice)

    def _was_last(self, topic_id: str, step: Step) -> bool:
        return self._reply.mark(topic_id, step) in self.state.told[_LAST:]

    def _say_again(self, topic_id: str, step: Step) -> None:
        """Say what answers a question, also if it was said before; but not twice in a row."""
        told = self.state.told.count(self._reply.mark(topic_id, step))
        if 0 < told < AT_MOST and not self._was_last(topic_id, step):
            self._say(*self._reply.resolve(topic_id, step), first=False)
        else:
            self._enter(topic_id, step, asked=True)

    def _take_unshown(self, seen: Understanding) -> bool:
        """Take an answer to a question that the open topic would have asked."""
        topic_id = self.state.topic or ""
        topic = self.playbook.topics.get(topic_id)
        for step in topic.steps if topic and not seen.topics else ():
            for answer in step.answers:
                choice_id = f"{topic_id}/{step.id}/{answer.id}"
                if choice_id in seen.answers and self.playbook.leads(answer.go):
                    place = self.playbook.target(topic_id, answer.go)
                    if self._reply.mark(*place) not in self.state.told:
                        self.take_choice(choice_id, asked=True)
                        self._route = Route.ANSWER
                        return True
        return False

    def _take_where(self, seen: Understanding) -> bool:
        """Show the way of the last advice once more to somebody who only asks where it is."""
        if self.state.topic is None or heard("where") not in seen.bare:
            return False
        self._route = Route.WHERE
        return self._show_way()

    def _show_way(self) -> bool:
        """Show the page or article of the last advice that was not shown again yet, if any."""
        return any(self._show(mark.partition("/")[0], step) for mark, step in self._shown_once())

    def _show(self, topic_id: str, step: Step, *, why: str = "here") -> bool:
        """Show the page and the article of a step without its words, if it has any."""
        self._reply.show(topic_id, step)
        if not (self._reply.offers or self._reply.cards):
            return False
        self._reply.say(why)
        self._ask_if_helped(quietly=True)
        mark = f"{topic_id}/{step.id}"
        told = (*(each for each in self.state.told if each != mark), mark, mark)
        self.state = replace(self.state, told=told, misses=0)
        return True

    def _take_unclear(self, seen: Understanding) -> bool:
        """Show the article of the last advice to somebody who does not understand it."""
        step = self.playbook.step(self.state.topic, self.state.step)
        if step is None or self.state.topic is None or heard("unclear") not in seen.bare:
            return False
        self._route = Route.UNCLEAR
        if not (step.articles and self._show(self.state.topic, step, why="explained")):
            self._reply.say("take_over")
        self._reply.offer_person()
        return True

    def _offered(self) -> bool:
        """Tell whether the step said last offered a page."""
        step = self.playbook.step(self.state.topic, self.state.step)
        return step is not None and bool(step.offers)

    def _shown_once(self) -> list[tuple[str, Step]]:
        """Return what the open topic said but once, the latest first; ways before reading."""
        found = []
        for mark in reversed(self.state.told):
            topic_id, _, step_id = mark.partition("/")
            step = self.playbook.step(topic_id, step_id)
            if step and topic_id == self.state.topic and self.state.told.count(mark) < AT_MOST:
                found.append((mark, step))
        return sorted(found, key=lambda place: not place[1].offers)

    def _take_meant(self, seen: Understanding) -> bool:
        """Take the words for one of the buttons shown: by what they mean or by their place."""
        shown = self.state.buttons
        chosen = next((answer for answer in seen.answers if answer in shown), None)
        # Whether advice helped is nothing to count to: "the second" means something else.
        named = [each for each in shown if each not in {SOLVED, STILL}]
        for name, place in _ORDINALS.items():
            counted = heard(name) in seen.bare and not seen.question
            if chosen is None and counted and len(named) > max(place, 0):
                chosen = named[place]
        if chosen is None:
            return False
        self.take_choice(chosen)
        self._route = Route.ANSWER
        return True

    def _named(self, seen: Understanding) -> str | None:
        """Return the button whose very words were typed."""
        read = self.playbook.lexicon.normal
        for choice_id in self.state.buttons:
            for label in self._labels(choice_id):
                if seen.normal and read(label).text == seen.normal:
                    return choice_id
        return None

    def _labels(self, choice_id: str) -> list[str]:
        """Return what a button may have said, in every language of the site.

        Not whether advice helped: those words are heard anyway.
        """
        locales, words = self.playbook.locales, self.playbook.label(choice_id)
        found = [self.playbook.words(words, known) for known in locales] if words else []
        own = [self.playbook.say("person", known) for known in locales]
        return found + own if choice_id == PERSON else found

    def _take_still(self, seen: Understanding) -> bool:
        if self.state.topic is None or heard("still") not in seen.hears:
            return False
        self._route = Route.STILL
        self._still()
        return True

    def _take_more(self, seen: Understanding) -> bool:
        """Take "how?" and "where?" as a wish to hear the next advice."""
        if self.state.topic is None or seen.bare.isdisjoint({heard("more"), heard("where")}):
            return False
        self._route = Route.MORE
        self._still(asked=True)
        return True

    def _take_done(self, seen: Understanding) -> bool:
        """Look again once the customer has done what was advised."""
        topic = self.playbook.topics.get(self.state.topic or "")
        if topic is None or self.state.topic is None or heard("done") not in seen.bare:
            return False
        self._route = Route.DONE
        first = topic.steps[0]
        found = self._reply.mark(self.state.topic, first)
        if found != f"{self.state.topic}/{first.id}" and found not in self.state.told:
            self._enter(self.state.topic, first)
        elif not self._show_undone(found):
            self._ask_if_helped()
        return True

    def _show_undone(self, mark: str) -> bool:
        """Say, once, that the facts are as they were, with the way to change them; if they show."""
        topic_id, _, step_id = mark.partition("/")
        step = self.playbook.step(topic_id, step_id)
        if step is None or not (step.shows_facts and step.offers):
            return False
        if self.state.told.count(mark) != 1:
            return False
        return self._show(topic_id, step, why="unchanged")

    def _take_yes_no(self, seen: Understanding) -> bool:
        shown = self.state.buttons
        yes = heard("yes") in seen.bare and heard("more") not in seen.bare
        # What is polite is no refusal, whatever its characters mean alone.
        no = heard("no") in seen.bare and not seen.topics and heard("more") not in seen.bare
        if yes == no or not shown:
            return False
        self._route = Route.YES if yes else Route.NO
        meant = next((each for each in shown if each.endswith(f"/{self._route}")), None)
        if meant is not None:
            self.take_choice(meant)
            self._route = Route.ANSWER
        elif STILL in shown and yes and seen.question:
            # "Right, can somebody do that for me?" does not tell that it helped.
            return False
        elif STILL in shown:
            (self._solved if yes else self._still)()
        elif yes and len(shown) == 1:
            self.take_choice(shown[0])
        elif no:
            self._reply.say("what_else")
            self.state = replace(self.state, misses=0)
        elif seen.topics:
            # "OK, thanks" under a menu takes leave of it.
            return False
        else:
            self._reply.say("ask_again")
            self._keep_buttons()
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
            fresh = self.state.told[_LAST] != told[_LAST]
            if fresh and last is not None and self.state.told.count(told[_LAST]) < AT_MOST:
                self._say(topic_id, last, first=False)
                return
        asked_again = open_ and settled in told and seen.asks
        if asked_again and self._offered() and self._show_way():
            return
        if open_ and settled == f"{topic_id}/{first.id}" and self._is_past(topic_id, first):
            self._still(asked=True)
            return
        joined = heard("joiner") in seen.hears and not self._reply.several
        if joined and not told and settled != self._reply.mark(topic_id, first):
            # Two questions about one thing.
            self._enter(topic_id, first)
        self._enter(*place, asked=bool(told))

    def _is_past(self, topic_id: str, first: Step) -> bool:
        """Tell whether the first question of the open topic is settled: its ladder is gone up."""
        rung = first if first.ask else None
        while rung is not None and rung.id != self.state.step:
            rung = self.playbook.step(topic_id, rung.next)
        return rung is not None

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


def _elsewhere(seen: Understanding, others: Sequence[str], answer: str) -> bool:
    """Tell whether but one word of a line speaks for an answer, and none of its topics need it."""
    if answer not in seen.hints:
        return False
    start, end = seen.hints[answer]
    named = [found.evidence[0].words for found in seen.candidates if found.topic in others]
    return any(all(at >= end or to <= start for _, at, to in words) for words in named)
