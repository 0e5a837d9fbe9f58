"""Times exacity's ranking methods beside Python packages, in turns, and prints ratios. See README.md."""

import argparse
import json
import statistics
import struct
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

PACKAGES = ["pymcdm==1.4.0", "scikit-criteria==0.10", "pyrepo-mcda==0.1.15", "numpy"]
REPOSITORY = Path(__file__).resolve().parents[2]
CRITERIA = 10


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--sizes", default="1000,100000")
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--methods", default="")
    parser.add_argument("--venv", default="", help="keep the environment in this folder")
    parser.add_argument("--json", default="")
    parser.add_argument("--inside", default="", help=argparse.SUPPRESS)
    arguments = parser.parse_args()
    if arguments.inside:
        return measure(arguments)
    timer = build()
    with tempfile.TemporaryDirectory() as folder:
        place = Path(arguments.venv or folder) / "venv"
        python = place / "bin" / "python"
        if not python.exists():
            venv.create(place, with_pip=True)
            subprocess.run([python, "-m", "pip", "install", "--quiet", *PACKAGES], check=True)
        subprocess.run([python, "-W", "ignore", __file__, *sys.argv[1:], "--inside", timer], check=True)


def build():
    """Builds the timer and returns its path."""
    lines = subprocess.run(
        ["cargo", "bench", "--bench", "peer", "--no-run", "--message-format=json"],
        cwd=REPOSITORY, check=True, stdout=subprocess.PIPE, text=True,
    ).stdout.splitlines()
    for line in lines:
        message = json.loads(line)
        if message.get("executable") and message["target"]["name"] == "peer":
            return message["executable"]
    sys.exit("cargo built no timer")


def measure(arguments):
    import numpy as np

    wanted = [name for name in arguments.methods.split(",") if name]
    report = []
    print("median CPU time per ranking; `x` is how many times as long as exacity\n")
    for size in (int(s) for s in arguments.sizes.split(",")):
        rng = np.random.default_rng(1)
        matrix = 1 + 100 * rng.random((size, CRITERIA))
        types = np.array([-1 if j % 3 == 2 else 1 for j in range(CRITERIA)])
        weights = np.full(CRITERIA, 1 / CRITERIA)
        with tempfile.NamedTemporaryFile(suffix=".f64") as file:
            columns = matrix.T.ravel()
            file.write(struct.pack(f"<{columns.size}d", *columns))
            file.flush()
            for name in [n for n in METHODS if not wanted or n in wanted]:
                report.append(one(name, size, matrix, weights, types, file.name, arguments))
    if arguments.json:
        Path(arguments.json).write_text(json.dumps(report, indent=1) + "\n")


def one(name, size, matrix, weights, types, file, arguments):
    """Times one method on one size: every side once per round, in turns."""
    sides = {side: call for side, call in peers(name, matrix, weights, types).items()
             if size <= LIMITS.get((side, name), 10**9)}
    times = {side: [] for side in ["exacity", *sides]}
    sums = {}
    for _ in range(arguments.rounds):
        answer = subprocess.run([arguments.inside, file, str(size), name, "5"],
                                check=True, stdout=subprocess.PIPE, text=True).stdout.split()
        times["exacity"].append(min(int(t) for t in answer[:-1]) / 1e9)
        sums["exacity"] = float(answer[-1])
        for side, call in sides.items():
            start = time.process_time()
            scores = call()
            times[side].append(time.process_time() - start)
            sums[side] = float(sum(s * s for s in scores))
    own = statistics.median(times["exacity"])
    cells = [f"{name:14} {size:>7}  exacity {own * 1e3:9.3f} ms"]
    for side in sides:
        median = statistics.median(times[side])
        same = abs(sums[side] - sums["exacity"]) <= 1e-6 * max(1e-9, abs(sums["exacity"]))
        cells.append(f"{side} {median / own:8.1f} x{'' if same else ' (another definition)'}")
    print("  ".join(cells), flush=True)
    return {"method": name, "size": size, "seconds": {s: statistics.median(t) for s, t in times.items()}, "sums": sums}


# Packages that hold a matrix of all pairs do not go further than this.
LIMITS = {(side, name): 3000 for side in ("pymcdm", "pyrepo-mcda", "scikit-criteria", "numpy")
          for name in ("promethee-ii", "codas", "electre-i", "probid")}
METHODS = ["wsm", "wpm", "waspas", "topsis", "vikor", "promethee-ii", "copras", "moora", "aras", "edas", "mabac",
           "marcos", "codas", "cocoso", "spotis", "mairca", "ram", "probid"]


def peers(name, matrix, weights, types):
    """Returns the other sides of a method: a function without arguments each."""
    sides = {}
    plain = plain_numpy(name, matrix, weights, types)
    if plain:
        sides["numpy"] = plain
    sides.update(of_pymcdm(name, matrix, weights, types))
    sides.update(of_pyrepo(name, matrix, weights, types))
    sides.update(of_skcriteria(name, matrix, weights, types))
    return sides


def of_pymcdm(name, matrix, weights, types):
    import numpy as np
    from pymcdm import methods as m, normalizations as n
    bounds = np.array([[0, 102]] * CRITERIA)
    make = {
        "wsm": lambda: m.WSM(n.minmax_normalization), "wpm": lambda: m.WPM(n.sum_normalization),
        "waspas": lambda: m.WASPAS(n.linear_normalization), "topsis": lambda: m.TOPSIS(n.vector_normalization),
        "vikor": lambda: m.VIKOR(), "copras": lambda: m.COPRAS(), "moora": lambda: m.MOORA(), "aras": lambda: m.ARAS(),
        "edas": lambda: m.EDAS(), "mabac": lambda: m.MABAC(n.minmax_normalization), "marcos": lambda: m.MARCOS(),
        "codas": lambda: m.CODAS(n.linear_normalization), "cocoso": lambda: m.COCOSO(n.minmax_normalization),
        "spotis": lambda: m.SPOTIS(bounds), "mairca": lambda: m.MAIRCA(n.minmax_normalization), "ram": lambda: m.RAM(),
        "probid": lambda: m.PROBID(), "promethee-ii": lambda: m.PROMETHEE_II("vshape_2"),
    }.get(name)
    if not make:
        return {}
    if name == "promethee-ii":
        p, q = np.full(CRITERIA, 20.0), np.full(CRITERIA, 5.0)
        return {"pymcdm": lambda: m.PROMETHEE_II("vshape_2", p=p, q=q)(matrix, weights, types, validation=False)}
    method = make()
    return {"pymcdm": lambda: method(matrix, weights, types, validation=False)}


def of_pyrepo(name, matrix, weights, types):
    import numpy as np
    from pyrepo_mcda import mcda_methods as m, normalizations as n
    bounds = np.array([[0.0] * CRITERIA, [102.0] * CRITERIA])
    calls = {
        "topsis": lambda: m.TOPSIS(normalization_method=n.vector_normalization)(matrix, weights, types),
        "vikor": lambda: m.VIKOR(normalization_method=n.minmax_normalization)(matrix, weights, types),
        "waspas": lambda: m.WASPAS(normalization_method=n.linear_normalization)(matrix, weights, types),
        "copras": lambda: m.COPRAS()(matrix, weights, types), "edas": lambda: m.EDAS()(matrix, weights, types),
        "aras": lambda: m.ARAS()(matrix, weights, types),
        "marcos": lambda: m.MARCOS()(matrix, weights, types),
        "codas": lambda: m.CODAS(normalization_method=n.linear_normalization)(matrix, weights, types),
        "cocoso": lambda: m.COCOSO()(matrix, weights, types),
        "spotis": lambda: m.SPOTIS()(matrix, weights, types, bounds),
    }
    return {"pyrepo-mcda": calls[name]} if name in calls else {}


def of_skcriteria(name, matrix, weights, types):
    import skcriteria
    from skcriteria.agg import edas, topsis, vikor
    from skcriteria.pipelines import mkpipe
    from skcriteria.preprocessing import invert_objectives, scalers
    data = skcriteria.mkdm(matrix, types.tolist(), weights=weights)
    invert, vector = invert_objectives.NegateMinimize(), scalers.VectorScaler(target="matrix")
    calls = {
        "topsis": lambda: mkpipe(invert, vector, topsis.TOPSIS()),
        "vikor": lambda: vikor.VIKOR(), "edas": lambda: edas.EDAS(),
    }
    if name not in calls:
        return {}
    method = calls[name]()
    score = {"topsis": "similarity", "vikor": "q_k", "edas": "score"}[name]
    def call():
        extra = method.evaluate(data).e_
        return extra[score] if score in extra else [0.0]
    return {"scikit-criteria": call}


def plain_numpy(name, x, w, t):
    """The formula in a few lines of numpy, without checks."""
    import numpy as np
    up = t > 0

    def sums(x):
        y = np.where(up, x, 1 / x)
        return y / y.sum(0)

    def linear(x):
        return np.where(up, x / x.max(0), x.min(0) / x)

    def minmax(x):
        low, high = x.min(0), x.max(0)
        return np.where(up, x - low, high - x) / (high - low)

    def wsm():
        return minmax(x) @ w

    def wpm():
        return np.prod(sums(x) ** w, 1)

    def waspas():
        r = linear(x)
        return 0.5 * (r @ w) + 0.5 * np.prod(r ** w, 1)

    def topsis():
        v = x / np.sqrt((x ** 2).sum(0))
        v = w * np.where(up, v, 1 - v)
        plus = np.sqrt(((v.max(0) - v) ** 2).sum(1))
        minus = np.sqrt(((v - v.min(0)) ** 2).sum(1))
        return minus / (plus + minus)

    def vikor():
        low, high = x.min(0), x.max(0)
        d = w * np.abs(np.where(up, high, low) - x) / (high - low)
        s, r = d.sum(1), d.max(1)
        return 0.5 * (s - s.min()) / (s.max() - s.min()) + 0.5 * (r - r.min()) / (r.max() - r.min())

    def promethee():
        n, p, q = len(x), 20.0, 5.0
        net = np.zeros(n)
        for j in range(x.shape[1]):
            c = t[j] * x[:, j]
            d = c[:, None] - c[None, :]
            pref = np.clip((d - q) / (p - q), 0, 1)
            net += w[j] * (pref.sum(1) - pref.sum(0)) / (n - 1)
        return net

    def copras():
        v = w * x / x.sum(0)
        plus, minus = v[:, up].sum(1), v[:, ~up].sum(1)
        q = plus + minus.sum() / (minus * (1 / minus).sum())
        return q / q.max()

    def moora():
        v = w * x / np.sqrt((x ** 2).sum(0))
        return v[:, up].sum(1) - v[:, ~up].sum(1)

    def edas():
        mean = x.mean(0)
        over = np.where(up, x - mean, mean - x) / mean
        plus, minus = np.maximum(over, 0) @ w, np.maximum(-over, 0) @ w
        return 0.5 * (plus / plus.max() + 1 - minus / minus.max())

    def mabac():
        v = w * (minmax(x) + 1)
        return (v - np.exp(np.log(v).mean(0))).sum(1)

    def spotis():
        return (np.abs(x - np.where(up, 102.0, 0.0)) / 102.0) @ w

    def codas():
        v = w * linear(x)
        d = v - v.min(0)
        e, s = np.sqrt((d ** 2).sum(1)), d.sum(1)
        de, ds = e[:, None] - e[None, :], s[:, None] - s[None, :]
        return (de + np.where(np.abs(de) >= 0.02, ds, 0)).sum(1)

    return {"wsm": wsm, "wpm": wpm, "waspas": waspas, "topsis": topsis, "vikor": vikor, "promethee-ii": promethee,
            "copras": copras, "moora": moora, "edas": edas, "mabac": mabac, "spotis": spotis, "codas": codas}.get(name)


if __name__ == "__main__":
    main()
