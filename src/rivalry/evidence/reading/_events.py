"""Event candidates: who did what to whom, by verb and by noun.

Classes follow the PLOVER groups of cooperation and conflict, words and deeds. The rules read a
clause at a time; they take the mentions of actors, times and quantities as given.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from rivalry.evidence.reading._asserted import Statement, asserted_by, statements
from rivalry.evidence.reading._document import Document, Sentence, Span
from rivalry.evidence.reading._events_arguments import (
    companions,
    governed,
    in_name,
    listed_before,
    nominal_roles,
    not_places,
    share_argument,
)
from rivalry.evidence.reading._events_lexicon import (
    EventNoun,
    event_nouns,
    event_verbs,
    needs_after,
    verbs_that,
)
from rivalry.evidence.reading._events_roles import (
    Verb,
    clause_end,
    clause_start,
    left_undone,
    verb_at,
)
from rivalry.evidence.reading._modality import modality_of
from rivalry.evidence.reading._rows import (
    EventMention,
    Mention,
    Modality,
    QuantityMention,
    TimeMention,
)
from rivalry.evidence.reading._syntax import (
    Actors,
    Word,
    sentences_with_text,
    subject,
    table,
    words,
)

_GROUP = re.compile(
    r"\bthe (?:group|movement|organi[sz]ation|militants|insurgents|jihadists)\b", re.IGNORECASE
)
_BY = re.compile(r"\b(?<!side )by\s", re.IGNORECASE)


@dataclass
class _State:
    """What earlier sentences leave behind for pronouns."""

    topic: tuple[str, ...] = ()
    group: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Place:
    sentence: Sentence
    text: str
    words: list[Word]
    actors: Actors
    times: Sequence[tuple[int, TimeMention]]
    quantities: Sequence[tuple[int, QuantityMention]]
    said: list[Statement]
    state: _State
    events: list[EventMention] = field(default_factory=list)

    @property
    def offset(self) -> int:
        return self.sentence.span.start


def find_events(
    document: Document,
    mentions: Sequence[Mention],
    times: Sequence[TimeMention],
    quantities: Sequence[QuantityMention],
) -> tuple[EventMention, ...]:
    """Find event candidates in the sentences on the conflict.

    Parameters
    ----------
    document : Document
    mentions : sequence of Mention
    times : sequence of TimeMention
    quantities : sequence of QuantityMention

    Returns
    -------
    tuple of EventMention
        In the order of the text. ``time`` and ``quantities`` are positions in the lists given.
        An event left undone (*declined to*) is there with ``negated`` set. Notes about the author
        yield none.

    Notes
    -----
    A pronoun as subject takes the actors of the last subject; that is a guess, and one of the
    reasons why people review the rows.

    References
    ----------
    Open Event Data Alliance (2018). PLOVER: Political Language Ontology for Verifiable Event
    Records.
    Halterman, A., Bagozzi, B. E., Beger, A., Schrodt, P. & Scraborough, G. (2023). PLOVER and
    POLECAT: a new political event ontology and dataset.
    """
    actors = Actors(mentions)
    by_sentence = _Shelf(document.conflict_sentences, times, quantities)
    state = _State()
    found: list[EventMention] = []
    for sentence, text in sentences_with_text(document):
        place = _Place(
            sentence,
            text,
            words(text, sentence.span.start),
            actors,
            by_sentence.times.get(sentence.number, []),
            by_sentence.quantities.get(sentence.number, []),
            statements(text, sentence.span.start, actors),
            state,
        )
        found.extend(_in_sentence(place))
        _remember(place)
    return tuple(found)


class _Shelf:
    """Times and quantities by the number of their sentence."""

    def __init__(
        self,
        sentences: Sequence[Sentence],
        times: Sequence[TimeMention],
        quantities: Sequence[QuantityMention],
    ) -> None:
        ordered = sorted(sentences, key=lambda s: s.span.start)
        self.times: dict[int, list[tuple[int, TimeMention]]] = {}
        self.quantities: dict[int, list[tuple[int, QuantityMention]]] = {}
        for row, place in self._placed(ordered, [t.span for t in times]):
            self.times.setdefault(place, []).append((row, times[row]))
        for row, place in self._placed(ordered, [q.span for q in quantities]):
            self.quantities.setdefault(place, []).append((row, quantities[row]))

    @staticmethod
    def _placed(ordered: Sequence[Sentence], spans: Sequence[Span]) -> list[tuple[int, int]]:
        found: list[tuple[int, int]] = []
        index = 0
        for row in sorted(range(len(spans)), key=lambda i: spans[i].start):
            while index < len(ordered) and ordered[index].span.end <= spans[row].start:
                index += 1
            if index < len(ordered) and ordered[index].span.start <= spans[row].start:
                found.append((row, ordered[index].number))
        return found


def _in_sentence(place: _Place) -> list[EventMention]:
    nouns = event_nouns()
    verbs = event_verbs()
    last: tuple[str, ...] = ()
    earlier: Verb | None = None
    title = sum(w.text[0].isupper() for w in place.words) > 0.6 * len(place.words)
    for index, word in enumerate(place.words):
        if word.low in verbs:
            verb = verb_at(
                place.text, place.words, index, verbs[word.low], place.actors, title=title
            )
            if verb is not None:
                event = _verbal(place, verb, last)
                if event is not None:
                    if earlier is not None and place.events:
                        place.events[-1] = share_argument(
                            place.text, earlier, verb, place.events[-1], event
                        )
                    earlier = verb
                    place.events.append(event)
                    last = event.doers if not verb.passive else event.done_to
                continue
        if word.low in nouns and not in_name(place.actors, word):
            event = _nominal(place, index, nouns[word.low])
            if event is not None:
                place.events.append(event)
                earlier = None
    place.events.extend(_spoken(place))
    return sorted(place.events, key=lambda e: e.span.start)


def _spoken(place: _Place) -> list[EventMention]:
    """Return statements that a noun names: "suggestions of ... by X"."""
    verbs = table("modality")["speech_nouns"]
    found: list[EventMention] = []
    for said in place.said:
        verb = verbs.get(said.verb.lower())
        if verb is None:
            continue
        start = said.scope.start - place.offset
        end = clause_end(place.text, said.scope.end - place.offset, place.actors, place.offset)
        quad = "VK" if verb == "accuse" else "statement"
        event = _event(place, start, start, start, end, verb, quad, said.holders, ())
        found.append(replace(event, asserted_by=()))
    return found


def _subject_actors(place: _Place, verb: Verb, last: tuple[str, ...]) -> tuple[str, ...]:
    """Return the actors of the subject; a pronoun takes those of the last one."""
    near = governed(place.text, place.offset, verb, place.actors)
    if near is not None:
        return (near.actor,)
    if verb.shares_subject and last:
        return last
    who = subject(place.text, 0, verb.group, place.actors, place.offset)
    if who.head == "who":
        named = place.actors.before(verb.group + place.offset)
        return (named.actor,) if named and named.span.start >= place.offset else last
    found = not_places(place.text, place.offset, place.actors.inside(who.span.start, who.span.end))
    inserted = place.text[who.span.end - place.offset : verb.group]
    if inserted.count(",") == 2:
        found += [
            m
            for m in place.actors.inside(who.span.end, verb.group + place.offset)
            if m.kind == "person"
        ]
    if found:
        found = [*listed_before(place.text, place.offset, found, place.actors), *found]
        return tuple(dict.fromkeys(m.actor for m in found))
    part = place.text[who.span.start - place.offset : who.span.end - place.offset]
    if _GROUP.search("the " + part if part.lower() == "group" else part) or who.head == "group":
        return place.state.group
    if who.head in ("it", "they", "he", "she", "which", "both"):
        return last or _before(place, verb) or place.state.topic
    if re.search(r"\b(?:its|their|his)\b", part, re.IGNORECASE):
        return last or place.state.topic
    return () if who.head else last


def _before(place: _Place, verb: Verb) -> tuple[str, ...]:
    """Return the group or government last named in the sentence before a pronoun."""
    inside = place.actors.inside(place.offset, verb.group + place.offset)
    kept = [
        m
        for m in not_places(place.text, place.offset, inside)
        if m.kind in ("insurgent", "government")
    ]
    return (kept[-1].actor,) if kept else ()


def _verbal(place: _Place, verb: Verb, last: tuple[str, ...]) -> EventMention | None:
    after = needs_after(verb.form.base)
    rest = place.text[verb.end : verb.end + 90]
    if after is not None and not verb.passive and after.match(rest) is None:
        return None
    reported = verb.form.base in ("believe", "say", "report", "allege") and rest.startswith(" to ")
    if verb.form.quad == "statement" and (verb.passive or reported):
        return None  # "is believed to have": the verb after it carries the event
    end = clause_end(place.text, verb.end, place.actors, place.offset)
    holder = _subject_actors(place, verb, last)
    by = _BY.search(place.text, verb.end, end)
    stop = by.start() if by else end
    inside = place.actors.inside(verb.end + place.offset, stop + place.offset)
    beside = () if verb.passive else companions(place.text, place.offset, verb, inside)
    objects = tuple(
        dict.fromkeys(
            m.actor for m in not_places(place.text, place.offset, inside) if m not in beside
        )
    )
    doers: tuple[str, ...]
    done_to: tuple[str, ...]
    if verb.passive:
        agents = place.actors.inside(by.end() + place.offset, end + place.offset) if by else []
        doers, done_to = tuple(dict.fromkeys(m.actor for m in agents[:2])), holder
        if by and not agents and _GROUP.match(place.text, by.end()):
            doers = _before(place, verb) or place.state.group
    elif verb.form.base in verbs_that("undergone"):
        direct = re.match(r"\s+(?:to|from|with)\b|\s+\w+ (?:to|from)\b", rest) is not None
        doers, done_to = holder, objects if direct else ()
    elif verb.form.base in verbs_that("suffered"):
        # "the town fell to X": X took it
        doers, done_to = objects if verb.form.base == "fall" else (), holder
    else:
        doers, done_to = holder, tuple(a for a in objects if a not in holder)
    base, quad = verb.form.base, verb.form.quad
    helped = tuple(a for a in dict.fromkeys(m.actor for m in beside) if a not in doers)
    if helped and doers and base in ("fight", "serve") and not done_to:
        # nobody is named who is fought: what is told is who stands with whom
        base, quad, done_to = f"{base} alongside", "MC", helped
    else:
        doers, done_to = (*doers, *helped), tuple(a for a in done_to if a not in helped)
    if not doers and (not done_to or base == "help"):
        return None
    low = clause_start(place.text, verb.group)
    return _event(place, verb.start, verb.end, low, end, base, quad, doers, done_to)


def _nominal(place: _Place, index: int, noun: EventNoun) -> EventMention | None:
    word = place.words[index]
    start, end_word = word.start - place.offset, word.end - place.offset
    end = clause_end(place.text, end_word, place.actors, place.offset)
    doers, done_to = nominal_roles(place.text, place.offset, word, end, noun, place.actors)
    before = place.words[index - 1].low if index else ""
    low = clause_start(place.text, start)
    if done_to and not doers and noun.of == "doer":
        # "begun negotiations with X": the clause has its own subject
        inside = place.actors.inside(low + place.offset, word.start)
        first = not_places(place.text, place.offset, inside)[:1]
        doers = tuple(m.actor for m in first if m.actor not in done_to)
    if not doers and not done_to:
        known = any(e.verb == noun.verb for e in place.events)
        if (
            not known
            and word.low in table("events")["alone"]
            and before not in ("the", "this", "that", "of")
        ):
            return _event(place, start, end_word, low, end, noun.verb, noun.quad, doers, done_to)
        if before not in ("his", "her", "their", "its") or not place.state.topic:
            return None
        done_to = place.state.topic if noun.of == "done_to" else ()
        doers = place.state.topic if noun.of == "doer" else ()
    return _event(place, start, end_word, low, end, noun.verb, noun.quad, doers, done_to)


def _event(
    place: _Place,
    start: int,
    end_word: int,
    low: int,
    end: int,
    verb: str,
    quad: str,
    doers: tuple[str, ...],
    done_to: tuple[str, ...],
) -> EventMention:
    span = Span(low + place.offset, end + place.offset)
    where = Span(start + place.offset, end_word + place.offset)
    modality: Modality = modality_of(place.text, start, end_word)
    holder = asserted_by(place.said, where)
    if (
        holder
        and modality == "fact"
        and any(
            s.verb.startswith(("fear", "believ", "suspect"))
            and s.scope.start <= where.start < s.scope.end
            for s in place.said
        )
    ):
        modality = "hedged"
    return EventMention(
        span=span,
        verb=verb,
        quad=quad,
        doers=doers,
        done_to=done_to,
        modality=modality,
        negated=left_undone(place.text, start),
        time=_time(place, span, where),
        quantities=tuple(row for row, q in place.quantities if q.span.within(span)),
        asserted_by=holder,
    )


def _time(place: _Place, span: Span, where: Span) -> int | None:
    """Return the time of a clause: the nearest in it, else the nearest in the sentence."""
    inside = [(row, t) for row, t in place.times if span.start <= t.span.start < span.end]
    candidates = inside or list(place.times)
    if not candidates:
        return None
    return min(candidates, key=lambda c: abs(c[1].span.start - where.start))[0]


def _remember(place: _Place) -> None:
    inside = place.actors.inside(place.sentence.span.start, place.sentence.span.end)
    groups = [m for m in inside if m.kind == "insurgent"]
    subjects = [e.doers for e in place.events if e.doers]
    if subjects:
        place.state.topic = subjects[0]
    elif inside:
        place.state.topic = (inside[0].actor,)
    if groups:
        place.state.group = (groups[0].actor,)
