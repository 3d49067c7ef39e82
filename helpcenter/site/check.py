"""Everything `helpcenter check` looks at: what a site is built of, and what only writers mind."""

from collections.abc import Sequence

from helpcenter.articles.load import articles_root
from helpcenter.bot.overlap import check_overlap
from helpcenter.bot.repeats import check_repeats
from helpcenter.content.problems import Report
from helpcenter.content.roots import Root
from helpcenter.search.words import load_synonyms
from helpcenter.settings import Settings
from helpcenter.site.build import assemble
from helpcenter.site.relations import check_relations
from helpcenter.site.wording import check_wording


def check(settings: Settings, roots: Sequence[Root]) -> Report:
    """Look at all content and return what is wrong with it, never raising for content."""
    report = Report()
    site = assemble(settings, roots, report)
    locales = site.library.locales
    load_synonyms(roots, locales, report)
    check_wording(roots, articles_root(roots), locales, report)
    check_relations(site, articles_root(roots), report)
    check_overlap(site.playbook, roots, report)
    check_repeats(site.playbook, roots, report)
    return report
