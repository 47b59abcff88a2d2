"""Words for states: when "Afghan" or "Rwanda" names an actor, and when only a place."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from rivalry.evidence.reading._agency import listed
from rivalry.evidence.reading._aliases import Token

#: What an adjective of a state may be followed by, and what the two then name.
Head = Literal["government", "forces", "people", "nationals", "deeds"]


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_GOVERNMENT = _words(
    """government governments official officials authority authorities administration
    administrations state regime regimes leader leaders leadership president presidents ministry
    ministries minister ministers embassy embassies diplomat diplomats envoy envoys ambassador
    ambassadors spokesman spokesperson spokeswoman parliament congress lawmakers intelligence
    delegation junta republic cabinet prime governor negotiators capital-based counterpart
    counterparts side treasury department senator senators secretary chancellor establishment
    politicians policymakers audiences audience publics countries
    nations capitals donors rulers executive legislature judiciary courts"""
)
_FORCES = _words(
    """forces force army armies military militaries troop troops soldier soldiers servicemen
    personnel marines navy unit units police gendarmes gendarmerie commandos paratroopers militia
    contingent battalion battalions brigade officers commander commanders general generals
    security peacekeepers armed warplanes jets"""
)
_PEOPLE = _words(
    """civilians civilian people population populations child children women woman men girls boys
    villagers residents refugees public communities community families voters prisoners society
    farmers students youth migrants"""
)
_NATIONALS = _words(
    """citizen citizens national nationals worker workers engineer engineers infrastructure
    companies company firms contractors businesses investors tourists hostages missionaries
    consulate projects fighters gunmen"""
)
_DEEDS = _words(
    """withdrawal departure pullout exit invasion intervention occupation support aid assistance
    airstrike airstrikes strike strikes raid raids drone drones bombing bombardment sanctions policy
    policies enemies enemy masters cooperation involvement backing mercenaries mediation interests
    ally allies presence pressure operation operations offensive weapons arms funding approach
    missile missiles artillery shelling incursion incursions recognition criticism demands diplomacy
    evacuation strategy proxies proxy influence helicopters helicopter campaign counterterrorism
    foreign instructors advisers advisors trainers partners response efforts effort concerns
    attacks attack attempts counteroffensive guarantees investment money rivals rival power powers
    role denial denials hostility"""
)
#: What people of the state that a text is about do or suffer; there "Afghan policy" names nobody.
_DEEDS_AT_HOME = _words(
    "airstrike airstrikes strike strikes raid raids offensive operation operations bombardment "
    "shelling helicopters counteroffensive artillery drones"
)
_STOPS = _words(
    """in on at of to by with from for into over under between against and or but the a an that
    which who whom is are was were be been has have had will would could may might can said say
    their its his her this these as than if while when after before"""
)

_PLACE_BEFORE = _words(
    """in across inside throughout within near outside around into onto at through towards toward
    beyond via leaving left entered entering fled flee fleeing reach reached"""
)
_BORDERS = _words("border borders borderland borderlands area road frontier crossing route lies")
_DIRECTIONS = _words(
    """eastern western northern southern central northeastern northwestern southeastern southwestern
    north-east rural coastal upper lower mainland landlocked"""
)
_SOURCES = _words(
    """support aid backing weapons arms funding help pressure criticism orders assistance
    recognition condemnation money permission protection"""
)
#: People who come from a state, directly before "from"; unless they withdraw from it.
_SENT = _words("troops soldiers forces men officials mercenaries recruits instructors fighters")
_WITHDRAW = _words(
    """withdrew withdraw withdrawn withdrawing withdrawal pulled pull expelled expel left leave
    retreat retreated departure removed removal evacuated"""
)
_GOALS = _words(
    """aid support linked loyal ties answer message according appeal appealed sell sold gave give
    threat close allied concession concessions response weapons alternative opposition gift lost
    hostile turned pledged handed extradited extradition"""
)
_AGENT_AFTER = _words(
    """said says has have had accused accuses agreed announced announces deployed signed denied
    denies launched withdrew expelled recognized recognised supports supported backs backed arms
    armed sent condemned rejected demanded wants seeks sought insists claimed claims responded
    tries tried hopes hoped expects intervened cut closed opened imposed joined left negotiated
    talks pledged vowed refused called
    provides provided trained hosts hosted maintains continues remains fears believes sees did does
    is was are were would will could may might itself too also"""
)
#: Of these only deeds that no territory does: a text about Mali says "Mali has" of the place too.
_AGENT_AT_HOME = _words(
    """said says accused accuses agreed announced announces deployed signed denied denies launched
    withdrew expelled recognized recognised condemned rejected demanded insists negotiated pledged
    vowed refused sought seeks invited severed"""
)
_AGENT_BEFORE = _words(
    """by with against accuse accused accuses accusing urged urging pressed pressing blamed blaming
    told telling asked sanctioned"""
)
#: Words that need another verb behind them: see `governs`.
_HAVING = _words("has have had")
_STATES_OF = _words("is was are were too also itself")
_LED = _words(
    """backed led aligned sponsored supported supplied brokered mediated linked affiliated funded
    trained made allied"""
)


def head_after(tokens: Sequence[Token], at: int, limit: int = 4) -> tuple[Head | None, int]:
    """Return what kind of head follows within an expression, and its position.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence.
    at : int
        First word behind the adjective.
    limit : int
        Words to look at.
    """
    stop = min(len(tokens), at + limit)
    for position in range(at, stop):
        token = tokens[position]
        if position > at and not _inside(token.gap):
            break
        if position == at and not _inside(token.gap):
            break
        kind = head_kind(token.text)
        if kind is not None:
            # "military personnel", "government forces": the last head counts
            following = tokens[position + 1] if position + 1 < len(tokens) else None
            if (
                following is not None
                and following.gap == " "
                and not token.possessive
                and head_kind(following.text) is not None
            ):
                last = head_kind(following.text)
                if not (kind in ("forces", "government") and last == "deeds"):
                    return last, position + 1
            return kind, position
        low = token.text.lower()
        if low in _STOPS or (token.text[:1].isupper() and low not in _STOPS and position > at):
            break
    return None, at


def concern_after(tokens: Sequence[Token], at: int) -> bool:
    """Tell whether something follows that a government has and a land has not: "interest"."""
    behind = [t.text.lower() for t in tokens[at : at + 3]]
    for place, word in enumerate(behind):
        if place and tokens[at + place].gap != " ":
            return False
        if word in listed("concerns"):
            return True
        if word in _STOPS:
            return False
    return False


def _inside(gap: str) -> bool:
    if gap in ("'s ", "’s ", "' ", "’ "):
        return True
    return not gap.strip(" -‐‑“\"‘'\u00a0") and len(gap) <= 3


def head_kind(word: str) -> Head | None:
    """Return what kind of head a word is."""
    low = word.lower()
    if low in _GOVERNMENT:
        return "government"
    if low in _FORCES:
        return "forces"
    if low in _PEOPLE:
        return "people"
    if low in _NATIONALS:
        return "nationals"
    if low in _DEEDS:
        return "deeds"
    return None


def deed_at_home(word: str) -> bool:
    """Tell whether something belongs to a state even in a text about that state."""
    return word.lower() in _DEEDS_AT_HOME


def is_place(
    tokens: Sequence[Token],
    start: int,
    stop: int,
    *,
    home: bool,
    previous_place: bool,
    previous_actor: bool = False,
) -> bool:
    """Tell whether the name of a state is only a place here.

    Parameters
    ----------
    tokens : sequence of Token
        Of one sentence.
    start, stop : int
        Where the name stands, in words.
    home : bool
        The text is about events in this state, so its bare name is a place unless it acts.
    previous_place : bool
        The name before it, joined by "and" or a comma, was a place.
    previous_actor : bool
        The name before it, joined by "and", was a state that acts.
    """
    before = [t.text.lower() for t in tokens[max(0, start - 5) : start]]
    last = before[-1] if before else ""
    if last == "the" and len(before) > 1:
        before, last = before[:-1], before[-2]
    after = tokens[stop] if stop < len(tokens) else None
    follows = after.text.lower() if after is not None else ""
    if after is not None and after.gap in ("-", "‐", "–") and follows in _LED:
        return False
    if after is not None and after.gap in ("-", "‐", "–"):
        return True  # "Syria-based", "Mali-Niger border"
    if tokens[stop - 1].possessive:
        head, _ = head_after(tokens, stop, 3)
        if head is None and not home and concern_after(tokens, stop):
            return False
        return head in (None, "people") or (home and head in ("deeds", "nationals"))
    if last in _DIRECTIONS:
        return True
    joined = last in ("and", "or") or (start > 0 and tokens[start].gap.strip() == ",")
    if joined and previous_place:
        return True
    if last in ("and", "or") and previous_actor:
        return False
    if last in _PLACE_BEFORE or (last == "over" and home):
        return True
    if last == "between":
        return bool(_BORDERS & set(before))  # of two that talk or fight, both act
    if last == "of":
        owner = before[-2] if len(before) > 1 else ""
        return head_kind(owner) not in ("government", "forces")
    if last == "from":
        if _WITHDRAW & {t.text.lower() for t in tokens[max(0, start - 8) : start]}:
            return True
        sent = len(before) > 1 and before[-2] in _SENT
        return not (sent or _SOURCES & set(before[:-1]))
    if last == "to":
        return not (_GOALS & set(before[:-1]))
    if home:
        return not (follows in _AGENT_AT_HOME or last in _AGENT_BEFORE)
    return False


def acts(tokens: Sequence[Token], start: int, stop: int) -> bool:
    """Tell whether a capital stands for its government: "Washington denied", "urged Moscow"."""
    after = tokens[stop] if stop < len(tokens) else None
    if (
        after is not None
        and after.gap == " "
        and after.text.lower() in _AGENT_AFTER - _STATES_OF - _HAVING
    ):
        return True
    return start > 0 and tokens[start - 1].text.lower() in _AGENT_BEFORE - {"by", "with"}
