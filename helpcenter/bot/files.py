"""Reading `bot/` from the content roots: which file counts, and what is in it."""

from collections.abc import Sequence
from dataclasses import dataclass

from helpcenter.bot.topics import TOPIC_IDS, Off, Topic, is_off
from helpcenter.bot.vocabulary import Vocabulary
from helpcenter.content import yaml
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, Source, layers, listing, read_text
from helpcenter.content.schema import did_you_mean, validate
from helpcenter.content.yaml import Loaded, Path
from helpcenter.i18n.locale import Locale

_SUFFIX = ".yaml"


@dataclass(frozen=True, slots=True)
class TopicFile:
    """A topic and where its entries stand."""

    id: str
    file: str
    loaded: Loaded
    topic: Topic

    def place(self, path: Path) -> tuple[str, int]:
        """Return file and line of an entry, or of its nearest ancestor."""
        return self.file, self.loaded.line(path)


@dataclass(frozen=True, slots=True)
class VocabularyFile:
    """A locale's words from all roots, and the files they came from, the winning one last."""

    locale: Locale
    vocabulary: Vocabulary
    files: tuple[tuple[str, Loaded], ...]

    def place(self, path: Path) -> tuple[str, int]:
        """Return file and line of an entry, in the file that has the last word on it."""
        for file, loaded in reversed(self.files):
            if path in loaded.lines:
                return file, loaded.lines[path]
        return self.files[-1][0], 1


def read_topics(roots: Sequence[Root], report: Report) -> list[TopicFile]:
    """Read the topics of all roots: a site's file replaces its namesake, `off: true` removes it."""
    sources: dict[str, Source] = {}
    for root in reversed(roots):
        for source in listing(root, "bot/topics", report):
            name = source.relative.removeprefix("bot/topics/")
            if name.endswith(_SUFFIX):
                sources[name.removesuffix(_SUFFIX)] = source
            else:
                report.error(source.name, 0, "bad_name", "topics are `<topic id>.yaml` files")
    topics = []
    for topic_id, source in sorted(sources.items(), key=lambda item: _rank(item[0])):
        with report.gather():
            topic = _read_topic(topic_id, source, report)
            if topic is not None:
                topics.append(topic)
    return topics


def _read_topic(topic_id: str, source: Source, report: Report) -> TopicFile | None:
    if topic_id not in TOPIC_IDS:
        message = f"`{topic_id}` is no topic id{did_you_mean(topic_id, TOPIC_IDS)}"
        report.error(source.name, 0, "unknown_topic", message)
        return None
    loaded = yaml.load(read_text(source), source.name)
    if is_off(loaded.value):
        validate(Off, loaded, source.name)
        return None
    return TopicFile(topic_id, source.name, loaded, validate(Topic, loaded, source.name))


def _rank(topic_id: str) -> tuple[int, str]:
    return (TOPIC_IDS.index(topic_id) if topic_id in TOPIC_IDS else len(TOPIC_IDS), topic_id)


def read_vocabulary(roots: Sequence[Root], locale: Locale, report: Report) -> VocabularyFile | None:
    """Read a locale's words from all roots, the site's own overlaid entry by entry."""
    relative = f"bot/vocabulary/{locale.folder}{_SUFFIX}"
    vocabulary = Vocabulary()
    files = []
    for source in layers(roots, relative):
        with report.gather():
            loaded = yaml.load(read_text(source), source.name)
            vocabulary = vocabulary.overlaid(validate(Vocabulary, loaded, source.name))
            files.append((source.name, loaded))
    if not files:
        report.error(relative, 0, "missing_vocabulary", f"the bot has no words for {locale}")
        return None
    return VocabularyFile(locale, vocabulary, tuple(files))
