from pathlib import Path

from helpcenter.i18n.locale import SOURCE
from helpcenter.identity.caller import ANONYMOUS
from helpcenter.search.index import Query
from helpcenter.settings import Settings
from helpcenter.site.indexing import SiteIndexer
from tests.factories import kettle_site

QUERY = Query("silent kettle", SOURCE, ANONYMOUS.reads)


def test_an_index_is_that_of_its_site_and_may_be_kept(tmp_path: Path) -> None:
    site = kettle_site()
    for folder in (None, tmp_path, tmp_path):
        index = SiteIndexer(Settings(), folder)(site.library.articles.values(), site.hash)
        assert index.content_hash == site.hash
        assert index.search(QUERY).hits[0].slug == "kettle-will-not-whistle"
    assert any(tmp_path.iterdir())
