"""What a translation knows of its source: which sections changed since, which it never recorded.

A translation's `translates` maps section ids to the hashes that the source's sections had when
they were translated; the lead (title, summary and what stands before the first heading) is `""`.
"""

from collections.abc import Iterator, Mapping


def outdated(recorded: Mapping[str, str], source: Mapping[str, str]) -> tuple[str, ...]:
    """Return the ids whose source changed since `recorded`, in the source's order."""
    return tuple(id_ for id_ in source if recorded.get(id_, source[id_]) != source[id_])


def faults(
    recorded: Mapping[str, str], source: Mapping[str, str]
) -> Iterator[tuple[str, str, str]]:
    """Yield (id, code, message) for every section whose record asks for a translator."""
    for id_ in outdated(recorded, source):
        what = f"the source of `{id_}`" if id_ else "the source's title, summary or lead"
        message = (
            f"{what} has changed since: bring the translation up to date, "
            f'then record `"{id_}": {source[id_]}`'
        )
        yield id_, "stale_section", message
    for id_ in recorded.keys() - source.keys():
        yield id_, "unknown_section", f"the source has no section `{id_}`: remove this line"
    if missing := [id_ for id_ in source if id_ not in recorded]:
        lines = ", ".join(f'"{id_}": {source[id_]}' for id_ in missing)
        message = f"not recorded which source was translated; once it is checked, add {{{lines}}}"
        yield missing[0], "untracked_translation", message
