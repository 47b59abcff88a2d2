"""Goes through a document and finds the names of actors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from rivalry.evidence.reading._agency import governs
from rivalry.evidence.reading._aliases import (
    Entry,
    Index,
    Token,
    bundled_entries,
    slug,
    states,
    tokens_of,
    words_of,
)
from rivalry.evidence.reading._document import Document, Span
from rivalry.evidence.reading._nationals import (
    acts,
    deed_at_home,
    head_after,
    head_kind,
    is_place,
)
from rivalry.evidence.reading._persons import (
    NO_PERSON,
    TITLES,
    Person,
    ends_surname,
    find_persons,
    second_names,
    titles_a_person,
)
from rivalry.evidence.reading._populations import find_populations
from rivalry.evidence.reading._rows import Mention
from rivalry.evidence.reading._scene import (
    Hit,
    Scene,
    acronym,
    all_capitals,
    entry_of,
    how_named,
    new_group,
)
from rivalry.evidence.reading._unlisted import Names, unlisted_bodies, unlisted_persons
from rivalry.evidence.reading._which import Chooser

#: A state is what a text is about if so many of its mentions are of a place.
_HOME_MENTIONS = 3
#: "Lake Chad" is no state.
_WATERS = frozenset({"Lake", "River", "Mount", "Port", "Fort"})


class Finder:
    """Works through one document."""

    def __init__(self, document: Document, index: Index) -> None:
        self._document = document
        self._index = index
        self._scenes = [
            Scene(s, tokens_of(document.text, s.span.start, s.span.end))
            for s in document.conflict_sentences
        ]
        self._introduced: dict[tuple[str, ...], Entry] = {}
        self._persons: dict[str, tuple[str, str]] = {}
        self._home: set[str] = set()
        self._scenery: set[str] = set()
        self._ruling: set[str] = set()
        self._totals: Counter[str] = Counter()
        self._names = Names()
        self._bodies: dict[str, Entry] = {}

    def find(self) -> tuple[Mention, ...]:
        """Return the mentions, in the order of the text."""
        self._introduce()
        for scene in self._scenes:
            scene.hits = self._hits(scene)
            taken = [False] * len(scene.tokens)
            for hit in scene.hits:
                taken[hit.start : hit.stop] = [True] * (hit.stop - hit.start)
            if not all_capitals(self._document.words(scene.sentence)):
                self._names.learn(scene.tokens, taken)
        self._settle_home()
        self._count_cues()
        chooser = Chooser(self._scenes, self._totals)
        found: list[Mention] = []
        for position, scene in enumerate(self._scenes):
            found.extend(self._mentions(chooser, position, scene))
        return tuple(sorted(found, key=lambda m: (m.span.start, m.span.end)))

    # names -------------------------------------------------------------------------------------

    def _introduce(self) -> None:
        """Learn short names that the text itself gives: "Alliance Fleuve Congo (AFC)"."""
        for scene in self._scenes:
            tokens = scene.tokens
            for at, token in enumerate(tokens):
                if at < 2 or not token.gap.endswith("(") or not acronym(token.text):
                    continue
                closing = self._document.text[token.end : token.end + 1]
                if closing != ")":
                    continue
                entry = self._before_bracket(tokens, at)
                if entry is not None and words_of(token.text) not in self._introduced:
                    self._introduced[words_of(token.text)] = entry
                    self._bodies[slug(entry.name)] = entry

    def _before_bracket(self, tokens: Sequence[Token], at: int) -> Entry | None:
        for start in range(max(0, at - 10), at):
            size, entries = self._index.longest(tokens, start)
            if start + size == at and entries:
                actors = [e for e in entries if e.what == "actor" and not e.weak]
                named = {e.key for e in actors}
                if len(named) == 1:
                    shared = self._index.exact((tokens[at].text,))
                    if any(e.key == actors[0].key for e in shared) or size == 1:
                        return None  # known already, possibly as a name that others share
                    return actors[0]
                return None
        return new_group(tokens, at)

    def _hits(self, scene: Scene) -> list[Hit]:
        tokens = scene.tokens
        shouting = all_capitals(self._document.words(scene.sentence))
        hits: list[Hit] = []
        at = 0
        while at < len(tokens):
            size, entries = self._index.longest(tokens, at)
            own = self._introduced.get((tokens[at].text,))
            if own is not None and size <= 1:
                if not any(e.key == own.key for e in entries):
                    entries = [own]
                size = 1
            if size == 1 and shouting and len(tokens[at].text) <= 3:
                entries = []
            if at and tokens[at - 1].text in _WATERS and entries[:1] and entries[0].what == "state":
                entries, size = [], max(size, 1)
            if entries and ends_surname(tokens, at):
                entries, size = [], 1
            if entries:
                hits.append(Hit(at, at + size, entries))
                at += size
            else:
                at += 1
        return hits

    # what the text is about --------------------------------------------------------------------

    def _settle_home(self) -> None:
        places: Counter[str] = Counter()
        named: Counter[str] = Counter()
        for scene in self._scenes:
            previous = False
            for hit in scene.hits:
                state = entry_of(hit, "state")
                if state is None:
                    previous = False
                    continue
                previous = is_place(
                    scene.tokens, hit.start, hit.stop, home=False, previous_place=previous
                )
                places[state.key] += previous
                named[state.key] += 1
        most = max(places.values(), default=0)
        self._home = {
            k
            for k, n in places.items()
            if (n >= _HOME_MENTIONS or (n == most and n >= 2)) and 2 * n >= named[k]
        }
        self._scenery = {k for k, n in places.items() if n}

    def _count_cues(self) -> None:
        wanted = {w for e in bundled_entries() for w in e.where} - set(states())
        text = self._document.text
        words = {w for w in wanted if w in text}
        patterns = {w: re.compile(rf"\b{re.escape(w)}\b") for w in words}
        for scene in self._scenes:
            for hit in scene.hits:
                for key in {e.key for e in hit.entries if e.what not in ("actor", "capital")}:
                    scene.cues[key] += 1
            words_here = self._document.words(scene.sentence)
            for word, pattern in patterns.items():
                if word in words_here:
                    scene.cues[word] += len(pattern.findall(words_here))
            self._totals.update(scene.cues)
        named = {k: n for k, n in self._totals.items() if k in states()}
        whole = sum(named.values())
        self._ruling = self._home | {
            k for k, n in named.items() if k in self._scenery and n >= 0.12 * whole
        }

    # mentions ----------------------------------------------------------------------------------

    def _mentions(self, chooser: Chooser, position: int, scene: Scene) -> list[Mention]:
        tokens = scene.tokens
        taken = [False] * len(tokens)
        found: list[Mention] = []
        previous_place = previous_actor = False
        for number, hit in enumerate(scene.hits):
            for i in range(hit.start, hit.stop):
                taken[i] = True
            actor, others = chooser.choose(position, hit)
            if actor is not None:
                how = how_named(hit, actor, others)
                name = actor.name
                found.append(self._mention(tokens, hit.start, hit.stop, actor.key, name,
                                           actor.kind, how, tuple(others)))  # fmt: skip
                previous_place = previous_actor = False
                continue
            mention, stop = self._national(scene, number, previous_place, previous_actor)
            state = entry_of(hit, "state")
            previous_place = state is not None and mention is None
            previous_actor = state is not None and mention is not None
            if mention is not None:
                found.append(mention)
                for i in range(hit.start, stop):
                    taken[i] = True
        for person in find_persons(tokens, taken):
            self._add_person(tokens, taken, person, found)
        for start, stop, kind in unlisted_bodies(tokens, taken, self._names):
            taken[start:stop] = [True] * (stop - start)
            if self._bracket_follows(tokens, stop):
                continue  # the short form in brackets stands for it
            name = self._document.words(Span(tokens[start].start, tokens[stop - 1].end))
            own = self._bodies.get(slug(name))
            key, name, kind = (own.key, own.name, own.kind) if own else (slug(name), name, kind)
            found.append(self._mention(tokens, start, stop, key, name, kind, "name"))
        pronoun = not any(m.kind == "person" for m in found) and self._he_follows(position)
        for person in unlisted_persons(tokens, taken, self._names, pronoun=pronoun):
            self._add_person(tokens, taken, person, found)
        found.extend(self._surnames(tokens, taken))
        found.extend(find_populations(self._document.text, tokens, taken))
        return found

    def _mention(self, tokens: Sequence[Token], start: int, stop: int, key: str, name: str,
                 kind: str, how: str, candidates: tuple[str, ...] = ()) -> Mention:  # fmt: skip
        span = Span(tokens[start].start, tokens[stop - 1].end)
        return Mention(span, key, name, kind, how, candidates)

    def _national(
        self, scene: Scene, number: int, previous_place: bool, previous_actor: bool
    ) -> tuple[Mention | None, int]:
        """Judge a word of a state: an actor, a population, or a place only."""
        tokens, hit = scene.tokens, scene.hits[number]
        people = entry_of(hit, "people")
        if people is not None and people.what == "people":
            mention = self._mention(
                tokens, hit.start, hit.stop, f"{people.key}-population",
                f"people of {people.name}", "population", "adjective",
            )  # fmt: skip
            return mention, hit.stop
        adjective = entry_of(hit, "adjective")
        if adjective is not None:
            result = self._adjective(scene, number, adjective)
            if result is not None:
                return result
        capital = entry_of(hit, "capital")
        if capital is not None and (
            acts(tokens, hit.start, hit.stop) or governs(tokens, hit.start, hit.stop)
        ):
            return self._mention(tokens, hit.start, hit.stop, capital.key, capital.name,
                                 self._kind(capital), "context"), hit.stop  # fmt: skip
        state = entry_of(hit, "state")
        if state is None:
            return None, hit.stop
        home = state.key in self._home
        if is_place(
            tokens, hit.start, hit.stop, home=home, previous_place=previous_place,
            previous_actor=previous_actor,
        ):  # fmt: skip
            return None, hit.stop
        mention = self._mention(tokens, hit.start, hit.stop, state.key, state.name,
                                self._kind(state), "name")  # fmt: skip
        return mention, hit.stop

    def _adjective(self, scene: Scene, number: int, state: Entry) -> tuple[Mention, int] | None:
        """Judge "Afghan", "U.S.", "Chinese" by what follows, also behind another such word."""
        tokens, hit = scene.tokens, scene.hits[number]
        at, joined = hit.stop, False
        following = number + 1
        if at < len(tokens) and tokens[at].text.lower() == "led" and tokens[at].gap in "-‐–":
            at += 1
        while (
            following < min(len(scene.hits), number + 8)  # nobody joins more of them
            and at < len(tokens)
            and tokens[at].text.lower() in ("and", "or")
            and scene.hits[following].start == at + 1
        ):
            twin = self._twin(state, scene.hits[following], tokens)
            if twin is not None:
                return self._mention(tokens, hit.start, hit.stop, twin.key, twin.name, twin.kind,
                                     "adjective"), hit.stop  # fmt: skip
            at = scene.hits[following].stop
            if at < len(tokens) and tokens[at].text.lower() == "led" and tokens[at].gap in "-‐–":
                at += 1
            following += 1
            joined = True
        head, place = head_after(tokens, at)
        if joined and head is None and head_kind(tokens[at - 1].text) is not None:
            head, place = head_kind(tokens[at - 1].text), at - 1  # "Afghan and U.S.-led forces"
        if head is None or titles_a_person(tokens, place):
            return None
        home = state.key in self._home
        key, name, kind = self._national_actor(state, head, tokens[place].text, home)
        if not key:
            return None
        stop = hit.stop if joined else place + 1
        if number + 1 < len(scene.hits) and scene.hits[number + 1].start < stop:
            stop = hit.stop
        return self._mention(tokens, hit.start, stop, key, name, kind, "adjective"), stop

    def _twin(self, state: Entry, other: Hit, tokens: Sequence[Token]) -> Entry | None:
        """Understand "Pakistani and Afghan Taliban": the first word shares the second's head."""
        head = tokens[other.stop - 1].text
        words = (*state.words, head)
        if other.stop - other.start < 2 or head_kind(head) is not None:
            return None
        return next((e for e in self._index.exact(words) if e.what == "actor"), None)

    def _national_actor(
        self, state: Entry, head: str, word: str, home: bool
    ) -> tuple[str, str, str]:
        kind = self._kind(state)
        if head == "forces":
            if state.key == "west":
                return "western-forces", "Western forces", kind
            return f"{state.key}-forces", f"armed forces of {state.name}", kind
        if head == "people" or (head == "nationals" and home):
            if word.lower() in ("civilians", "civilian"):
                return f"{state.key}-civilians", f"civilians of {state.name}", "population"
            return f"{state.key}-population", f"people of {state.name}", "population"
        if head == "deeds" and home and not deed_at_home(word):
            return "", "", ""
        return state.key, state.name, kind

    def _kind(self, state: Entry) -> str:
        """Tell a government of the conflict from a foreign one."""
        return "government" if state.key in self._ruling else "foreign"

    def _person(
        self, tokens: Sequence[Token], start: int, stop: int, words: tuple[str, ...]
    ) -> Mention:
        span = Span(tokens[start].start, tokens[stop - 1].end)
        name = self._document.words(span)
        last = words[-1]
        known = self._persons.get(last)
        if known is not None and (len(words) <= 2 or known[0] == slug(name)):
            same = len(words) == 1 or known[0].split("-")[0] == slug(words[0])
            if same:
                return Mention(span, known[0], known[1], "person", "name")
        key = slug(name)
        if len(words) > 1 or last not in self._persons:
            self._persons[last] = (key, name)
        return Mention(span, key, name, "person", "name")

    def _he_follows(self, position: int) -> bool:
        """Tell whether the next sentence of the paragraph opens with "he" or "she"."""
        if position + 1 >= len(self._scenes):
            return False
        here, after = self._scenes[position], self._scenes[position + 1]
        same = here.sentence.paragraph == after.sentence.paragraph
        return same and bool(after.tokens) and after.tokens[0].text in ("He", "She", "His", "Her")

    def _bracket_follows(self, tokens: Sequence[Token], at: int) -> bool:
        """Tell whether a short name that the text introduces stands in brackets close behind."""
        return any(
            t.gap.endswith("(") and words_of(t.text) in self._introduced
            for t in tokens[at : at + 4]
        )

    def _add_person(
        self, tokens: Sequence[Token], taken: list[bool], person: Person, found: list[Mention]
    ) -> None:
        taken[person.start : person.stop] = [True] * (person.stop - person.start)
        found.append(self._person(tokens, person.start, person.stop, person.words))
        for second in second_names(tokens, person.stop):
            self._persons.setdefault(second, (found[-1].actor, found[-1].name))

    def _surnames(self, tokens: Sequence[Token], taken: list[bool]) -> list[Mention]:
        """Find persons named before in full, by their last name alone."""
        found = []
        for at, token in enumerate(tokens):
            known = self._persons.get(token.text)
            if known is None or taken[at] or not token.text[:1].isupper():
                continue
            before = tokens[at - 1].text if at else ""
            other = before[:1].isupper() and before not in NO_PERSON | TITLES
            if other and token.gap == " " and not taken[at - 1]:
                continue  # somebody else of that name
            taken[at] = True
            start = at
            if at and tokens[at - 1].text.lower() == "al" and not taken[at - 1]:
                start = at - 1
            found.append(self._mention(tokens, start, at + 1, known[0], known[1], "person",
                                       "alias"))  # fmt: skip
        return found
