"""Names in the scheme of delegation that no policy has: a slip there leaves a policy the trust's without a word."""

from collections.abc import Iterator, Sequence
from difflib import get_close_matches

from pipeline.catalogue.policies import load_catalogue
from pipeline.configuration.trust import TRUST_NAME, Trust
from pipeline.errors import PolicyPipelineError
from pipeline.register.policies.policies import list_policies as list_known
from pipeline.trust.documents import list_policies
from pipeline.trust.reading import reading_register
from pipeline.trust.schools import School
from pipeline.wording import say_list

_NEAR = 0.65


def delegation_doubts(trust: Trust, schools: Sequence[School]) -> tuple[str, ...]:
    """Return a sentence for each short name in the scheme that neither the trust, a school nor the catalogue has.

    The trust's documents and the schools' registers are asked only where the catalogue does not have a name.
    """
    named = dict(_named(trust))
    known = {entry.slug for entry in load_catalogue()}
    for more in (_of_schools, lambda _: _of_trust(trust)):
        if named.keys() <= known:
            return ()
        known |= set(more(schools))
    return tuple(_say(slug, where, known) for slug, where in named.items() if slug not in known)


def _named(trust: Trust) -> Iterator[tuple[str, str]]:
    """Yield each short name of the scheme with where it stands in the file."""
    for entry in trust.schools:
        for slug in entry.delegation:
            yield slug, f"the delegation of {entry.key}"
    for slug in trust.delegation:
        yield slug, "[delegation]"


def _of_schools(schools: Sequence[School]) -> Iterator[str]:
    for school in schools:
        if school.config is None:
            continue
        try:
            with reading_register(school.config) as found:
                if found is not None:
                    yield from (one.slug for one in list_known(*found))
        except PolicyPipelineError:
            continue  # told by the person who looks at the school itself


def _of_trust(trust: Trust) -> Iterator[str]:
    usable, _ = list_policies(trust)
    return (one.slug for one in usable)


def _say(slug: str, where: str, known: set[str]) -> str:
    near = get_close_matches(slug.casefold(), sorted(known), n=2, cutoff=_NEAR)
    meant = f" Did you mean {say_list([repr(each) for each in near]).replace(' and ', ' or ')}?" if near else ""
    return f"{TRUST_NAME}, {where}: no policy has the short name {slug!r}, so nothing is left to anybody by it.{meant}"
