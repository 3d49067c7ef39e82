"""What only shows when all articles are seen together: relations, redirects, translations."""

from collections.abc import Iterator

from helpcenter.articles.model import Status
from helpcenter.articles.shelf import FOLDER, REDIRECTS, Draft, Shelf
from helpcenter.articles.translations import faults
from helpcenter.content.problems import Report
from helpcenter.content.schema import did_you_mean
from helpcenter.i18n.locale import SOURCE


def check_shelf(shelf: Shelf, report: Report) -> None:
    """Note everything that does not fit together."""
    _check_categories(shelf, report)
    _check_redirects(shelf, report)
    _check_suggested(shelf, report)
    for draft in shelf.drafts.values():
        _check_related(draft, shelf, report)
        if draft.locale == SOURCE:
            _check_translated(draft, shelf, report)
        else:
            _check_translation(draft, shelf, report)


def _check_categories(shelf: Shelf, report: Report) -> None:
    used = dict.fromkeys((draft.locale, draft.category) for draft in shelf.drafts.values())
    held = {category for _, category in used}
    for (_, category), (_, file) in shelf.categories.items():
        if category not in held and not shelf.faulty:
            message = "no article stands here, so nobody is shown it: write one, or delete this"
            report.warning(file, 0, "empty_category", message)
    for locale, category in used:
        if (locale, category) in shelf.categories:
            continue
        file = f"{FOLDER}/{locale.folder}/{category}/_index.md"
        message = "the category has no `_index.md`: add one with `title` and `summary`"
        if (SOURCE, category) in shelf.categories:
            report.warning(file, 0, "missing_translation", message)
        else:
            report.error(file, 0, "missing_index", message)
    for locale in shelf.locales[1:]:
        for found, category in shelf.categories:
            if found == SOURCE and (locale, category) not in shelf.categories | used.keys():
                file = f"{FOLDER}/{locale.folder}/{category}/_index.md"
                message = "the category is not translated: add this file"
                report.warning(file, 0, "missing_translation", message)


def _check_redirects(shelf: Shelf, report: Report) -> None:
    slugs = shelf.slugs
    for old, new in shelf.redirects.items():
        line = shelf.redirect_lines.line((old,))
        seen, end = [old], new
        while end in shelf.redirects and end not in seen:
            seen.append(end)
            end = shelf.redirects[end]
        if end in seen:
            chain = " → ".join([*seen, end])
            message = f"{chain} goes round in a circle: let it end at an article"
            report.error(REDIRECTS, line, "redirect_cycle", message)
        elif end not in slugs:
            message = f"there is no article `{end}`{did_you_mean(end, slugs)}"
            report.error(REDIRECTS, line, "broken_redirect", message)
        elif _is_draft(shelf, end):
            message = f"`{end}` is a draft, which readers cannot open: publish it first"
            report.warning(REDIRECTS, line, "broken_redirect", message)
        if old in slugs:
            message = f"`{old}` is an article, which nobody could open: remove this line"
            report.error(REDIRECTS, line, "broken_redirect", message)


def _is_draft(shelf: Shelf, slug: str) -> bool:
    """Tell whether no language of an article is published, as far as they could be read."""
    found = {draft.matter.status for (_, one), draft in shelf.drafts.items() if one == slug}
    return found == {Status.DRAFT}


def _check_suggested(shelf: Shelf, report: Report) -> None:
    for locale, entries in shelf.suggested.items():
        for entry in entries:
            slug, section = entry.matter.article, entry.matter.section
            draft = shelf.drafts.get((locale, slug)) or shelf.drafts.get((SOURCE, slug))
            if not shelf.faulty.isdisjoint({(locale, slug), (SOURCE, slug)}):
                continue
            if draft is None:
                message = f"there is no article `{slug}`{did_you_mean(slug, shelf.slugs)}"
                report.error(entry.file, entry.line, "broken_link", message)
            elif section is not None and section not in draft.address.ids:
                known = did_you_mean(section, draft.address.ids)
                message = f"`{slug}` has no section `{section}`{known}"
                report.error(entry.file, entry.line, "broken_anchor", message)


def _check_related(draft: Draft, shelf: Shelf, report: Report) -> None:
    slugs = shelf.slugs
    for position, slug in enumerate(draft.matter.related):
        line = draft.lines.line(("related", position))
        if slug not in slugs:
            message = f"there is no article `{slug}`{did_you_mean(slug, slugs)}"
            report.error(draft.source.name, line, "broken_related", message)
        elif slug == draft.slug:
            message = "an article is not related to itself: remove this"
            report.warning(draft.source.name, line, "broken_related", message)


def _check_translated(draft: Draft, shelf: Shelf, report: Report) -> None:
    if draft.matter.status is not Status.PUBLISHED:
        return
    for locale in shelf.locales[1:]:
        if (locale, draft.slug) not in shelf.drafts.keys() | shelf.faulty:
            file = f"{FOLDER}/{locale.folder}/{draft.category}/{draft.slug}.md"
            message = f"is not translated: add {file}; until then readers see this one"
            report.warning(draft.source.name, 0, "missing_translation", message)


def _check_translation(draft: Draft, shelf: Shelf, report: Report) -> None:
    source = shelf.drafts.get((SOURCE, draft.slug))
    file, lines = draft.source.name, draft.lines
    if (SOURCE, draft.slug) in shelf.faulty:
        return
    if source is None:
        message = f"has no source article in `{SOURCE.folder}`: write it, or rename this one"
        report.warning(file, 0, "missing_source", message)
        return
    for key, theirs in _differences(draft, source):
        message = f"`{key}` differs from {source.source.name} ({theirs}): make them agree"
        report.error(file, lines.line((key,)), "differs_from_source", message)
    for id_ in source.hashes.keys() - draft.hashes.keys():
        message = f"the section `{id_}` of {source.source.name} is missing: translate it"
        report.warning(file, 0, "missing_section", message)
    for heading in draft.parsed.headings:
        if heading.id not in source.hashes:
            known = did_you_mean(heading.id, source.hashes.keys() - draft.hashes.keys())
            message = f"{source.source.name} has no section `{heading.id}`{known}"
            line = draft.parsed.place.line(heading.line)
            report.warning(file, line, "extra_section", message)
    for id_, code, message in faults(draft.matter.translates, source.hashes):
        report.warning(file, lines.line(("translates", id_)), code, message)


def _differences(draft: Draft, source: Draft) -> Iterator[tuple[str, str]]:
    """Yield the keys that must be the same in every locale, with the source's value."""
    if draft.category != source.category:
        yield "category (the folder)", source.category
    if draft.matter.audience != source.matter.audience:
        yield "audience", source.matter.audience
    if draft.matter.portal != source.matter.portal:
        yield "portal", source.matter.portal or "none"
