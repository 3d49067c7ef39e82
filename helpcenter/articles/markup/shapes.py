"""Shapes of an article: callouts, steps, questions, cards, tables, each a rewriting of tokens.

Every function takes the tokens of a body and returns new ones; none of them knows files or links.
"""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from markdown_it.token import Token

from helpcenter.articles.markup.blocks import BLOCKS
from helpcenter.articles.markup.labels import CALLOUTS, Labels
from helpcenter.articles.markup.place import Place
from helpcenter.articles.markup.tokens import (
    closing,
    inline,
    line_of,
    matching,
    opening,
    plain,
    text,
)
from helpcenter.content.schema import did_you_mean


def shape(tokens: Sequence[Token], labels: Labels, place: Place) -> list[Token]:
    """Apply all shapes."""
    shaped = list(_blocks(tokens, place))
    shaped = list(_callouts(shaped, labels, place))
    shaped = list(_tables(shaped, labels))
    _steps(shaped)
    for token in shaped:
        if token.type in {"fence", "code_block"}:
            token.info = token.info.split(maxsplit=1)[0] if token.info.strip() else ""
    return shaped


def anchor(tokens: Sequence[Token], labels: Labels) -> list[Token]:
    """Put a link to itself behind every heading that still is one."""
    anchored: list[Token] = []
    for index, token in enumerate(tokens):
        anchored.append(token)
        following = tokens[index + 1] if index + 1 < len(tokens) else None
        if following and following.type == "heading_close" and following.meta.get("id"):
            label = labels.section.replace("%(title)s", plain(token.children).strip())
            attrs = {"class": "anchor", "href": f"#{following.meta['id']}", "aria-label": label}
            link = Token("link_open", "a", 1, attrs=dict(attrs))
            token.children = [
                *(token.children or ()),
                link,
                text("#"),
                Token("link_close", "a", -1),
            ]
    return anchored


def _blocks(tokens: Sequence[Token], place: Place) -> Iterator[Token]:
    """Rewrite `::: faq` and `::: cards`; the headings in them become questions and cards."""
    index = 0
    while index < len(tokens):
        token = tokens[index]
        if token.type != "named_block_open":
            if token.type == "heading_open":
                _keep_id(tokens, index)
            yield token
            index += 1
            continue
        end = matching(tokens, index)
        inside = list(tokens[index + 1 : end])
        yield opening("div", class_=token.info)
        if not any(each.type == "heading_open" for each in inside) and token.info in BLOCKS:
            message = f"`::: {token.info}` holds no `### heading`: give each entry one"
            place.error(line_of(token), "empty_block", message)
        if any(each.type == "named_block_open" for each in inside):
            message = f"`::: {token.info}` holds another block: put them one after the other"
            place.error(line_of(token), "nested_block", message)
        yield from _faq(inside) if token.info == "faq" else _cards(inside)
        yield closing("div")
        index = end + 1


def _keep_id(tokens: Sequence[Token], index: int) -> None:
    tokens[matching(tokens, index)].meta["id"] = str(tokens[index].attrs.get("id", ""))


def _entries(tokens: Sequence[Token]) -> Iterator[tuple[Token | None, list[Token], list[Token]]]:
    """Cut a block at its headings: (heading's opening token, its inline tokens, what follows)."""
    top = min((token.level for token in tokens), default=0)
    starts = [i for i, t in enumerate(tokens) if t.type == "heading_open" and t.level == top]
    stops = [*starts, len(tokens)]
    if stops[0] > 0:
        yield None, [], list(tokens[: stops[0]])
    for start, stop in pairwise(stops):
        end = matching(tokens, start)
        yield tokens[start], list(tokens[start + 1 : end]), list(tokens[end + 1 : stop])


def _faq(tokens: Sequence[Token]) -> Iterator[Token]:
    for heading, question, answer in _entries(tokens):
        if heading is None:
            yield from answer
            continue
        yield opening("details", class_="faq-item", id=str(heading.attrs.get("id", "")))
        yield opening("summary")
        yield from question
        yield closing("summary")
        yield opening("div", class_="faq-answer")
        yield from answer
        yield closing("div")
        yield closing("details")


def _cards(tokens: Sequence[Token]) -> Iterator[Token]:
    for heading, title, words in _entries(tokens):
        if heading is None:
            yield from words
            continue
        yield opening("section", class_="card")
        yield heading
        yield from title
        yield closing(heading.tag, "heading")
        yield from words
        yield closing("section")


def _callouts(tokens: Sequence[Token], labels: Labels, place: Place) -> Iterator[Token]:
    """Rewrite quotations that begin with `[!NOTE]`."""
    ends: set[int] = set()
    for index, token in enumerate(tokens):
        kind = _callout_kind(tokens, index, place)
        if kind:
            ends.add(matching(tokens, index))
            yield opening("div", class_=f"callout callout-{kind}", role="note")
            yield opening("p", "callout_title", class_="callout-title")
            yield inline([text(labels.callouts[kind])], line_of(token))
            yield closing("p", "callout_title")
        else:
            yield closing("div") if index in ends else token


def _callout_kind(tokens: Sequence[Token], index: int, place: Place) -> str | None:
    """Return the kind if a callout begins here, its mark taken out of the words."""
    if tokens[index].type != "blockquote_open" or tokens[index + 1].type != "paragraph_open":
        return None
    children = tokens[index + 2].children or []
    if not children or not children[0].content.startswith("[!"):
        return None
    mark, _, rest = children[0].content[2:].partition("]")
    kind = mark.strip().lower()
    if kind not in CALLOUTS:
        known = did_you_mean(mark.upper(), [name.upper() for name in CALLOUTS])
        message = f"`[!{mark}]` is no callout{known}"
        place.error(line_of(tokens[index]), "unknown_callout", message)
        return None
    children[0].content = rest.lstrip()
    if not children[0].content:
        drop = 2 if len(children) > 1 and children[1].type == "softbreak" else 1
        tokens[index + 2].children = children[drop:]
    return kind


def _tables(tokens: Sequence[Token], labels: Labels) -> Iterator[Token]:
    """Wrap tables so that wide ones scroll, and say alignment by class: styles are not allowed."""
    number = 0
    for token in tokens:
        style = str(token.attrs.pop("style", "")) if token.type in {"th_open", "td_open"} else ""
        if style:
            token.attrs["class"] = f"align-{style.rpartition(':')[2].strip()}"
        if token.type == "th_open":
            token.attrs["scope"] = "col"
        if token.type == "table_open":
            number += 1
            label = labels.table.replace("%(number)s", str(number))
            attrs = {"class": "table-wrap", "role": "region", "tabindex": "0", "aria-label": label}
            yield Token("table_wrap_open", "div", 1, attrs=dict(attrs), block=True)
        yield token
        if token.type == "table_close":
            yield closing("div", "table_wrap")


def _steps(tokens: Sequence[Token]) -> None:
    """Mark the ordered lists that stand in no other list."""
    depth = 0
    for token in tokens:
        if token.type == "ordered_list_open" and depth == 0:
            token.attrs["class"] = "steps"
        if token.type.endswith("list_open") or token.type.endswith("list_close"):
            depth += token.nesting
