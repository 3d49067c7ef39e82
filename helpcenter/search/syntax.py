"""What people type to be exact: `"a phrase"`, `-word` and `title:word`; everything else is text.

There is no query language: whatever does not look just like one of these is looked for as it is.
"""

import re
from dataclasses import dataclass

_QUOTES = str.maketrans(dict.fromkeys("“”„‟＂「」『』", '"'))
_TITLE = "title:"
# A sign counts only where a word begins, and a minus only before a letter: `3-D` and `-5` are text.
_WISH = re.compile(
    r"""(?<!\S)
    (?P<sign>[-－](?=["\w])(?!\d)|title[:：](?=["\w]))?+
    (?:"(?P<phrase>[^"]*\w[^"]*)"(?![\w"])|(?P<word>\S++))""",
    re.VERBOSE | re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Wish:
    """A query taken apart: `text` is what to look for by meaning, the others must or must not be.

    `phrases` stand somewhere in the article and `title` in its title, just so; nothing of
    `without` does. With any of them the query is `exact`.
    """

    text: str
    phrases: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    without: tuple[str, ...] = ()

    @property
    def exact(self) -> bool:
        """Whether the query says more than words."""
        return bool(self.phrases or self.title or self.without)


def read(query: str) -> Wish:
    """Take a query apart; total. A query of nothing but `-words` is text: it looks for them."""
    phrases: list[str] = []
    title: list[str] = []
    without: list[str] = []
    kept: list[str] = []
    for match in _WISH.finditer(query.translate(_QUOTES)):
        sign, phrase = match["sign"], match["phrase"]
        said = phrase if phrase is not None else match["word"]
        if sign is None:
            kept.append(said)
            if phrase is not None:
                phrases.append(phrase)
        elif sign[0] in "-－":
            without.append(said)
        else:
            kept.append(said)
            title.append(said)
    if not kept or not (phrases or title or without):
        return Wish(query)
    return Wish(" ".join(kept), tuple(phrases), tuple(title), tuple(without))
