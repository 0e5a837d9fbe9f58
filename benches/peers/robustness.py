#!/usr/bin/env python3
"""Rank acceptability with central weights: exacity beside numba, numpy, pymcdm and R's smaa.

    python3 -m venv /tmp/peers && /tmp/peers/bin/pip install numpy numba pymcdm
    cargo bench --no-run
    /tmp/peers/bin/python benches/peers/robustness.py

One thread, CPU time, 30 places, 12 criteria, uniform weights on the simplex, the same matrix for all.
Contestants take turns within one run, and the medians of their times per draw are compared: only the
ratios mean anything. Every contestant's share of first places is compared with exacity's, so that all
do the same job.
"""

import glob
import os
import resource
import shutil
import statistics
import subprocess
import tempfile
import time

os.environ.update({k: "1" for k in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "RAYON_NUM_THREADS", "NUMBA_NUM_THREADS")})

import numpy as np

PLACES, CRITERIA, ROUNDS = 30, 12, 5
POSITIVE = np.random.default_rng(1).uniform(0.05, 1.0, (PLACES, CRITERIA))
# From 0 to 1 in every column: scaling it once more, as pymcdm does by itself, changes nothing.
VALUES = (POSITIVE - POSITIVE.min(0)) / (POSITIVE.max(0) - POSITIVE.min(0))


def binary():
    found = sorted(glob.glob("target/release/deps/draws-*"), key=os.path.getmtime)
    found = [f for f in found if os.access(f, os.X_OK) and not f.endswith(".d")]
    if not found:
        raise SystemExit("build first: cargo bench --no-run --bench draws")
    return found[-1]


def exacity(method, matrix):
    path = binary()

    def run(draws):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        out = subprocess.run([path, method, str(draws), matrix], check=True, capture_output=True, text=True)
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
        return cpu, np.array([int(n) for n in out.stdout.split(",")]) / draws

    return run


def in_process(job):
    def run(draws):
        start = time.process_time()
        first = job(draws)
        return time.process_time() - start, first / draws

    return run


def numpy_blocked(draws, block=4096):
    rng = np.random.default_rng(2)
    ranks, central = np.zeros((PLACES, PLACES), np.int64), np.zeros((PLACES, CRITERIA))
    places = np.arange(PLACES)
    done = 0
    while done < draws:
        n = min(block, draws - done)
        weights = rng.exponential(size=(n, CRITERIA))
        weights /= weights.sum(1, keepdims=True)
        order = np.argsort(-(weights @ VALUES.T), axis=1)
        for rank in range(PLACES):
            ranks[:, rank] += np.bincount(order[:, rank], minlength=PLACES)
        np.add.at(central, order[:, 0], weights)
        done += n
    assert places.size == PLACES
    return ranks[:, 0]


def numba_job():
    try:
        import numba
    except ImportError:
        return None

    @numba.njit(fastmath=True)
    def job(values, draws):
        np.random.seed(2)
        n, m = values.shape
        ranks, central = np.zeros((n, n), np.int64), np.zeros((n, m))
        weights, scores = np.empty(m), np.empty(n)
        for _ in range(draws):
            total = 0.0
            for j in range(m):
                weights[j] = -np.log(1.0 - np.random.random())
                total += weights[j]
            for i in range(n):
                s = 0.0
                for j in range(m):
                    s += weights[j] * values[i, j]
                scores[i] = s
            order = np.argsort(-scores)
            for rank in range(n):
                ranks[order[rank], rank] += 1
            for j in range(m):
                central[order[0], j] += weights[j] / total
        return ranks, central

    job(VALUES, 10)
    return in_process(lambda draws: job(VALUES, draws)[0][:, 0])


def pymcdm_job(bare):
    """With its checks and its scaling, as its documentation shows; or `bare`, without both."""
    try:
        from pymcdm.methods import WSM
        from pymcdm.normalizations import minmax_normalization
    except ImportError:
        return None
    kinds = np.ones(CRITERIA)
    body = WSM(normalization_function=lambda column, cost=False: column) if bare else WSM(minmax_normalization)
    options = {"validation": False} if bare else {}

    def job(draws):
        rng = np.random.default_rng(2)
        acceptability, central = np.zeros((PLACES, PLACES), np.int64), np.zeros((PLACES, CRITERIA))
        places = np.arange(PLACES)
        for _ in range(draws):
            weights = rng.dirichlet(np.ones(CRITERIA))
            ranks = body.rank(body(VALUES, weights, kinds, **options))
            acceptability[places, ranks.astype(int) - 1] += 1
            central[np.argmin(ranks)] += weights
        return acceptability[:, 0]

    return in_process(job)


def smaa_job():
    if not shutil.which("Rscript"):
        return None
    probe = subprocess.run(["Rscript", "-e", "library(smaa)"], capture_output=True)
    if probe.returncode:
        return None
    code = (
        "library(smaa); v <- as.matrix(read.csv('%s', header=FALSE)); n <- %d; "
        "t <- system.time({ w <- simplex.sample(ncol(v), n)$samples; "
        "m <- aperm(array(v, c(nrow(v), ncol(v), n)), c(3, 1, 2)); u <- smaa.values(m, w); "
        "r <- smaa.ranks(u); a <- smaa.ra(r); cw <- smaa.cw(r, w) }); "
        "cat(t[1] + t[2], '\\n'); cat(a[, 1], sep=',')"
    )

    def run(draws):
        out = subprocess.run(["Rscript", "-e", code % (MATRIX, draws)], check=True, capture_output=True, text=True)
        cpu, first = out.stdout.split("\n")[:2]
        return float(cpu), np.array([float(x) for x in first.split(",")])

    return run


def main():
    contestants = {
        "exacity": (exacity("additive", MATRIX), 4_000_000),
        "exacity, plain instructions": (exacity("portable", MATRIX), 2_000_000),
        "exacity, geometric": (exacity("geometric", ABOVE_ZERO), 2_000_000),
        "exacity, TOPSIS": (exacity("topsis", ABOVE_ZERO), 2_000_000),
        "numba": (numba_job(), 400_000),
        "numpy in blocks": (in_process(numpy_blocked), 200_000),
        "pymcdm in a loop": (pymcdm_job(bare=False), 2_000),
        "pymcdm in a bare loop": (pymcdm_job(bare=True), 2_000),
        "R smaa": (smaa_job(), 20_000),
    }
    times = {name: [] for name in contestants}
    firsts = {}
    for _ in range(ROUNDS):
        for name, (job, draws) in contestants.items():
            if job is None:
                continue
            cpu, first = job(draws)
            times[name].append(1e9 * cpu / draws)
            firsts[name] = first
    own = statistics.median(times["exacity"])
    print(f"{PLACES} places, {CRITERIA} criteria, uniform weights, one thread, CPU time, medians of {ROUNDS}")
    for name, (job, draws) in contestants.items():
        if job is None:
            print(f"{name:30} not installed")
            continue
        time_per_draw = statistics.median(times[name])
        same = name in ("exacity, geometric", "exacity, TOPSIS")
        far = np.abs(firsts[name] - firsts["exacity"]).max()
        note = "" if same else f", first places differ by {far:.4f} at most"
        print(f"{name:30} {time_per_draw:12.1f} ns a draw {time_per_draw / own:10.2f} x exacity{note}")


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        MATRIX, ABOVE_ZERO = (os.path.join(folder, name) for name in ("matrix.csv", "above_zero.csv"))
        np.savetxt(MATRIX, VALUES, delimiter=",", fmt="%.17g")
        np.savetxt(ABOVE_ZERO, POSITIVE, delimiter=",", fmt="%.17g")
        main()
