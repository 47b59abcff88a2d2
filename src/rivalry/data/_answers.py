"""What answers of the store have in common: months, versions by name, where figures come from."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import TYPE_CHECKING, Any

from rivalry.data._formats import Kind
from rivalry.data._release import Release, choose
from rivalry.foundation import Month, Problem, RivalryError

if TYPE_CHECKING:
    import pandas as pd


def named(have: Sequence[Release], text: str, dataset: str | None) -> Release:
    """Find the release that ``VERSION`` or ``DATASET@VERSION`` means."""
    name, at, version = text.rpartition("@")
    named = name if at else dataset
    having = list(dict.fromkeys(r.dataset for r in have if r.version == version))
    if named is None and len(having) == 1:
        named = having[0]  # the version tells the data set, if one alone has it
    kind: Kind = next((r.kind for r in have if r.dataset == named), "events")
    return choose(have, kind, named, version)[0]


def month_of(value: str | Month | None) -> Month | None:
    """Read a month; R1222 if it is none."""
    if value is None or isinstance(value, Month):
        return value
    try:
        return Month.parse(str(value))
    except ValueError as error:
        raise RivalryError(Problem("R1222", str(error), "Write YYYY-MM."), exit_code=2) from None


def signed(frame: pd.DataFrame, chosen: Sequence[Release], **about: Any) -> pd.DataFrame:
    """Turn ids into integers where all are, and say where the figures come from."""
    import pandas as pd

    for name in frame.columns:
        if name == "id" or (name.endswith("_id") and name != "month_id"):
            if pd.api.types.is_integer_dtype(frame[name]):
                continue
            numbers = pd.to_numeric(frame[name], errors="coerce")
            if (
                len(frame)
                and (numbers.notna() | frame[name].isna()).all()
                and numbers.notna().any()
            ):
                frame[name] = numbers.astype("Int64" if numbers.isna().any() else "int64")
    frame.attrs["made_from"] = [r.as_dict() for r in chosen]
    frame.attrs.update(about)
    return frame


def chosen_of(
    have: Sequence[Release],
    dataset: str | Iterable[str] | None,
    version: str | None,
    kinds: Sequence[Kind],
) -> list[Release]:
    """Choose releases of the first kind that has the data set."""
    names = {dataset} if isinstance(dataset, str) else set(dataset or ())
    names = {part.strip() for n in names for part in n.split("+")}

    def fits(kind: Kind) -> bool:
        return any(r.kind == kind and (not names or r.dataset in names) for r in have)

    kind = next((k for k in kinds if fits(k)), kinds[0])
    if kind == "yearly" and not names:
        every = dict.fromkeys(r.dataset for r in have if r.kind == "yearly")
        return choose(have, kind, every or None, version)
    return choose(have, kind, dataset, version)
