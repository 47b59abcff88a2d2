"""The automatic case against the baselines, on windows whose outcome is known.

    python benchmarks/views_windows.py --data FOLDER [--seeds 3] [--only views|ucdp] [--every 3]

FOLDER holds ``views/`` and ``ucdp/`` as described in docs/explanation/the-automatic-case.md. They
may not be redistributed; without them the script says so and ends with 0.

- ViEWS country-months: data to October, forecasts for January to December (steps 3..14). The
  history is what the challenge's files hold: `ged_sb` from November 2017, and the twelve months
  before it from the draws of its own conflictology for 2018, which are in order of time.
- UCDP country-months, deaths of all kinds: origins from January 2005 on, every third month to
  October 2020 by default, steps 1, 6 and 12.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import pandas as pd

from rivalry.forecast import (
    Panel,
    baseline,
    conflictology,
    covered,
    crps,
    ignorance,
    panel_from_frame,
)
from rivalry.forecast._auto import auto_forecast, local_level
from rivalry.foundation import Month

STEPS = tuple(range(3, 15))


def views_panel(folder: Path) -> Panel:
    """Return the country-months of the challenge, November 2016 to December 2021."""
    recent = pd.read_csv(folder / "ged_sb_country_month_to_2021.csv.gz")
    before = pd.read_parquet(folder / "conflictology_2018.parquet").reset_index()
    before = before[before["month_id"] == before["month_id"].min()]
    # Draw 0 is the oldest of the twelve months that end at the origin, October 2017.
    before = before.assign(month_id=before["draw"] + recent["month_id"].min() - 12)
    before = before.rename(columns={"outcome": "ged_sb"})[["month_id", "country_id", "ged_sb"]]
    return panel_from_frame(
        pd.concat([before, recent]), unit="country_id", target="ged_sb", source=str(folder)
    )


def views(folder: Path, seeds: int, short: bool) -> None:
    """Print the table of windows."""
    panel = views_panel(folder)
    if short:
        keep = panel.months >= 455
        panel = Panel(
            panel.units, panel.months[keep], panel.counts[:, keep], panel.unit, panel.target
        )
    print("history from", panel.start)
    sums: dict[str, float] = {}
    for window in (2018, 2019, 2020, 2021):
        origin = Month.of(window - 1, 10)
        if origin < panel.start:
            continue
        truth = panel.actuals(origin, STEPS)
        rows = {"conflictology": [conflictology(panel, origin, STEPS, n_draws=None)]}
        for name, function in (("auto", auto_forecast), ("local_level", local_level)):
            rows[name] = [function(panel, origin, STEPS, seed=s) for s in range(1, seeds + 1)]
        rows["last"] = [baseline("last")(panel, origin, STEPS)]
        for name, found in rows.items():
            means = [crps(d.array, truth).mean() for d in found]
            violent = crps(found[0].array, truth)[truth > 0].mean()
            print(
                f"{window} {name:14s} CRPS {means[0]:7.3f} (seeds {np.std(means):.4f}) "
                f"violent {violent:7.2f} ignorance {ignorance(found[0].array, truth).mean():.3f} "
                f"90% {covered(found[0].array, truth, level=0.9).mean():.3f} violent "
                f"{covered(found[0].array, truth, level=0.9)[truth > 0].mean():.3f}",
                flush=True,
            )
            if window >= 2019:
                sums[name] = sums.get(name, 0.0) + means[0]
    for name, total in sums.items():
        print(f"2019-2021 {name:14s} {total / 3:.3f} ratio {total / sums['conflictology']:.4f}")


def ucdp(folder: Path, seeds: int, every: int) -> None:
    """Print the table of rolling origins."""
    table = pd.read_csv(folder / "country_month_1989_2021.csv.gz")
    panel = panel_from_frame(table, unit="iso3", target="deaths_best", month="month")
    steps = (1, 6, 12)
    names = ("conflictology", "auto", "local_level", "last")
    scores: dict[str, list[np.ndarray]] = {n: [] for n in names}
    other: dict[str, list[np.ndarray]] = {n: [] for n in names}
    spread = []
    truths = []
    origins = [Month.of(2005, 1) + k for k in range(0, 192, every)]
    for origin in origins:
        truth = panel.actuals(origin, steps)
        truths.append(truth)
        found = {
            "conflictology": conflictology(panel, origin, steps, n_draws=None),
            "auto": auto_forecast(panel, origin, steps),
            "local_level": local_level(panel, origin, steps),
            "last": baseline("last")(panel, origin, steps),
        }
        for name, draws in found.items():
            scores[name].append(crps(draws.array, truth))
            other[name].append(
                np.stack([ignorance(draws.array, truth), covered(draws.array, truth, level=0.9)])
            )
        if len(spread) < 8 and seeds > 1:
            again = auto_forecast(panel, origin, steps, seed=2)
            spread.append(crps(again.array, truth).mean() - scores["auto"][-1].mean())
    truth = np.stack(truths)
    reference = np.stack(scores["conflictology"])
    for name in names:
        s = np.stack(scores[name])
        extra = np.stack(other[name]).mean(axis=(0, 2))
        for j, step in enumerate(steps):
            hit = truth[..., j] > 0
            by_origin = s[..., j].mean(axis=1) / reference[..., j].mean(axis=1)
            print(
                f"{name:14s} step {step:2d} CRPS {s[..., j].mean():.3f} "
                f"ratio {s[..., j].mean() / reference[..., j].mean():.3f} "
                f"violent {s[..., j][hit].mean():.2f} "
                f"ratio {s[..., j][hit].mean() / reference[..., j][hit].mean():.3f} "
                f"origins won {np.mean(by_origin < 1):.2f} "
                f"ignorance {extra[0, j]:.3f} 90% {extra[1, j]:.3f}"
            )
    if spread:
        print(f"difference between seeds, mean over {len(spread)} origins: {np.mean(spread):.4f}")


def main() -> None:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--seeds", type=int, default=3)
    parser.add_argument("--every", type=int, default=3, help="months between UCDP origins")
    parser.add_argument("--only", choices=("views", "ucdp"))
    chosen = parser.parse_args()
    for part in ("views", "ucdp"):
        folder = chosen.data / part
        if chosen.only not in (None, part):
            continue
        if not folder.is_dir():
            print(f"no folder {folder}: nothing to measure")
            continue
        began = time.process_time()
        if part == "views":
            views(folder, chosen.seeds, short=False)
            views(folder, 1, short=True)
        else:
            ucdp(folder, chosen.seeds, chosen.every)
        print(f"{part}: {time.process_time() - began:.0f} s of processor time", flush=True)


if __name__ == "__main__":
    main()
