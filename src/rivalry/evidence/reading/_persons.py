"""Persons: a title or a role and a name, names of a well-known build, names that speak."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rivalry.evidence.reading._aliases import Token


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


#: Titles in front of a name.
TITLES = _words(
    """President Minister General Gen Colonel Col Mullah Maulvi Mawlawi Maulana Sheikh Shaykh Emir
    Imam Commander Ambassador Secretary Senator King Prince Chancellor Pope Ayatollah Captain Capt
    Major Maj Lt Lieutenant Admiral Adm Marshal Brigadier Brig Dr Mr Mrs Ms Governor Spokesman
    Spokesperson Spokeswoman Chairman Premier Judge Congressman Representative Rep Sen Gov Prof
    Professor Hajji Haji Malam Mallam Director Sergeant Sgt Marechal Sultan Sayyid Envoy Mayor
    Chief Chiefs Staff"""
)
#: Titles that are no part of the name; an abbreviated rank may follow another title.
_ROLES = _words(
    """leader leaders chief commander spokesman spokesperson spokeswoman envoy chairman chairwoman
    head founder emir ideologue deputy president minister general colonel caliph successor
    warlord strongman cleric preacher ambassador secretary governor coordinator premier
    predecessor veteran lieutenant adviser advisor negotiator analyst researcher director expert
    lawyer activist mayor general-secretary militant jihadist insurgent dictator counterpart rival
    bishop judge politician official captain executive emissary interlocutor kingpin boss"""
)
_SAYS = _words(
    """said says told stated states wrote warned argued argues announced added noted claimed
    declared expressed vowed acknowledged insisted denied replied pledged tweeted admitted
    confirmed explained resigned fled leads led commands commanded founded defected heads
    headed ruled rules governs"""
)
_PARTICLES = _words("al el bin ibn ben ag ould bint abu von van de del da dos ud ur Al El Bin Ibn")
_LINKS = _words("al el bin ibn ag ould ben Al Bin Ibn Ag Ould")
#: Capitalised words that are no part of a person's name.
NO_PERSON = _words(
    """Division Infantry Battalion Regiment Squadron Platoon Artillery Cavalry Fleet Unit Units
    Watch
    Rights International Group Front Army Council Ministry Agency Times Post News
    Institute Center Centre University Union Party Movement Court Committee Mission Office House
    Department Nations State States Force Forces Brigade Brigades Alliance Coalition Commission
    Bank Network Program Programme Project Fund Service Services Security Press Radio Television
    Agreement Accord Accords Province Provinces District City Airport River Lake Valley Mountains
    Desert Camp Base Sea Gulf Strait Region Border Road Street Bay Island Islands Republic Kingdom
    Empire Corps Defense Defence Affairs Foreign Interior War Wars Day Days January February March
    April May June July August September October November December Monday Tuesday Wednesday
    Thursday Friday Saturday Sunday East West North South Eastern Western Northern Southern Central
    Middle Asia Africa Europe America Islamic Muslim Christian Sunni Shia Shiite Salafi Salafist
    Islam Christianity Sharia Wahhabism Salafism Sufism Catholicism Orthodoxy Marxism Maoism
    Doctors Crisis Amnesty Human Global World National Red Cross Crescent Operation Resolution
    Prime White Supreme High United Joint Chiefs Chief Security Zone Line Congress Authority
    Government Parliament Assembly Peace Process Conference Summit Treaty Constitution Ceasefire
    Freedom Liberation Resistance Liberty Federation Community Organization Organisation Company
    Corporation Sahel Levant The This That These Those In On At As But And For From With While When
    After Before Although Since Despite Yet If It He She They His Her Their Its A An Both Some Many
    Most Several Two Three Four Five One Another Other Such What Who Why How Where There Here Not
    No Nor So Then Thus However Later Soon Meanwhile Moreover Instead Nonetheless
    According Under By Of To"""
)
#: Places and groups that are built like Arabic names.
NO_FIRST = _words(
    """Deir Ras Tell Tel Jisr Ain Dar Bab Bayt Beit Wadi Umm Jebel Jabal Shatt Port Maarat Marrat
    Qalaat Liwa Jaysh Jaish Ahrar Jabhat Ansar Kataib Katibat Katiba Harakat Hurras Huras Hayat
    Asaib Saraya Jund Faylaq Suqour Nour Fajr Dhat Bani Banu Mount Sahat Suq Khan
    Kafr Tahrir
    New San Santa Santo Saint St Cabo Costa Rio Villa Puerto Le La Les Los Las El Monte Serra Baja
    Bajo Alto Upper Lower Greater Fort Camp Cape Lac Isla Ile Grand Grande Big Little
    Old Nova Novo
    Shahid Eid Laylat Dawlat Wilayat Jamaat Jamaa Majlis Nahr Marj Mashhad Qasr Hama Homs"""
)
_NO_ABU = _words("Dhabi Ghraib Kamal Sayyaf Musa Simbel")


_PHRASES = frozenset(
    {"according to", "led by", "headed by", "commanded by", "founded by", "named by", "death of",
     "killing of", "assassination of", "arrest of", "capture of", "rule of", "fall of",
     "command of", "successor to", "leadership of", "rise of", "removal of", "overthrow of"}
)  # fmt: skip


_APPOSING = frozenset(
    {"the", "a", "an", "his", "her", "its", "their", "then", "former", "who", "one", "another",
     "leader", "head", "chief", "commander", "deputy", "spokesman", "founder", "whose", "once",
     "himself", "herself"}
)  # fmt: skip


_ARTICLES = frozenset({"a", "an", "the", "one", "once", "himself", "herself", "then", "former"})


@dataclass(frozen=True)
class Person:
    """A person's name in a sentence: from word `start` up to, not including, word `stop`."""

    start: int
    stop: int
    words: tuple[str, ...]


def find_persons(tokens: Sequence[Token], taken: Sequence[bool]) -> list[Person]:
    """Return the persons named in a sentence.

    Parameters
    ----------
    tokens : sequence of Token
        Of the sentence.
    taken : sequence of bool
        Words that belong to another name already.
    """
    found: list[Person] = []
    at = 0
    while at < len(tokens):
        if taken[at] or not name_starts(tokens, at):
            at += 1
            continue
        stop = name_end(tokens, at, taken)
        start = at
        while start < stop and tokens[start].text in TITLES:
            start += 1
        if start < stop and _is_person(tokens, start, stop, titled=start > at, taken=taken):
            words = tuple(t.text for t in tokens[start:stop])
            found.append(Person(start, stop, words))
        at = max(stop, at + 1)
    return found


def name_starts(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a person's name may start with a word."""
    word = tokens[at].text
    return word[:1].isupper() and word not in NO_PERSON


def name_end(tokens: Sequence[Token], at: int, taken: Sequence[bool]) -> int:
    """Return where a run of capitalised words and particles ends."""
    stop = at + 1
    while stop < len(tokens) and not tokens[stop - 1].possessive:
        token, before = tokens[stop], tokens[stop - 1]
        gap = token.gap
        dotted = gap in (". ", ".") and (len(before.text) == 1 or before.text in TITLES)
        if taken[stop] or not (gap in (" ", "-", "‐", "’", "'", "\u00a0") or dotted):
            break
        if token.text in _PARTICLES:
            after = tokens[stop + 1] if stop + 1 < len(tokens) else None
            if after is None or after.gap not in (" ", "-", "‐") or not after.text[:1].isupper():
                break
            if taken[stop + 1] or after.text in NO_PERSON:
                break
            stop += 2
            continue
        if not token.text[:1].isupper() or (token.text in NO_PERSON):
            break
        if token.text.isupper() and len(token.text) > 2:
            break
        stop += 1
    return stop


def _is_person(
    tokens: Sequence[Token], start: int, stop: int, *, titled: bool, taken: Sequence[bool]
) -> bool:
    words = [t.text for t in tokens[start:stop]]
    if words[0] in NO_FIRST or any(w in NO_PERSON for w in words):
        return False
    if any(len(w) > 2 and w.isupper() for w in words):
        return False
    before = tokens[start - 1] if start else None
    if titled or (
        before is not None
        and before.text in TITLES
        and before.text not in ("Chief",)
        and tokens[start].gap in (" ", ". ")
    ):
        return len(words[0]) > 1 or len(words) > 1
    if len(words) < 2:
        return False
    if words[0] == "Abu":
        return words[1] not in _NO_ABU
    if any(w in _LINKS for w in words[1:-1]):
        return True
    if before is not None and tokens[start].gap in (" ", ", ") and before.text.lower() in _ROLES:
        return True
    after = tokens[stop] if stop < len(tokens) else None
    if after is not None:
        if after.gap == " " and after.text in _SAYS:
            return True
        if after.gap == ", " and apposed(tokens, stop):
            return True
    if before is not None and before.text == "as" and start >= 2:
        return tokens[start - 2].text == "known"
    if before is not None and before.text in _SAYS and tokens[start].gap == " ":
        return before.text in ("said", "says", "told", "warned", "argued", "wrote")
    if start >= 2 and before is not None and tokens[start].gap == " ":
        phrase = f"{tokens[start - 2].text.lower()} {before.text.lower()}"
        of_group = before.text == "of" and taken[start - 2]
        return phrase in _PHRASES or before.text == "under" or of_group
    return False


def apposed(tokens: Sequence[Token], at: int, more: frozenset[str] = frozenset()) -> bool:
    """Tell whether a role follows behind the comma: ", his deputy", ", the Malian leader".

    `more` lists callings beside the roles of the table; they need an article or "one of".
    """
    first = tokens[at].text
    if first in ("who", "whose") or [t.text for t in tokens[at : at + 3]][-2:] == ["known", "as"]:
        return True
    if first.islower() and first not in _APPOSING:
        return False
    for position in range(at, min(at + 8, len(tokens))):
        token = tokens[position]
        if position > at and ("," in token.gap or ";" in token.gap):
            return False
        low = token.text.lower()
        if low in _ROLES or (more and low.removesuffix("s") in _ROLES):
            return True
        if position > at and low in more and first in _ARTICLES:
            return True
    return False


def ends_surname(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether a name ends a person's: "Abdul Malik al-Houthi", "Abu Omar al-Iraqi"."""
    if at < 2 or tokens[at].gap not in ("-", "‐", " ") or tokens[at - 1].text.lower() != "al":
        return False
    first = tokens[at - 2].text
    joined = tokens[at - 1].gap == " " and not tokens[at - 2].possessive
    return joined and first[:1].isupper() and first not in NO_PERSON


def is_role(word: str) -> bool:
    """Tell whether a word says what a person is: "leader"."""
    return word.lower() in _ROLES


def titles_a_person(tokens: Sequence[Token], place: int) -> bool:
    """Tell whether "President" here belongs to a name that follows."""
    after = tokens[place + 1] if place + 1 < len(tokens) else None
    return (
        tokens[place].text in TITLES
        and after is not None
        and after.gap in (" ", ". ")
        and after.text[:1].isupper()
    )


def second_names(tokens: Sequence[Token], stop: int) -> list[str]:
    """Return the second name of "Mohamed Hamdan Dagalo, better known as Hemedti".

    Parameters
    ----------
    tokens : sequence of Token
        Of the sentence.
    stop : int
        First word behind the person's name.
    """
    found: list[str] = []
    if stop + 1 < len(tokens) and tokens[stop].text in ("alias", "nicknamed"):
        at = stop + 1
        while at < len(tokens) and tokens[at].text[:1].isupper() and tokens[at].gap == " ":
            at += 1
        found.extend(t.text for t in tokens[stop + 1 : at][-1:])
    for at in range(stop, min(stop + 3, len(tokens) - 2)):
        second = tokens[at + 2].text
        if tokens[at].text == "known" and tokens[at + 1].text == "as" and second[:1].isupper():
            found.append(second)
    return found
