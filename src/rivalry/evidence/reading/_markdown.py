"""The text of a Markdown file: its signs removed, every character with its place."""

from __future__ import annotations

import re

from rivalry.evidence.reading._blocks import Block, Collector, block_of

_INLINE = re.compile(
    r"!\[[^\]\n]{0,500}\]\([^)\n]{0,1000}\)"  # pictures
    r"|\[\^[^\]\n]{1,60}\]"  # note signs
    r"|\[(?P<link>[^\[\]\n]{1,500})\](?:\([^)\n]{0,1000}\)|\[[^\]\n]{0,200}\])"
    r"|<(?P<auto>https?://[^>\s]{1,500})>"
    r"|</?[a-zA-Z][^<>\n]{0,300}>"
    r"|\\(?P<escaped>[\\`*_{}\[\]()#+.!>~-])"
    r"|(?<!\w)_{1,3}(?=\S)|(?<=\S)_{1,3}(?!\w)|\*{1,3}|`{1,3}|~~"
)
_HEADING = re.compile(r"(#{1,6})[ \t]+(.*?)[ \t#]*$")
_FENCE = re.compile(r"(`{3,}|~{3,})")
_RULE = re.compile(r"(?:[-*_][ \t]*){3,}$")
_ITEM = re.compile(r"(?:[-*+]|\d{1,3}[.)])[ \t]+")
_QUOTE = re.compile(r"(?:>[ \t]?)+")
_DEFINITION = re.compile(r"\[[^\]\n]{1,200}\]:\s")
_FRONT = re.compile(r"(title|date|author|published)\s*:\s*[\"']?(.*?)[\"']?\s*$", re.I)


def markdown_blocks(text: str, meta: dict[str, str]) -> list[Block]:
    """Return the paragraphs of a Markdown text.

    Headings become titles, links their words; pictures, code and front matter are left out.

    Parameters
    ----------
    text : str
    meta : dict
        Receives what the front matter says of title, author and day.
    """
    blocks: list[Block] = []
    collector = Collector()
    hint = ""
    fence = ""
    titled = False

    def close() -> None:
        nonlocal hint
        block = collector.block(hint)
        if block.runs:
            blocks.append(block)
        hint = ""

    at = _front_matter(text, meta)
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        line = text[at:end].rstrip("\r \t")
        start = at + len(line) - len(line.lstrip())
        line = line.strip()
        at = end + 1
        mark = _FENCE.match(line)
        if fence:
            fence = "" if mark and line.startswith(fence) else fence
            continue
        if mark:
            close()
            fence = mark.group(1)
            continue
        quote = _QUOTE.match(line)
        if quote:
            start, line = start + quote.end(), line[quote.end() :]
        if not line or _DEFINITION.match(line):
            close()
            continue
        heading = _HEADING.match(line)
        if heading:
            close()
            words = heading.group(2)
            _inline(collector, words, start + heading.start(2))
            hint = "title" if not titled else "heading"
            titled = True
            close()
            continue
        if set(line) <= {"=", "-"} and len(line) > 1 and collector.pending:
            hint = "title" if not titled else "heading"
            titled = True
            close()
            continue
        if _RULE.match(line):
            close()
            continue
        item = _ITEM.match(line)
        if item:
            close()
            hint = "list"
            start, line = start + item.end(), line[item.end() :]
        if line.startswith("|"):
            close()
            line = line.replace("|", " ")
            if not line.strip(" :-"):
                continue
        emphasised = re.fullmatch(r"([*_])[^*_].{0,400}[^*_]\1", line)
        if emphasised and titled and len(blocks) == 1 and not collector.pending:
            hint = "teaser"  # a line in italics under the title
        collector.add(" ", max(start - 1, 0))
        _inline(collector, line, start)
    close()
    if not titled and meta.get("title"):
        place = text.find(meta["title"])
        blocks.insert(0, block_of(meta["title"], max(place, 0), "title"))
    return blocks


def _inline(collector: Collector, line: str, at: int) -> None:
    last = 0
    for match in _INLINE.finditer(line):
        collector.add(line[last : match.start()], at + last)
        for group in ("link", "auto", "escaped"):
            if match[group]:
                inner = match[group].strip("*_`")
                shift = match[group].find(inner) if inner else 0
                collector.add(inner, at + match.start(group) + shift)
        last = match.end()
    collector.add(line[last:], at + last)


def _front_matter(text: str, meta: dict[str, str]) -> int:
    """Read the block between lines of three hyphens at the start; return where it ends."""
    if not text.startswith(("---\n", "---\r\n")):
        return 0
    end = text.find("\n---", 3, 20_000)
    if end < 0:
        return 0
    for line in text[4:end].splitlines():
        match = _FRONT.match(line.strip())
        if match and match.group(2):
            key = match.group(1).lower()
            value = match.group(2)
            if key in ("date", "published"):
                if re.match(r"\d{4}-\d{2}-\d{2}", value):
                    meta["published"] = value[:10]
            else:
                meta[key] = value[:300]
    after = text.find("\n", end + 1)
    return len(text) if after < 0 else after + 1
