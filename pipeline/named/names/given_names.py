"""The given names of some eighty languages, so that a name is known for one where no title and no number shows it.

They are the lists of persons of the package Faker, read when a name is first asked about and once a process: that costs
a tenth of a second, and most commands never ask. ``names`` and ``name_words`` ask.
"""

import re
from collections.abc import Iterable, Iterator
from functools import cache
from importlib import import_module
from pkgutil import iter_modules

from pipeline.named.names.letters import plain_letters

_ENGLISH = ("en", "en_GB", "en_IE", "en_NZ", "en_US")
"""The lists whose names of two letters count ("Jo", "Al"); those of other languages are English words too often."""
_BESIDES_TEXT = """
    abi abimbola abiola adeola ailsa alun aman amandeep ameera amrit anand angharad anil anisha anthea ayo babatunde
    balvinder bartosz bukola carys cerys chidi chika chioma dafydd delyth dilys efua eilidh eleri elspeth esme eze
    farhana femi ffion fflur finlay folake gaynor geraint gethin ghazala gurdeep gurpreet gwenllian gwilym haleema
    haroon harpreet harvinder hussain huw ifeoluwa imtiaz iolo iqbal jacqui jagdeep jameela jas jasbir jaspreet
    javed jia kasia kat kavita kerensa kez kiran kirsteen komal kulwinder kyriakos llinos maddie mair maisie manjit
    menna mhairi mo morag morwenna naheed nasreen nasrin nazia nerys nesta nguyen nigella nkechi oksana olu
    oluwadamilola oluwaseun osian paddy parisa parveen prakash prem priti priyanka raj rajan rajesh raman ranjit reg
    rehana rhodri roshni ruaridh rukhsana sagal saima sameer sana sandeep sanjay sanjeev satnam shabana shahid
    shaista shamim shanti sharmila shazia shirin shruti sonal stu sukhdeep sukhi suki suleman sultana sunil sunita
    suresh swati tahira tamsin temitope tendai thuy tomos toyin usha uzma verity vijay vikram vimala wahida wiktoria
    xin yusra zahida zakia zoya zuzanna glen
"""
"""Given names of Wales, Scotland, South Asia and West Africa that are common in Britain and that the package lacks."""
_ORDINARY_TEXT = """
    an avon brain bot cash columbus come constant desire doc edit essence forum gang gauge golden handy harm hence horn
    ibn icy innocent joke journey judge kick kingston lady lies london lone love lung mace made marshal mat maxim minor
    nanny oral peer pin prior roll royal runny rush safari shade sole sunshine tea ties tone toy unique unknown valid
    wash wellington wing worth
"""
"""Words and places met in policies that some language has for a name too; the package's words of English lack them."""


@cache
def given_names() -> frozenset[str]:
    """Return given names in small letters without marks, each a single word; words of English are left out.

    Some twenty thousand. The first call takes about a tenth of a second, later ones nothing.
    """
    besides = frozenset(_BESIDES_TEXT.split())
    return (_all_listed() - ordinary_words()) | besides


def is_given_name_too(word: str) -> bool:
    """Return whether a word of English, in small letters, is a given name as well: Mark, Bill, Hope."""
    return word in _all_listed()


@cache
def _all_listed() -> frozenset[str]:
    return frozenset(_listed())


def _listed() -> Iterator[str]:
    from faker.providers import person

    # Each once: languages share many, and most are met in several lists of one.
    short, long = set[str](), set[str]()
    for module in iter_modules(person.__path__):
        provider = import_module(f"{person.__name__}.{module.name}").Provider
        for attribute, names in vars(provider).items():
            # Tuples, lists, and mappings of a name to how often it is met; some languages part them further.
            if attribute.startswith(("first_name", "first_romanized")) and isinstance(names, tuple | list | dict):
                (short if module.name in _ENGLISH else long).update(each for each in names if isinstance(each, str))
    yield from _single_words(short, shortest=2)
    yield from _single_words(long - short, shortest=3)


_BETWEEN_WORDS = re.compile(r"[\s-]+")


def _single_words(names: Iterable[str], *, shortest: int) -> Iterator[str]:
    for name in names:
        for part in _BETWEEN_WORDS.split(name):
            word = plain_letters(part).strip(".'’")
            if len(word) >= shortest and word.isascii() and word.isalpha():
                yield word


def words_in_small(text: str) -> frozenset[str]:
    """Return the words that a document itself writes in small letters: none of them shows a person."""
    words = set(text.split())
    plain = {word for word in words if word.islower() and word.isascii() and word.isalpha() and len(word) > 1}
    return frozenset(plain.union(_SMALL.findall(" ".join(words - plain))))


class WrittenSmall:
    """Tells of single words whether a document writes them in small letters, without listing all that it does."""

    def __init__(self, text: str) -> None:
        self._text = text

    def __contains__(self, word: object) -> bool:
        """Say of a word what ``words_in_small`` would."""
        if not isinstance(word, str) or _IN_SMALL.fullmatch(word) is None:
            return False
        at = self._text.find(word)
        while at >= 0:
            match = _SMALL.match(self._text, at)
            if match is not None and match[0] == word:
                return True
            at = self._text.find(word, at + 1)
        return False


_IN_SMALL = re.compile(r"[a-z]{2,}")
_SMALL = re.compile(r"(?<![\w@.'’/-])[a-z]{2,}(?![\w@]|\.\w)")


@cache
def ordinary_words() -> frozenset[str]:
    """Return the commonest words of English, of occupations and of streets in small letters.

    No first name beside a role is one of them. Some fifteen hundred; the first call takes about a tenth of a second.
    """
    from faker.providers.address.en_GB import Provider as BritishAddresses
    from faker.providers.address.en_US import Provider as AmericanAddresses
    from faker.providers.job.en_US import Provider as Jobs
    from faker.providers.lorem.en_US import Provider as Words

    phrases = (
        *Words.word_list,
        *Jobs.jobs,
        *BritishAddresses.street_suffixes,
        *AmericanAddresses.street_suffixes,
        *BritishAddresses.city_prefixes,
    )
    words = {word for phrase in phrases for word in re.findall(r"[a-z]+", phrase.casefold())}
    return frozenset((*words, *_ORDINARY_TEXT.split()))
