#!/usr/bin/env python3
"""Compares the items engine with PyPI `mirt` 1.2 (Rust core) and `girth` 0.8, in one run, on seeded data of its own.

    python3 bench/items/compare.py [--persons 20000] [--items 60] [--rounds 3]

Makes a throwaway virtual environment, installs the two tools from their registry, builds the engine's example in release, and prints for
each tool: the seconds (least of the rounds, the tools taking turns), the marginal log-likelihood under the same 41 Gauss-Hermite points, the
length of its gradient by (a, b) there, and how far the estimates lie from the items that made the data. The tool's tolerance is tightened
tenfold until its gradient is no longer than 1e-3 as ours is, and its default is shown beside.

The engine's seconds are those of the whole command: reading the CSV, fitting, standard errors, abilities, writing. `mirt` is timed for its fit
alone, from an array in memory and without standard errors.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
TOOLS = ["mirt==1.2.0", "girth==0.8.0"]
INSIDE = "ITEMS_COMPARE_INSIDE"
GRADIENT_MOST = 1e-3
LOG_LIKELIHOOD_APART_MOST = 0.01


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--persons", type=int, default=20_000)
    parser.add_argument("--items", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=3)
    arguments = parser.parse_args()
    if INSIDE in os.environ:
        return compare(arguments)
    with tempfile.TemporaryDirectory() as folder:
        venv.create(folder, with_pip=True)
        python = Path(folder) / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", *TOOLS], check=True)
        environment = {**os.environ, INSIDE: folder}
        return subprocess.run([python, __file__, *sys.argv[1:]], env=environment, check=False).returncode


def compare(arguments):
    import numpy as np

    engine = build_engine()
    answers, truth = simulate(arguments.persons, arguments.items)
    folder = Path(os.environ[INSIDE])
    np.savetxt(folder / "responses.csv", answers, fmt="%d", delimiter=",")
    tolerance, gradient = tight_tolerance(answers)
    ours, tight, default = [], [], []
    for _ in range(arguments.rounds):
        ours.append(run_engine(engine, folder))
        tight.append(run_mirt(answers, tolerance))
        default.append(run_mirt(answers, 1e-4))
    rows = {"engine": min(ours), f"mirt, tol {tolerance:.0e}": min(tight), "mirt, default tol 1e-04": min(default), "girth": run_girth(answers)}
    seconds = min(ours)[0]
    print(f"{arguments.persons} persons x {arguments.items} items, 41 points, {os.cpu_count()} cores")
    print(f"{'':24} {'seconds':>8} {'ratio':>7} {'log-likelihood':>16} {'gradient':>9} {'rmse a':>7} {'rmse b':>7}")
    found = {}
    for name, (took, (a, b)) in rows.items():
        log_likelihood, length = marginal(answers, a, b)
        found[name] = log_likelihood
        off = [float(np.sqrt(np.mean((x - y) ** 2))) for x, y in zip((a, b), truth)]
        print(f"{name:24} {took:8.3f} {took / seconds:7.1f} {log_likelihood:16.4f} {length:9.1e} {off[0]:7.4f} {off[1]:7.4f}")
    apart = abs(found["engine"] - found[f"mirt, tol {tolerance:.0e}"])
    print(f"log-likelihoods apart by {apart:.6f} (at most {LOG_LIKELIHOOD_APART_MOST})")
    if gradient > GRADIENT_MOST:
        print(f"mirt does not reach a gradient of {GRADIENT_MOST}: its best is {gradient:.1e}")
    return 0 if apart <= LOG_LIKELIHOOD_APART_MOST else 1


def build_engine():
    command = ["cargo", "build", "--release", "--quiet", "-p", "engine-items", "--example", "fit_csv"]
    subprocess.run(command, cwd=ROOT, check=True)
    return Path(os.environ.get("CARGO_TARGET_DIR", ROOT / "target")) / "release" / "examples" / "fit_csv"


def simulate(persons, items):
    import numpy as np

    random = np.random.default_rng(20211124)
    a = np.exp(random.normal(0, 0.3, items))
    b = random.normal(0, 1, items)
    theta = random.normal(0, 1, persons)
    chance = 1 / (1 + np.exp(-a * (theta[:, None] - b)))
    return (random.random((persons, items)) < chance).astype(np.int32), (a, b)


def run_engine(engine, folder):
    import time

    import numpy as np

    start = time.perf_counter()
    printed = subprocess.run([engine, folder / "responses.csv", folder], check=True, capture_output=True, text=True).stdout
    took = time.perf_counter() - start
    memory = [line for line in printed.splitlines() if line.startswith("VmHWM")]
    print("engine:", f"{took:.3f} s,", "memory", *(line.split(":")[1].strip() for line in memory))
    table = np.loadtxt(folder / "items.csv", delimiter=",", skiprows=1)
    return Timed((took, (table[:, 1], table[:, 2])))


class Timed(tuple):
    """Seconds and estimates, ordered by seconds."""

    def __lt__(self, other):
        return self[0] < other[0]


def run_mirt(answers, tolerance):
    import time

    import mirt

    start = time.perf_counter()
    fitted = mirt.fit_mirt(answers, model="2PL", n_quadpts=41, tol=tolerance, max_iter=20_000, compute_standard_errors=False)
    took = time.perf_counter() - start
    return Timed((took, (fitted.model.parameters["discrimination"], fitted.model.parameters["difficulty"])))


def run_girth(answers):
    import time

    import girth

    start = time.perf_counter()
    fitted = girth.twopl_mml(answers.T, options={"quadrature_n": 41})
    took = time.perf_counter() - start
    return Timed((took, (fitted["Discrimination"], fitted["Difficulty"])))


def tight_tolerance(answers):
    """The loosest tolerance with which mirt's gradient is short enough, and its length; the best there is when none is."""
    best = (None, float("inf"))
    for exponent in range(7, 12):
        tolerance = 10.0**-exponent
        _, (a, b) = run_mirt(answers, tolerance)
        _, length = marginal(answers, a, b)
        print(f"mirt, tol {tolerance:.0e}: gradient {length:.1e}")
        if length < best[1]:
            best = (tolerance, length)
        if length <= GRADIENT_MOST:
            break
    return best


def marginal(answers, a, b):
    """The marginal log-likelihood under 41 Gauss-Hermite points and the length of its gradient by (a, b), in plain NumPy."""
    import numpy as np
    from scipy.special import expit, log_expit, logsumexp, roots_hermite

    x, mass = roots_hermite(41)
    x, mass = x * np.sqrt(2), mass / np.sqrt(np.pi)
    odds = a[:, None] * (x - b[:, None])
    logs = answers @ log_expit(odds) + (1 - answers) @ log_expit(-odds) + np.log(mass)
    person = logsumexp(logs, axis=1)
    posterior = np.exp(logs - person[:, None])
    rest = answers.T @ posterior - posterior.sum(axis=0) * expit(odds)
    by_a, by_b = (rest * (x - b[:, None])).sum(axis=1), -a * rest.sum(axis=1)
    return float(person.sum()), float(np.sqrt((by_a**2).sum() + (by_b**2).sum()))


if __name__ == "__main__":
    sys.exit(main())
