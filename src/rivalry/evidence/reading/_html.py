"""The main text of a web page, with the place of every character. Scripts are never run."""

from __future__ import annotations

import html
import re

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from rivalry.evidence.reading._blocks import Block, Collector

_SKIPPED = frozenset(
    {"script", "style", "noscript", "nav", "footer", "aside", "form", "button", "svg", "iframe",
     "template", "select", "figure", "object", "embed", "canvas", "video", "audio", "head",
     "dialog", "menu", "input", "textarea", "map", "math"}
)  # fmt: skip
_BLOCKS = frozenset(
    {"p", "div", "section", "article", "main", "header", "h1", "h2", "h3", "h4", "h5", "h6", "li",
     "ul", "ol", "dl", "dt", "dd", "blockquote", "pre", "table", "tr", "td", "th", "hr", "body",
     "html", "address", "center", "figcaption", "time"}
)  # fmt: skip
_NEVER_SKIPPED = frozenset({"html", "body", "main", "article", "p", "h1"})
_SKIPPED_NAME = re.compile(
    r"(?:^|[\s_-])(?:nav|navbar|navigation|menu|sidebar|footer|cookie|cookies|share|sharing|social|"
    r"related|newsletter|promo|advert|advertisement|ad|ads|comments|breadcrumb|breadcrumbs|"
    r"subscribe|popup|modal|paywall|masthead|skip|toolbar|recommended|trending|widget|tags|hidden)"
    r"(?:$|[\s_-])",
    re.I,
)
_NOTE_NAME = re.compile(
    r"(?:^|[\s_-])(?:byline|author|authors|dateline|published|timestamp|date|credit|credits|bio|"
    r"disclaimer|copyright|caption)(?:$|[\s_-])",
    re.I,
)
_TEASER_NAME = re.compile(
    r"(?:^|[\s_-])(?:standfirst|dek|deck|subtitle|subhead|subheadline|teaser|lede|excerpt)"
    r"(?:$|[\s_-])",
    re.I,
)
_BLANKED = re.compile(
    r"<!--|<(?P<tag>script|style|noscript|template|svg|iframe|object)\b|<[!?]", re.I
)
_ENTITY = re.compile(r"&(?:#\d{1,7}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});?")
_TAG = re.compile(r"</?[A-Za-z][^>\"']*(?:(?:\"[^\"]*\"|'[^']*')[^>\"']*)*>")


def html_blocks(text: str, meta: dict[str, str]) -> list[Block]:
    """Return the paragraphs of a page's main text.

    Navigation, scripts, forms and captions are left out; what is main is the article, or the part
    with the most text in paragraphs.

    Parameters
    ----------
    text : str
        Of the file.
    meta : dict
        Receives ``published`` where the page states its day, ``title`` and ``author``.
    """
    soup = BeautifulSoup(_without_code(text), "html.parser")
    _read_meta(soup, meta)
    main = _main(soup)
    walker = _Walker(text)
    if main is not None:
        heading = soup.find("h1")
        outside = isinstance(heading, Tag) and main.find("h1") is None
        if outside and isinstance(heading, Tag):
            walker.walk(heading)
        walker.walk(main)
    return walker.blocks


_OPENED = re.compile(
    r"<(?P<end>/?)(?P<name>[A-Za-z][A-Za-z0-9-]{0,40})(?P<rest>[^<>]*)(?P<close>>?)"
)
_VOID = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "source", "track",
     "wbr", "path", "use"}
)  # fmt: skip
_MAX_DEPTH = 2_000
_MAX_BROKEN = 500


def tangle(text: str) -> str | None:
    """Say what in a page would keep the parser busy without end, None if nothing does.

    The parser needs time that grows with the square of the nesting, and of tags that never close;
    no page that people read has so much of either.
    """
    depth = broken = 0
    for match in _OPENED.finditer(_without_code(text)):
        broken += not match["close"]
        if match["end"]:
            depth -= depth > 0
        elif match["name"].lower() not in _VOID and not match["rest"].endswith("/"):
            depth += 1
        if depth > _MAX_DEPTH:
            return f"its elements nest more than {_MAX_DEPTH:,} deep"
        if broken > _MAX_BROKEN:
            return f"more than {_MAX_BROKEN} of its tags never close"
    return None


def _without_code(text: str) -> str:
    """Blank comments, declarations and scripts, keeping every other character in its place.

    In one pass: the parser itself takes quadratic time on comments that never end.
    """
    parts: list[str] = []
    at = 0
    ended: set[str] = set()
    for match in _BLANKED.finditer(text):
        if match.start() < at:
            continue
        tag = match["tag"]
        if tag:
            closing = re.compile(rf"</{tag}\s*>", re.I) if tag.lower() not in ended else None
        elif match.group() == "<!--":
            closing = re.compile("-->") if "-->" not in ended else None
        else:
            closing = re.compile(">") if ">" not in ended else None
        end = closing.search(text, match.end()) if closing is not None else None
        if end is None:
            ended.add(tag.lower() if tag else ("-->" if match.group() == "<!--" else ">"))
        stop = end.end() if end else (len(text) if not tag else match.end())
        parts.append(text[at : match.start()])
        parts.append(re.sub(r"[^\n]", " ", text[match.start() : stop]))
        at = stop
        if at >= len(text):
            break
    parts.append(text[at:])
    return "".join(parts)


def _read_meta(soup: BeautifulSoup, meta: dict[str, str]) -> None:
    if isinstance(soup.title, Tag):
        title = " ".join(soup.title.get_text(" ").split())
        if title:
            meta["title"] = title[:300]
    _read_author(soup, meta)
    for name in ("article:published_time", "datePublished", "date", "DC.date.issued", "pubdate"):
        found = soup.find("meta", attrs={"property": name}) or soup.find(
            "meta", attrs={"name": name}
        )
        if not isinstance(found, Tag):
            found = soup.find("meta", attrs={"itemprop": name})
        if isinstance(found, Tag) and _iso_day(str(found.get("content") or "")):
            meta["published"] = str(found.get("content"))[:10]
            return
    for time in soup.find_all("time", limit=5):
        value = str(time.get("datetime") or "")
        if _iso_day(value):
            meta["published"] = value[:10]
            return


def _read_author(soup: BeautifulSoup, meta: dict[str, str]) -> None:
    for key, name in (("name", "author"), ("property", "article:author"), ("name", "dc.creator"),
                      ("name", "DC.creator"), ("itemprop", "author")):  # fmt: skip
        found = soup.find("meta", attrs={key: name})
        told = " ".join(str(found.get("content") or "").split()) if isinstance(found, Tag) else ""
        if told and "://" not in told and not told.startswith("/"):
            meta["author"] = told[:200]
            return


def _iso_day(value: str) -> bool:
    return re.match(r"\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])", value) is not None


def _main(soup: BeautifulSoup) -> Tag | None:
    """Choose the part of the page that holds its text."""
    weights: dict[int, float] = {}
    tags: dict[int, Tag] = {}
    for paragraph in soup.find_all("p"):
        # its own words only: paragraphs that were never closed nest, and to read each one whole
        # would take quadratic time
        length = sum(len(c) for c in paragraph.children if isinstance(c, NavigableString))
        parent, share = paragraph.parent, 1.0
        for _ in range(3):
            if not isinstance(parent, Tag):
                break
            weights[id(parent)] = weights.get(id(parent), 0.0) + share * length
            tags[id(parent)] = parent
            parent, share = parent.parent, share * 0.5
    for name in ("article", "main"):
        found = soup.find_all(name, limit=200)
        scored = [(weights.get(id(t), 0.0) + _inner(t, weights), t) for t in found]
        if scored:
            best = max(scored, key=lambda pair: pair[0])
            if best[0] > 0:
                return best[1]
    if weights:
        return tags[max(weights, key=lambda key: weights[key])]
    return soup.body if isinstance(soup.body, Tag) else soup


def _inner(tag: Tag, weights: dict[int, float]) -> float:
    return sum(weights.get(id(child), 0.0) for child in tag.children if isinstance(child, Tag))


class _Walker:
    """Goes through a part of the page in the order of the text."""

    def __init__(self, text: str) -> None:
        self.blocks: list[Block] = []
        self._text = text
        self._lines = [0]
        position = text.find("\n")
        while position >= 0:
            self._lines.append(position + 1)
            position = text.find("\n", position + 1)
        self._collector = Collector()
        self._cursor = 0
        self._breaks = 0

    def walk(self, root: Tag) -> None:
        """Gather the blocks under an element; without recursion, since pages nest at will."""
        # (node, hint, closing): what an element does to the text when it starts and when it ends
        stack: list[tuple[object, str, bool]] = [(root, "", False)]
        while stack:
            node, hint, closing = stack.pop()
            if closing:
                self._close(hint)
            elif isinstance(node, Tag):
                if node is not root and _skipped(node):
                    continue
                self._cursor = self._position(node)
                inner = _hint(node, hint)
                if node.name == "br":
                    self._breaks += 1
                    if self._breaks > 1:
                        self._close(hint)
                    else:
                        self._collector.add(" ", self._cursor)
                    continue
                block = node.name in _BLOCKS
                if block:
                    self._close(hint)
                    stack.append((node, inner, True))
                stack.extend((child, inner, False) for child in reversed(node.contents))
            elif type(node) is NavigableString:
                self._string(str(node))

    def _close(self, hint: str) -> None:
        block = self._collector.block(hint)
        if block.runs:
            self.blocks.append(block)
        self._breaks = 0

    def _position(self, tag: Tag) -> int:
        line, column = tag.sourceline, tag.sourcepos
        if line is None or column is None:
            return self._cursor
        return self._lines[min(line, len(self._lines)) - 1] + column

    def _string(self, words: str) -> None:
        """Add a text node, finding each of its characters in the file."""
        text, at = self._text, self._cursor
        while text[at : at + 1] == "<":
            tag = _TAG.match(text, at)
            if tag is None:
                break
            at = tag.end()
        if words.strip():
            self._breaks = 0
        place = 0
        while place < len(words):
            entity = text.find("&", at, at + (len(words) - place) + 1)
            size = (entity - at) if entity >= 0 else len(words) - place
            size = min(size, len(words) - place)
            if size and words[place : place + size] == text[at : at + size]:
                self._collector.add(words[place : place + size], at)
                place, at = place + size, at + size
                continue
            match = _ENTITY.match(text, at)
            plain = html.unescape(match.group()) if match else ""
            if match and plain and words.startswith(plain, place):
                self._collector.put(plain, at, match.end() - at)
                place, at = place + len(plain), match.end()
                continue
            if words[place] == text[at : at + 1]:
                self._collector.add(words[place], at)
                place, at = place + 1, at + 1
                continue
            # repaired by the parser: the rest has the place of where it went astray
            self._collector.put(words[place:], at, 0)
            place = len(words)
        self._cursor = at


def _names(tag: Tag) -> str:
    value = tag.get("class")
    classes = " ".join(value) if isinstance(value, list) else str(value or "")
    return f"{classes} {tag.get('id') or ''} {tag.get('role') or ''}"


def _skipped(tag: Tag) -> bool:
    if tag.name in _SKIPPED or tag.has_attr("hidden") or tag.get("aria-hidden") == "true":
        return True
    if re.search(r"display\s*:\s*none", str(tag.get("style") or "")[:500]):
        return True
    return tag.name not in _NEVER_SKIPPED and _SKIPPED_NAME.search(_names(tag)[:500]) is not None


def _hint(tag: Tag, outer: str) -> str:
    if tag.name == "h1":
        return "title"
    if tag.name in ("h2", "h3", "h4", "h5", "h6"):
        return "heading" if not _TEASER_NAME.search(_names(tag)[:500]) else "teaser"
    if tag.name == "li":
        return outer or "list"
    if tag.name in ("html", "body", "main", "article"):
        return outer
    if tag.name == "time" or tag.name == "address":
        return "note"
    names = _names(tag)[:500]
    if _TEASER_NAME.search(names):
        return "teaser"
    if _NOTE_NAME.search(names):
        return "note"
    return outer
