"""The words round a number: hedges, bounds, outcomes, and what ends a noun phrase."""

from __future__ import annotations

import re

from rivalry.evidence.reading._times_words import word_set

_HEDGES = (
    r"an\s+estimated|estimated|estimates\s+of|about|around|roughly|approximately|nearly|almost|"
    r"close\s+to|circa|c\.|~|some|perhaps|possibly|probably|reportedly|barely|only|merely|scarcely|just\s+over|just\s+under|"
    r"well\s+over|an\s+average\s+of|a\s+reported|reported"
)
_LOWER = (
    r"at\s+least|(?:well\s+|far\s+)?more\s+than|(?:well\s+|just\s+)?over|no\s+fewer\s+than|"
    r"no\s+less\s+than|not\s+less\s+than|a\s+minimum\s+of|upwards?\s+of|in\s+excess\s+of|above|"
    r"exceeding|greater\s+than|as\s+few\s+as|>"
)
_UPPER = (
    r"up\s+to|at\s+most|as\s+many\s+as|as\s+much\s+as|(?:far\s+)?fewer\s+than|less\s+than|"
    r"(?:just\s+)?under|no\s+more\s+than|not\s+more\s+than|a\s+maximum\s+of|below|<"
)
#: Hedges and bounds directly before a number.
QUALIFIED = re.compile(
    rf"(?:(?<![\w-])(?:(?P<lower>{_LOWER})|(?P<upper>{_UPPER})|(?P<hedge>{_HEDGES}))"
    rf"(?:\s+(?P<second>{_HEDGES}|another|a\s+total\s+of|a\s+further))?)"
    r"(?:\s+(?:another|a\s+total\s+of|a\s+further|the|additional|between))?\s*$",
    re.I,
)
AFTER = re.compile(
    r"\s*(?:\bor\s+(?P<more>more)\b|\bor\s+(?P<so>so)\b|-?(?P<odd>odd)\b|(?P<plus>\+)(?!\d))"
)

#: Words that may stand between a verb and its number.
FILLER = (
    rf"(?:(?:{_LOWER}|{_UPPER}|{_HEDGES}|a\s+total\s+of|a\s+further|another|an\s+additional|"
    r"additional|a|an|the|between|all|only|just|also|its|their|his|in\s+total|both|further)\s+)"
)

_OUTCOME_FORMS = {
    "killed": "killed kill kills killing slain slew massacred massacring murdered murdering "
    "assassinated assassinating executed executing beheaded beheading died die dies dead perished "
    "claimed",
    "injured": "injured injuring injure injures wounded wounding wound wounds hurt hurting maimed "
    "maiming",
    "targeted": "targeted targeting target targets",
    "captured": "captured capturing capture captures",
    "arrested": "arrested arresting arrest arrests",
    "detained": "detained detaining detain imprisoned jailed interned",
    "abducted": "abducted abducting abduct kidnapped kidnapping kidnap",
    "displaced": "displaced displacing displace uprooted uprooting",
    "fled": "fled flee fleeing flees",
    "released": "released releasing release freed freeing free liberated liberating",
    "escaped": "escaped escape escaping",
    "surrendered": "surrendered surrendering surrender",
    "defected": "defected defecting defect deserted deserting",
    "missing": "missing disappeared vanished",
    "recruited": "recruited recruiting recruit enlisted enlisting conscripted",
    "deployed": "deployed deploying deploy",
    "evacuated": "evacuated evacuating evacuate",
    "rescued": "rescued rescuing",
    "destroyed": "destroyed destroying destroy burned burnt burning torched torching demolished",
    "seized": "seized seizing seize overran overrunning captured",
    "lost": "lost losing lose",
    "deported": "deported deporting expelled expelling",
    "attacked": "attacked attacking",
    "affected": "affected affecting",
}

#: Verb form to what became of those counted.
OUTCOMES: dict[str, str] = {}
for _name, _forms in _OUTCOME_FORMS.items():
    for _form in _forms.split():
        OUTCOMES.setdefault(_form, _name)

#: Need no passive: "many surrendered".
INTRANSITIVE = word_set(
    """
    died die dies perished fled flee escaped escape surrendered surrender defected defect
    deserted disappeared vanished missing dead
    """
)

#: Nouns that say themselves what became of people.
OUTCOME_NOUNS: dict[str, tuple[str, ...]] = {
    "casualties": ("killed", "injured"), "casualty": ("killed", "injured"),
    "victims": (), "deaths": ("killed",), "death": ("killed",), "fatalities": ("killed",),
    "fatality": ("killed",), "dead": ("killed",), "killings": ("killed",),
    "assassinations": ("killed",), "executions": ("killed",), "wounded": ("injured",),
    "injured": ("injured",), "injuries": ("injured",), "abductions": ("abducted",),
    "kidnappings": ("abducted",), "arrests": ("arrested",), "displaced": ("displaced",),
    "missing": ("missing",), "defections": ("defected",), "martyrs": ("killed",),
    "lives": ("killed",),
}  # fmt: skip

_FORM = "(?:" + "|".join(sorted(OUTCOMES, key=len, reverse=True)) + ")"
_AUX = r"(?:were|was|are|is|been|being|be|have|has|had|also|reportedly|then|later|either|both|all)"
_JOIN = r"(?:\s*,\s*(?:and\s+|or\s+)?|\s+(?:and|or|and/or)\s+|/)"
#: One verb, or several pooled: "killed or injured".
POOL = rf"(?<![-\w]){_FORM}(?![-\w])(?:{_JOIN}(?:{_AUX}\s+){{0,3}}{_FORM}(?![-\w])){{0,3}}"
POOLED = re.compile(POOL, re.I)
VERB_FORM = re.compile(rf"(?<![-\w]){_FORM}(?![-\w])", re.I)

#: Words at which a noun phrase ends.
STOPS = word_set(
    """
    a an the this that these those and or but nor of in on at by to for from with without
    within into onto over under about across after before against along amid among around as
    between beyond during despite except inside near off out outside per since than through
    throughout toward towards until till up upon via versus while when where which who whom
    whose what why how if because although though unless so yet however it its he his him
    she her they their them we our us you your i my is are was were be been being am has
    have had having do does did done will would shall should can could may might must not no
    nor also only even just still already now then there here including included includes
    according each every both either neither all any some such same more most less least
    much many few several other another said says say told believe believes think saw see
    sees took take takes make makes made came come comes went go goes gone gave give gives
    got get gets left leave kept held hold holds led lead began begin began became become
    fell fall rose rise ran run put set sent met won lost fought fight fights broke struck
    hit died fled remain remains live lived joined stood daily annually monthly weekly
    yearly ago later earlier old long away apart alive worth
    """
)
