"""Reads the words that search needs from the content: variants and synonyms."""

from collections.abc import Iterable, Sequence

from helpcenter.content.problems import Report
from helpcenter.content.roots import Root, layers, read_text
from helpcenter.i18n.locale import Locale
from helpcenter.language.fold import Folder
from helpcenter.language.rules import Synonym, parse_synonyms, parse_variants


def load_folder(roots: Sequence[Root], report: Report) -> Folder:
    """Read `i18n/folding.txt` of all roots, a site's own lines over the starter's."""
    variants: dict[str, str] = {}
    for source in layers(roots, "i18n/folding.txt"):
        with report.gather():
            variants |= parse_variants(read_text(source), source.name, report)
    return Folder(variants)


def load_synonyms(
    roots: Sequence[Root], locales: Iterable[Locale], report: Report
) -> dict[Locale, list[Synonym]]:
    """Read `i18n/<locale>/synonyms.txt` of all roots; a site's own lines join the starter's."""
    synonyms: dict[Locale, list[Synonym]] = {}
    for locale in locales:
        for source in layers(roots, f"i18n/{locale.folder}/synonyms.txt"):
            with report.gather():
                parsed = parse_synonyms(read_text(source), source.name, report)
                synonyms.setdefault(locale, []).extend(parsed)
    return synonyms
