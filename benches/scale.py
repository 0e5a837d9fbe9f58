#!/usr/bin/env python3
"""Measures what docs/scale.md is made of: CPU time per row and per draw, peak memory, and what parts add.

    python3 benches/scale.py [--rows 100000000] [--draws 100000000] [--folder DIR] [--exacity PATH]

Makes a table of so many rows and twelve columns (about 8 GB for 10^8), scores it, scores its best 1,000,
scores it in four parts and merges them; then draws weights for the shipped project and for one of
2,000 places. Checks that the merged ranking is that of the whole run. Needs room for about three times the
table; the folder is removed unless it is named.
"""

import argparse
import filecmp
import multiprocessing
import os
import random
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
COLUMNS = 11
TAILS = 1_000_003  # a prime, as is the length of the last column's pool: rows do not repeat
LAST = 10_099
BLOCK = 200_000
PARTS = 4


def table(path, rows):
    """Writes a table in a process of its own, whose memory is gone when others are measured."""
    process = multiprocessing.Process(target=write, args=(path, rows))
    process.start()
    process.join()


def write(path, rows):
    """Writes ids in order and figures with three decimals."""
    noise = random.Random(1)
    figure = lambda: f"{noise.uniform(0, 1000):.3f}"
    tails = [",".join(figure() for _ in range(COLUMNS - 1)) for _ in range(min(rows, TAILS))]
    last = [figure() for _ in range(LAST)]
    with open(path, "w") as out:
        out.write("id," + ",".join(f"c{i}" for i in range(COLUMNS)) + "\n")
        for start in range(0, rows, BLOCK):
            block = range(start, min(start + BLOCK, rows))
            lines = [f"E{row:09d},{tails[row % TAILS]},{last[row % LAST]}\n" for row in block]
            out.write("".join(lines))


def project(folder, file, criteria):
    """Writes a project over a table of `criteria` columns, weighted 1, 2, 3, ..."""
    folder.mkdir()
    named = "".join(
        f'[[criteria]]\nid = "c{i}"\nindicator = "c{i}"\ndirection = "higher"\n' for i in range(criteria)
    )
    weights = "".join(f"c{i} = {i + 1}\n" for i in range(criteria))
    (folder / "exacity.toml").write_text(
        f'schema = 1\n[data]\nmatrix = {{ file = "{file}", id = "id" }}\n{named}'
        f'[scoring]\nweights = "own"\n[weights.own]\n{weights}'
    )
    return folder


def timed(name, count, command):
    """Runs a command, prints what it took, and returns its CPU seconds."""
    begun = time.monotonic()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, cwd=ROOT)
    said = process.stderr.read()
    _, status, usage = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        sys.exit(f"{' '.join(map(str, command))}\n{said.decode()[-2000:]}")
    cpu, wall = usage.ru_utime + usage.ru_stime, time.monotonic() - begun
    print(
        f"{name:34} {cpu:9.2f} CPU s {wall:9.2f} s {cpu / count * 1e9:9.1f} ns each "
        f"{usage.ru_maxrss / 1024:7.0f} MB",
        flush=True,
    )
    return cpu


def rows(folder, count, exacity):
    """Scores a table whole and in parts."""
    data = folder / "rows.csv"
    table(data, count)
    print(f"{count:,} rows x {COLUMNS + 1} columns, {data.stat().st_size / 1e6:,.0f} MB")
    own = project(folder / "project", "own.csv", COLUMNS)
    score = [exacity, "score", data, "--project", own, "--threads", "1"]
    whole, merged = folder / "ranked.csv", folder / "merged.csv"
    timed("score", count, [*score, "--out", whole])
    timed("score --top 1000", count, [*score, "--out", folder / "top.csv", "--top", "1000"])
    parts = [folder / f"part-{at}" for at in range(1, PARTS + 1)]
    for at, part in enumerate(parts, 1):
        timed(f"score --shard {at}/{PARTS}", count / PARTS, [*score, "--out", part, "--shard", f"{at}/{PARTS}"])
    timed("merge", count, [exacity, "merge", *parts, "--out", merged])
    if not filecmp.cmp(whole, merged, shallow=False):
        sys.exit("the merged ranking is not that of the whole run")
    print("merged: the same bytes as the whole run")
    for file in (data, whole, merged, *parts):
        file.unlink()


def draws(folder, count, exacity):
    """Draws weights for few places and for many."""
    ask = [exacity, "robustness", "--threads", "1", "--format", "json", "--out", folder / "study.json"]
    timed("draws, the shipped project", count, [*ask, "--draws", str(count)])
    many = project(folder / "many", "rows.csv", COLUMNS)
    table(many / "rows.csv", 2000)
    few = max(count // 1000, 65_536)
    timed(f"{few:,} draws, 2,000 places", few, [*ask, "--project", many, "--draws", str(few)])
    part = [exacity, "robustness", "--threads", "1", "--draws", str(64 * 65_536)]
    parts = [folder / f"study-{at}" for at in (1, 2)]
    for at, part_file in enumerate(parts, 1):
        timed(f"draws, part {at} of 2", 32 * 65_536, [*part, "--shard", f"{at}/2", "--out", part_file])
    timed("merge of a study", 64 * 65_536, [exacity, "merge", *parts, "--format", "json", "--out", folder / "study.json"])


def main():
    arguments = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    arguments.add_argument("--rows", type=int, default=100_000_000)
    arguments.add_argument("--draws", type=int, default=100_000_000)
    arguments.add_argument("--folder")
    arguments.add_argument("--exacity", default=str(ROOT / "target/release/exacity"))
    asked = arguments.parse_args()
    folder = Path(asked.folder or tempfile.mkdtemp(prefix="exacity-scale-"))
    folder.mkdir(exist_ok=True)
    try:
        if asked.rows:
            rows(folder, asked.rows, asked.exacity)
        if asked.draws:
            draws(folder, asked.draws, asked.exacity)
    finally:
        if not asked.folder:
            shutil.rmtree(folder)


if __name__ == "__main__":
    main()
