"""Time and memory of an import of event data, on a made-up file of UCDP GED's shape and size.

Usage: ``python benchmarks/data_import.py [EVENTS] [FOLDER]``. The file has GED's 49 columns with
texts of realistic length; its dyads, places and deaths are random and mean nothing.
"""

from __future__ import annotations

import csv
import datetime as dt
import json
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

EVENTS = 400_000
DYADS = 1_500
_NAMES = (
    "id relid year active_year code_status type_of_violence conflict_dset_id conflict_new_id "
    "conflict_name dyad_dset_id dyad_new_id dyad_name side_a_dset_id side_a_new_id side_a "
    "side_b_dset_id side_b_new_id side_b number_of_sources source_article source_office "
    "source_date source_headline source_original where_prec where_coordinates where_description "
    "adm_1 adm_2 latitude longitude geom_wkt priogrid_gid country country_id region event_clarity "
    "date_prec date_start date_end deaths_a deaths_b deaths_civilians deaths_unknown best high low "
    "gwnoa gwnob"
)
COLUMNS = _NAMES.split()

_MEASURE = """
import json, resource, sys, time
from rivalry.data import Store
store = Store(sys.argv[2])
result = {}
for name, work in (
    ("import", lambda: store.import_files(sys.argv[1])),
    ("panel", lambda: store.panel("dyad", "month")),
    ("panel again", lambda: store.panel("dyad", "month")),
    ("spread", lambda: store.panel("dyad", "month", rule="spread")),
    ("import again", lambda: store.import_files(sys.argv[1])),
):
    wall, cpu = time.perf_counter(), time.process_time()
    done = work()
    result[name] = {
        "seconds": round(time.perf_counter() - wall, 2),
        "cpu_seconds": round(time.process_time() - cpu, 2),
        "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024,
        "rows": len(done) if hasattr(done, "shape") else done.rows,
    }
print(json.dumps(result))
"""


def write_file(path: Path, events: int, seed: int = 1) -> None:
    """Write a file of made-up events in the columns of UCDP GED."""
    draw = random.Random(seed)
    first = dt.date(1989, 1, 1)
    days = (dt.date(2024, 12, 31) - first).days
    texts = [
        '"Agency, 2000-01-01, ' + "".join(draw.choices("abcdefghij klmnop é’", k=220)) + '"'
        for _ in range(500)
    ]
    # a few dyads have most events, as in the real thing
    weights = [1 / (k + 2) for k in range(DYADS)]
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(COLUMNS)
        for number, dyad in enumerate(draw.choices(range(DYADS), weights, k=events)):
            start = first + dt.timedelta(draw.randrange(days))
            end = start + dt.timedelta(draw.choice((0, 0, 0, 0, 0, 0, 1, 3, 20)))
            best = int(draw.expovariate(0.2))
            country = dyad % 110
            a, b = f"Group {dyad // 3}", f"Group {dyad + 600}"
            text = texts[number % len(texts)]
            place = f"{draw.uniform(-30, 40):.6f}", f"{draw.uniform(-80, 120):.6f}"
            writer.writerow(
                (
                    number + 1, f"XXX-{start.year}-1-{dyad}-{number}", start.year, 1, "Clear",
                    dyad % 3 + 1, dyad + 10, dyad + 20, f"Country {country}: Government", dyad + 30,
                    dyad + 40, f"{a} - {b}", dyad // 3, dyad // 3, a, dyad + 600, dyad + 600, b, 2,
                    text, "Agency;Agency", f"{start};{start}", text[:120], "local sources", 1,
                    f"Town {number % 9000}", f"Town {number % 9000}, near the river",
                    f"Province {country}-{number % 12}", f"District {number % 300}", *place,
                    f"POINT ({place[1]} {place[0]})", 100_000 + number % 60_000,
                    f"Country {country}", country, "Region", 1, 1, f"{start} 00:00:00.000",
                    f"{end} 00:00:00.000", best // 2, best - best // 2, 0, 0, best, best + 2,
                    best // 2, country, "",
                )
            )  # fmt: skip


def main() -> None:
    """Write the file, and measure in a process of its own."""
    events = int(sys.argv[1]) if len(sys.argv) > 1 else EVENTS
    with tempfile.TemporaryDirectory(dir=sys.argv[2] if len(sys.argv) > 2 else None) as name:
        folder = Path(name)
        path = folder / "GEDEvent_v25_1.csv"
        began = time.perf_counter()
        write_file(path, events)
        print(f"{events:,} events, {path.stat().st_size / 1e6:.0f} MB, written in "
              f"{time.perf_counter() - began:.0f} s")  # fmt: skip
        done = subprocess.run(
            [sys.executable, "-c", _MEASURE, str(path), str(folder / "store.duckdb")],
            check=True, capture_output=True, text=True,
        )  # fmt: skip
        for step, figures in json.loads(done.stdout).items():
            print(f"{step:13} {figures['seconds']:7.2f} s {figures['cpu_seconds']:7.2f} CPU s "
                  f"{figures['peak_mb']:6,} MB {figures['rows']:9,} rows")  # fmt: skip
        size = (folder / "store.duckdb").stat().st_size
        print(f"store {size / 1e6:.0f} MB")


if __name__ == "__main__":
    main()
