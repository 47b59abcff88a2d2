"""The words of dates: months, weekdays, ordinals, numbers, and what may be counted by a number."""

from __future__ import annotations

import re


def word_list(text: str) -> tuple[str, ...]:
    """Return the words of a text, in order."""
    return tuple(text.split())


def word_set(text: str) -> frozenset[str]:
    """Return the words of a text as a set."""
    return frozenset(text.split())


_MONTHS = word_list(
    """
    january february march april may june july august september october november december
    """
)

#: Month by its name or short form in small letters, without a full stop.
MONTHS: dict[str, int] = {name: i for i, name in enumerate(_MONTHS, start=1)}
MONTHS |= {name[:3]: i for i, name in enumerate(_MONTHS, start=1)} | {"sept": 9}

WEEKDAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")

SEASONS = ("spring", "summer", "autumn", "fall", "winter")

_ONES = word_list(
    """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen
    fifteen sixteen seventeen eighteen nineteen
    """
)
_TENS = ["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"]

#: Numbers below a hundred that are one word.
SMALL_NUMBERS: dict[str, int] = {word: i for i, word in enumerate(_ONES)}
SMALL_NUMBERS |= {word: 10 * i for i, word in enumerate(_TENS, start=2)}

_ORDINAL_ONES = word_list(
    """
    first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth
    thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth
    """
)

#: First to thirty-first, for days and centuries.
ORDINALS: dict[str, int] = {word: i for i, word in enumerate(_ORDINAL_ONES, start=1)}
ORDINALS |= {"twentieth": 20, "thirtieth": 30}
ORDINALS |= {f"twenty-{_ORDINAL_ONES[i]}": 21 + i for i in range(9)} | {"thirty-first": 31}

#: Full names, then short forms; the word ``may`` is a month only with a capital letter.
MONTH = (
    r"(?:january|february|march|april|may|june|july|august|september|october|november|december"
    r"|(?:jan|feb|mar|apr|jun|jul|aug|sept|sep|oct|nov|dec)\b\.?)"
)
MONTH_NAME = (
    r"(?:January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.)"
)
WEEKDAY = r"(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday)"
ORDINAL = "(?:" + "|".join(sorted(ORDINALS, key=len, reverse=True)) + ")"
SMALL_NUMBER = "(?:" + "|".join(sorted(SMALL_NUMBERS, key=len, reverse=True)) + ")"
YEAR = r"(?:1[5-9]\d\d|20\d\d)"
DAY = r"(?:3[01]|[12]\d|0?[1-9])(?:st|nd|rd|th)?"


def month_number(word: str) -> int:
    """Return 1 to 12 for the name of a month or its short form (KeyError)."""
    return MONTHS[word.lower().rstrip(".")]


def small_number(text: str) -> int | None:
    """Return the value of ``3``, ``three``, ``a`` or ``twenty-one``, or None."""
    text = text.lower()
    if text in ("a", "an", "one"):
        return 1
    if text.isascii() and text.isdigit():
        return int(text) if len(text) < 5 else None
    if text == "couple of" or text == "a couple of":
        return 2
    parts = re.split(r"[-\s]", text)
    if any(part not in SMALL_NUMBERS for part in parts) or len(parts) > 2:
        return None
    return sum(SMALL_NUMBERS[part] for part in parts)


#: Nouns for people, in the plural or collective form that follows a number.
PEOPLE = word_set(
    """
    people persons individuals men women children boys girls babies infants minors adults
    youths teenagers elders families civilians residents villagers citizens nationals
    inhabitants locals foreigners expatriates tourists pilgrims worshippers worshipers
    believers converts soldiers troops fighters militants insurgents rebels guerrillas
    guerillas jihadists jihadis islamists extremists terrorists combatants militiamen gunmen
    attackers assailants bombers snipers mercenaries contractors commandos paratroopers
    marines sailors airmen conscripts recruits volunteers deserters defectors veterans
    reservists servicemen servicewomen cadets members leaders commanders officials officers
    chiefs heads deputies ministers lawmakers legislators senators politicians candidates
    governors mayors judges prosecutors lawyers diplomats ambassadors envoys delegates
    negotiators mediators observers inspectors monitors advisers advisors experts analysts
    scholars clerics imams priests preachers nuns police policemen policewomen guards
    gendarmes agents spies informants rangers personnel staff employees workers labourers
    laborers miners farmers herders shepherds fishermen traders merchants drivers engineers
    doctors nurses medics patients students pupils teachers professors journalists reporters
    activists demonstrators protesters protestors peacekeepers prisoners detainees inmates
    captives hostages abductees suspects convicts escapees refugees returnees migrants
    asylum-seekers evacuees displaced deportees victims casualties fatalities survivors dead
    wounded injured martyrs mourners bystanders passengers crew crewmen pilots followers
    supporters sympathisers sympathizers adherents operatives cadres affiliates
    collaborators accomplices relatives parents mothers fathers brothers sisters wives
    husbands widows orphans sons daughters youth voters smugglers bandits criminals
    gangsters warlords tribesmen clansmen nomads settlers peasants humanitarians dissidents
    schoolgirls schoolboys schoolchildren separatists loyalists paramilitaries generals
    colonels captains sergeants lieutenants brigadiers aides bodyguards escorts vigilantes
    pirates raiders looters partisans peshmerga mujahideen mutineers plotters conspirators
    kidnappers hijackers killers opponents defenders sheikhs emirs presidents princes monks
    businessmen shopkeepers infantry cavalry gunners riflemen irregulars auxiliaries
    missionaries believers worshippers worshipers pilgrims intellectuals technicians poachers
    ex-combatants ex-fighters ex-rebels elders villagers kings nephews cousins uncles passers-by
    participants fugitives internees slaves athletes singers chieftains compatriots
    countrymen comrades associates forces enlistees trainees instructors households
    """
)

#: The same nouns for one person.
PERSON = frozenset(
    {word[:-1] for word in PEOPLE if word.endswith("s") and not word.endswith(("ss", "ies"))}
    | {
        "man", "woman", "child", "baby", "policeman", "policewoman", "gunman", "militiaman",
        "family", "deputy", "spy", "mercenary", "refugee", "fisherman", "serviceman", "tribesman",
    }
) - {"force", "personnel", "crew", "staff"}  # fmt: skip

#: Units and countable things, plural to singular unit name, that a plain number may count.
THINGS = word_set(
    """
    attacks incidents strikes airstrikes raids bombings explosions blasts ambushes clashes
    battles assaults operations offensives shootings executions assassinations killings
    murders abductions kidnappings rapes violations abuses arrests deaths injuries cases
    events protests demonstrations riots sorties missions villages towns cities districts
    provinces regions states countries nations governorates municipalities counties
    communities neighbourhoods neighborhoods settlements camps bases outposts checkpoints
    posts positions sites locations places areas zones houses homes buildings schools
    hospitals clinics mosques churches shops farms bridges roads prisons airports vehicles
    trucks cars tanks aircraft helicopters planes jets drones ships boats motorcycles
    weapons rifles guns rockets missiles mortars shells grenades mines bombs rounds bullets
    tents groups organisations organizations factions militias parties tribes clans units
    battalions brigades divisions regiments companies networks cells governments armies
    families households bodies graves votes seats ballots agreements resolutions sanctions
    talks meetings kilometres kilometers km miles metres meters hectares acres feet tonnes
    tons kilograms kg pounds barrels litres liters dollars euros rupees francs years months
    weeks days hours minutes decades centuries
    """
)

COUNTED = PEOPLE | THINGS
