#!/usr/bin/env python3
"""Times bulk scoring beside polars and duckdb: CSV in, ranked CSV out, one thread, CPU time.

    python3 benches/peers/bulk.py [--rows 10000000] [--runs 3] [--folder DIR] [--exacity PATH] [--parquet]

With `--parquet` the same from Parquet to Parquet, compressed with snappy; exacity has to be built with
`--features parquet`.

Makes a virtual environment and the data in the folder (a temporary one unless named), checks that all
three give the same ranking, then lets them take turns, and prints medians and ratios. Needs about
4 GB of disk for 10 million rows.
"""

import argparse
import os
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
COLUMNS = 11  # and the id: a table of twelve columns
WEIGHTS = [25, 5, 10, 15, 5, 10, 5, 5, 10, 5, 5]

DATA = """
import random, sys
rows, path = int(sys.argv[1]), sys.argv[2]
shift = 977
with open(path, "w") as out:
    out.write("id," + ",".join(f"c{i}" for i in range(11)) + "\\n")
    noise = random.Random(1)
    # Columns cycle through pools whose lengths are prime, which is quick and never repeats a row.
    pools = [[f"{noise.uniform(0, 1000):.3f}" for _ in range(p)] for p in
             (10007, 10009, 10037, 10039, 10061, 10067, 10069, 10079, 10091, 10093, 10099)]
    lines = []
    for row in range(rows):
        lines.append(f"E{row:09d}," + ",".join(pool[row % len(pool)] for pool in pools))
        if len(lines) == 20000:
            out.write("\\n".join(lines) + "\\n")
            lines.clear()
    if lines:
        out.write("\\n".join(lines) + "\\n")
"""

POLARS = """
import sys
import polars as pl
weights = {weights}
columns = [f"c{{i}}" for i in range(11)]
columnar = sys.argv[1].endswith(".parquet")
frame = pl.scan_parquet(sys.argv[1]) if columnar else pl.scan_csv(sys.argv[1])
total = sum(weights)
score = None
for column, weight in zip(columns, weights):
    low, high = pl.col(column).min(), pl.col(column).max()
    part = (pl.col(column) - low) / (high - low) * 100.0 * (weight / total)
    score = part if score is None else score + part
ranked = (frame.select(pl.col("id").alias("place"), score.alias("score"))
    .with_columns(pl.col("score").rank("min", descending=True).alias("rank"))
    .sort(["rank", "place"]).select("rank", "place", "score"))
ranked = ranked.collect()
ranked.write_parquet(sys.argv[2], compression="snappy") if columnar else ranked.write_csv(sys.argv[2])
"""

DUCKDB = """
import sys
import duckdb
weights = {weights}
total = sum(weights)
db = duckdb.connect()
db.execute("set threads to 1")
db.execute("set preserve_insertion_order to false")
ends = ", ".join(f"min(c{{i}}) as l{{i}}, max(c{{i}}) as h{{i}}" for i in range(11))
score = " + ".join(f"(c{{i}} - l{{i}}) / (h{{i}} - l{{i}}) * 100.0 * {{weights[i] / total!r}}" for i in range(11))
columnar = sys.argv[1].endswith(".parquet")
read, form = ("read_parquet", "format parquet") if columnar else ("read_csv", "header")
db.execute(f"create table t as select * from {{read}}('{{sys.argv[1]}}')")
db.execute(f"copy (select rank() over (order by score desc) as rank, id as place, score from "
           f"(select id, {{score}} as score from t, (select {{ends}} from t)) order by rank, place) "
           f"to '{{sys.argv[2]}}' ({{form}})")
"""

PROJECT = """schema = 1
[data]
matrix = {{ file = "own.csv", id = "id" }}
{criteria}
[scoring]
weights = "own"
[weights.own]
{weights}
"""


def project(folder):
    criteria = "".join(
        f'[[criteria]]\nid = "c{i}"\nindicator = "c{i}"\ndirection = "higher"\n' for i in range(COLUMNS)
    )
    weights = "".join(f"c{i} = {weight}\n" for i, weight in enumerate(WEIGHTS))
    folder.mkdir(exist_ok=True)
    (folder / "exacity.toml").write_text(PROJECT.format(criteria=criteria, weights=weights))
    return folder


TO_PARQUET = """
import sys
import polars as pl
pl.scan_csv(sys.argv[1]).sink_parquet(sys.argv[2], compression="snappy")
"""

TO_CSV = """
import sys
import polars as pl
pl.scan_parquet(sys.argv[1]).sink_csv(sys.argv[2])
"""


def timed(command, env):
    """Runs a command; returns CPU seconds and peak memory in MB."""
    process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
    _, said = process.stderr.read(), None
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{command[0]} failed: {_.decode()[-2000:]}")
    return usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def compare(own, other, name):
    """Checks that two rankings agree: places and ranks, scores to a billionth."""
    with open(own) as a, open(other) as b:
        next(a), next(b)
        rows = 0
        for x, y in zip(a, b, strict=True):
            rank, place, score = x.rstrip().split(",")
            other_rank, other_place, other_score = y.rstrip().split(",")
            near = abs(float(score) - float(other_score)) < 1e-9
            # Scores that agree to the last bits but one may change places among themselves.
            if not near or (place != other_place and abs(int(rank) - int(other_rank)) > 3):
                sys.exit(f"{name} differs: {x.strip()} against {y.strip()}")
            rows += 1
    print(f"{name}: the same ranking of {rows:,} rows")


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rows", type=int, default=10_000_000)
    arguments.add_argument("--runs", type=int, default=3)
    arguments.add_argument("--folder")
    arguments.add_argument("--exacity", default=str(ROOT / "target/release/exacity"))
    arguments.add_argument("--parquet", action="store_true")
    asked = arguments.parse_args()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="exacity-bulk-"))
    folder.mkdir(exist_ok=True)
    python = folder / "venv/bin/python"
    if not python.exists():
        venv.create(folder / "venv", with_pip=True)
        subprocess.check_call([python, "-m", "pip", "install", "--quiet", "polars", "duckdb"])
    data = folder / f"rows-{asked.rows}.csv"
    if not data.exists():
        subprocess.check_call([sys.executable, "-c", DATA, str(asked.rows), str(data)])
    print(f"{asked.rows:,} rows x {COLUMNS + 1} columns, {data.stat().st_size / 1e6:,.0f} MB")
    ending = "csv"
    if asked.parquet:
        ending = "parquet"
        text, data = data, data.with_suffix(".parquet")
        if not data.exists():
            subprocess.check_call([python, "-c", TO_PARQUET, text, data])
        print(f"as Parquet: {data.stat().st_size / 1e6:,.0f} MB")
    own = project(folder / "project")
    env = {**os.environ, "POLARS_MAX_THREADS": "1"}
    scripts = {"polars": POLARS, "duckdb": DUCKDB}
    for name, script in scripts.items():
        (folder / f"{name}_score.py").write_text(script.format(weights=WEIGHTS))
    out = {name: folder / f"{name}.{ending}" for name in ("exacity", "top", *scripts)}
    score = [asked.exacity, "score", str(data), "--project", str(own), "--threads", "1", "--out"]
    commands = {
        "exacity": [*score, str(out["exacity"])],
        "top": [*score, str(out["top"]), "--top", "1000"],
        **{name: [str(python), str(folder / f"{name}_score.py"), str(data), str(out[name])] for name in scripts},
    }
    seconds = {name: [] for name in commands}
    memory = {name: 0 for name in commands}
    for run in range(asked.runs):
        for name, command in commands.items():
            cpu, peak = timed(command, env)
            seconds[name].append(cpu)
            memory[name] = max(memory[name], peak)
        if run == 0:
            texts = out
            if asked.parquet:
                texts = {name: file.with_suffix(".out.csv") for name, file in out.items()}
                for name, file in texts.items():
                    subprocess.check_call([python, "-c", TO_CSV, out[name], file])
            for name in scripts:
                compare(texts["exacity"], texts[name], name)
    base = statistics.median(seconds["exacity"])
    print(f"\n{'':10} {'CPU s':>8} {'ns/row':>8} {'ratio':>7} {'peak MB':>9}")
    for name in commands:
        median = statistics.median(seconds[name])
        label = "top 1000" if name == "top" else name
        print(f"{label:10} {median:8.2f} {median / asked.rows * 1e9:8.0f} {median / base:7.2f} {memory[name]:9.0f}")
    for name in commands:
        print(f"{name}: {', '.join(f'{s:.2f}' for s in seconds[name])}")
    if not asked.folder:
        shutil.rmtree(folder)


if __name__ == "__main__":
    main()
