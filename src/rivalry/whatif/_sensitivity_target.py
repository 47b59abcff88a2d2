"""What a sensitivity analysis looks at: outputs over a window, or a scenario's contrast in them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from rivalry.foundation import Month, Problem, RivalryError
from rivalry.inference import default_origin
from rivalry.model import Model
from rivalry.whatif._change import REFERENCE, WhatIf, first_month
from rivalry.whatif._ensemble import Array
from rivalry.whatif._outputs import Over, label, over, resolve_names, unit
from rivalry.whatif._sensitivity_batch import Keys, in_blocks
from rivalry.whatif._sensitivity_plan import Plan, Wanted
from rivalry.whatif._sensitivity_ranges import Ranges
from rivalry.whatif._window import refuse_late


@dataclass(frozen=True)
class Target:
    """Outputs of a model as a function of its parameters and its random numbers.

    Attributes
    ----------
    model : Model
    names : tuple of str
        Scalar elements, and ``y:`` data.
    what : WhatIf
        The reference itself, or a scenario: then the difference from the reference is looked at.
    first : Month
    months : int
    log : bool
        Look at log(1 + x).
    """

    model: Model
    names: tuple[str, ...]
    what: WhatIf
    first: Month
    months: int
    log: bool = False

    @classmethod
    def of(
        cls,
        model: Model,
        outputs: Sequence[str],
        what: WhatIf = REFERENCE,
        first: Month | None = None,
        months: int = 24,
        log: bool = False,
    ) -> Target:
        """Read what is asked for.

        Parameters
        ----------
        model : Model
        outputs : sequence of str
            As `resolve_names` takes them.
        what : WhatIf
        first : Month, optional
            Default: of a scenario its first change; else so that the window ends with the data.
        months : int
        log : bool

        Raises
        ------
        RivalryError
            R0807 for unknown outputs, R1112 and R1163 for a window outside the time, R1167 for the
            logarithm of a contrast.
        """
        names = tuple(resolve_names(model, outputs))
        if not names:
            raise RivalryError(
                Problem("R1161", "no output is named", "Name outputs with --of."), exit_code=2
            )
        if log and what.parts:
            raise RivalryError(
                Problem(
                    "R1167",
                    f"{what.name} is compared with the reference, and differences have signs",
                    "Leave out --log or the scenario.",
                ),
                exit_code=2,
            )
        if first is None:
            first = default_origin(model) + (1 - months)
            if what.parts:
                first = first_month(model, what)
            elif first < model.time.start:
                months = default_origin(model) - model.time.start + 1
                first = model.time.start
        last = first + (months - 1)
        if months < 1 or first < model.time.start or (not what.parts and last > model.time.end):
            raise RivalryError(
                Problem(
                    "R1163",
                    f"{months} months from {first} on are not inside {model.time.start} to "
                    f"{model.time.end}",
                    "Name a month with --from, and fewer months with --horizon.",
                ),
                exit_code=2,
            )
        refuse_late(model, what.name, first)
        return cls(model, names, what, first, months, log)

    def labels(self) -> list[str]:
        """Words for the outputs."""
        return [label(self.model, n, self.how(n)) for n in self.names]

    def how(self, name: str) -> Over:
        """Say how months are put together: sum, mean or last."""
        return over(self.model, name)

    def unit(self, name: str) -> str:
        """Return the unit of an output over the window."""
        text = unit(self.model, name, self.how(name))
        return f"log(1 + {text or 'value'})" if self.log else text

    def function(
        self,
        ranges: Ranges,
        seed: int,
        threads: int | None,
        tick: Callable[[int], None] | None = None,
    ) -> Callable[[Array, Keys], Array]:
        """Return f(u, keys): outputs (n, names) at probabilities of the parameters.

        Parameters
        ----------
        ranges : Ranges
        seed : int
        threads : int or None
        tick : callable (rows done), optional
        """
        plan = Plan(self.model, [Wanted(self.what, self.first, self.months, self.names)])

        def values(u: Array, keys: Keys) -> Array:
            parameters = ranges.vectors(u)

            def block(i: int, j: int) -> Array:
                before, after = plan.run(parameters[i:j], keys[i:j], seed)[0]
                return self._reduced(after - before if self.what.parts else after)

            return np.concatenate(in_blocks(block, len(u), threads, tick))

        return values

    def _reduced(self, series: Array) -> Array:
        columns = []
        for k, name in enumerate(self.names):
            how, column = self.how(name), series[:, :, k]
            value = column[:, -1] if how == "last" else column.sum(axis=1)
            columns.append(value / self.months if how == "mean" else value)
        found = np.stack(columns, axis=1)
        if not self.log:
            return found
        if (found < 0).any():
            name = self.names[int(np.flatnonzero((found < 0).any(axis=0))[0])]
            raise RivalryError(
                Problem("R1167", f"{name} is negative in some runs", "Leave out --log."),
                exit_code=2,
            )
        return np.asarray(np.log1p(found))
