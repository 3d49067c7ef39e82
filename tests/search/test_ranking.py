import numpy as np

from helpcenter.i18n.locale import Locale
from helpcenter.search.ranking import Cache, Impacts

EN = Locale("en")


def impacts(size: int) -> Impacts:
    return Impacts(np.zeros(size, np.int32), np.zeros(size, np.float32), 1.0)


def test_the_cache_drops_what_was_not_asked_for_longest() -> None:
    cache = Cache(limit=2500)
    for name in ("a", "b", "c"):
        cache.put((EN, (name,)), impacts(100))
        cache.put((EN, (name,)), impacts(100))
        cache.get((EN, ("a",)))
    assert cache.get((EN, ("a",))) is not None
    assert cache.get((EN, ("b",))) is None
    assert cache.get((EN, ("c",))) is not None


def test_what_is_larger_than_the_cache_is_not_kept() -> None:
    cache = Cache(limit=1000)
    cache.put((EN, ("a",)), impacts(1000))
    assert cache.get((EN, ("a",))) is None
