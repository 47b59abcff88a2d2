"""What a report shows of questions put to the model: what-ifs, verdicts, loops, fragility."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Protocol

from rivalry.whatif import CheckRow, ClaimRow, Contrasts, LoopStrength


class FragileLike(Protocol):
    """A conclusion, and the assumption that overturns it with the least change.

    Attributes
    ----------
    claim, statement, verdict : str
        Row of the ledger, what it says, and the verdict as it stands.
    kind : str
        ``verdict`` if another verdict follows, ``sign`` if the effect turns round, empty if
        nothing that was tried overturns it.
    parameter, label, unit : str
    source : str
        ``assumed`` (has a prior that no data narrowed), ``fixed`` (a number of the author's).
    from_value, to_value : float or None
        As assumed, and from where on the conclusion is another.
    sd, factor : float or None
        How far that is: in standard deviations of the prior, or as a multiple.
    becomes : str
    rank : int
        1 for the smallest change for this claim and kind.
    words : str
        A sentence.
    """

    @property
    def claim(self) -> str: ...
    @property
    def statement(self) -> str: ...
    @property
    def verdict(self) -> str: ...
    @property
    def kind(self) -> str: ...
    @property
    def parameter(self) -> str: ...
    @property
    def label(self) -> str: ...
    @property
    def unit(self) -> str: ...
    @property
    def source(self) -> str: ...
    @property
    def from_value(self) -> float | None: ...
    @property
    def to_value(self) -> float | None: ...
    @property
    def sd(self) -> float | None: ...
    @property
    def factor(self) -> float | None: ...
    @property
    def becomes(self) -> str: ...
    @property
    def rank(self) -> int: ...
    @property
    def words(self) -> str: ...


@dataclass(frozen=True)
class WhatIfInput:
    """Questions put to the model, with their answers.

    Parameters
    ----------
    contrasts : Contrasts, optional
        What-ifs against the reference.
    names : mapping of str to tuple of str
        Outputs to show, by what-if: the case's headline first.
    notes : tuple of str
        What is worth knowing of the what-ifs.
    claims : tuple of ClaimRow
    checks : tuple of CheckRow
    claim_draws : int
        Draws that the verdicts rest on.
    loops : tuple of LoopStrength
        The main variable first.
    years : tuple of int
        Years that the table of loops compares.
    fragile : tuple of FragileLike
        Rows such as `rivalry.whatif` makes; those that nothing overturns among them.
    absent : mapping of str to str
        Why a part is missing: by ``whatif``, ``claims`` or ``loops``.
    """

    contrasts: Contrasts | None = None
    names: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    notes: tuple[str, ...] = ()
    claims: tuple[ClaimRow, ...] = ()
    checks: tuple[CheckRow, ...] = ()
    claim_draws: int = 0
    loops: tuple[LoopStrength, ...] = ()
    years: tuple[int, ...] = ()
    fragile: tuple[FragileLike, ...] = ()
    absent: Mapping[str, str] = field(default_factory=dict)
