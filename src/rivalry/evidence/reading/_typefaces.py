"""Widths of letters in the typefaces that reports are set in, to tell how full a line is."""

from __future__ import annotations

from collections.abc import Callable

# Advance widths in thousandths of the size, from the Adobe Font Metrics of the two typefaces that
# every PDF reader must know. Only proportions matter here.
_SERIF = (
    (250, " ,."),
    (278, "/:;ijlt"),
    (333, "!()-Ifr’"),
    (389, "Js"),
    (408, '"'),
    (444, "?acez“”"),
    (556, "FPS"),
    (611, "ELTZ"),
    (667, "BCR"),
    (722, "ADGHKNOQUVXYw"),
    (778, "&m"),
    (833, "%"),
    (889, "M"),
    (944, "W"),
    (1000, "—…"),
)
_SANS = (
    (222, "ijl’‘"),
    (278, " !,./:;Ift"),
    (333, "()-r“”"),
    (355, '"'),
    (500, "Jckvsxyz"),
    (611, "FTZ"),
    (667, "&ABEKPSVXY"),
    (722, "CDHNRUw"),
    (778, "GOQ"),
    (833, "Mm"),
    (889, "%"),
    (944, "W"),
    (1000, "—…"),
)


def _typeface(groups: tuple[tuple[int, str], ...], usual: int) -> Callable[[str], float]:
    widths = {letter: width for width, letters in groups for letter in letters}

    def width(text: str) -> float:
        return float(sum(widths.get(letter, usual) for letter in text))

    return width


def _fixed(text: str) -> float:
    return float(len(text))


#: Fixed width, serif (Times and the like), sans serif (Helvetica and the like).
TYPEFACES: tuple[Callable[[str], float], ...] = (
    _fixed,
    _typeface(_SERIF, 500),
    _typeface(_SANS, 556),
)
