#!/usr/bin/env python3
"""Compares the choice of sites with HiGHS called directly through highspy.

    python3 bench/places/median.py [--seeds 1,2]

Installs `highspy` and `numpy` from PyPI into a throwaway virtual environment, makes its own seeded data (300 demand
points x 60 sites, p = 25; the same instance plain, with site capacities spread from 0.7 to 1.3 around 1.3 x demand / p,
and with all capacities equal to that), runs both tools on this machine in one go and prints times and ratios. HiGHS is
timed without building the model and is asked for an optimal answer (gap below one). Costs must agree.
"""

import json
import random
import subprocess
import sys
import tempfile
import venv
from math import isqrt
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
POINTS, SITES, OPEN = 300, 60, 25


def instance(seed):
    rng = random.Random(seed)
    place = lambda: (rng.randrange(10_000), rng.randrange(10_000))
    points, sites = [place() for _ in range(POINTS)], [place() for _ in range(SITES)]
    dist = [[isqrt((x - a) ** 2 + (y - b) ** 2) for a, b in sites] for x, y in points]
    weight = [rng.randrange(1, 100) for _ in range(POINTS)]
    mean = 1.3 * sum(weight) / OPEN
    plain = {"p": OPEN, "weight": weight, "dist": dist}
    yield "plain", plain
    yield "capacities 0.7-1.3 of the mean", plain | {"capacity": [int(mean * rng.uniform(0.7, 1.3)) for _ in range(SITES)]}
    yield "equal capacities", plain | {"capacity": [int(mean)] * SITES}


HIGHS = """
import json, sys, time
import numpy as np, highspy
data = json.load(open(sys.argv[1]))
weight, dist = np.array(data["weight"]), np.array(data["dist"])
n, m = dist.shape
capacity = data.get("capacity")
start, index, value, lower, upper = [], [], [], [], []
def row(columns, values, low, high):
    start.append(len(index)); index.extend(columns); value.extend(values); lower.append(low); upper.append(high)
inf = highspy.kHighsInf
for i in range(n):
    row(range(i * m, i * m + m), [1.0] * m, 1.0, 1.0)
row(range(n * m, n * m + m), [1.0] * m, float(data["p"]), float(data["p"]))
for i in range(n):
    for j in range(m):
        row([i * m + j, n * m + j], [1.0, -1.0], -inf, 0.0)
if capacity:
    for j in range(m):
        row([i * m + j for i in range(n)] + [n * m + j], [float(w) for w in weight] + [-float(capacity[j])], -inf, 0.0)
model = highspy.HighsLp()
model.num_col_, model.num_row_ = n * m + m, len(lower)
model.col_cost_ = np.concatenate([(weight[:, None] * dist).ravel().astype(float), np.zeros(m)])
model.col_lower_, model.col_upper_ = np.zeros(n * m + m), np.ones(n * m + m)
model.row_lower_, model.row_upper_ = np.array(lower), np.array(upper)
model.a_matrix_.format_ = highspy.MatrixFormat.kRowwise
model.a_matrix_.start_ = np.array(start + [len(index)])
model.a_matrix_.index_, model.a_matrix_.value_ = np.array(index), np.array(value)
whole, share = highspy.HighsVarType.kInteger, highspy.HighsVarType.kContinuous
model.integrality_ = [whole if capacity else share] * (n * m) + [whole] * m
highs = highspy.Highs()
for option, setting in [("output_flag", False), ("mip_rel_gap", 0.0), ("mip_abs_gap", 0.5), ("time_limit", 240.0)]:
    highs.setOptionValue(option, setting)
highs.passModel(model)
begin = time.perf_counter()
highs.run()
took = time.perf_counter() - begin
info = highs.getInfo()
print(took, round(info.objective_function_value), round(info.mip_dual_bound))
"""


def engine(path):
    run = subprocess.run(
        ["cargo", "run", "--quiet", "--release", "-p", "engine-places", "--example", "time_median", "--", str(path)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    lines = run.stdout.splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("VmHWM")), lines[-1]


def main():
    seeds = sys.argv[sys.argv.index("--seeds") + 1] if "--seeds" in sys.argv else "1"
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "highspy", "numpy"], check=True)
        for seed in map(int, seeds.split(",")):
            for name, data in instance(seed):
                path = folder / "median.json"
                path.write_text(json.dumps(data))
                facts, memory = engine(path)
                ours = float(facts["median_s"])
                proven = "proven optimal" if facts["cost"] == facts["bound"] else f"bound {facts['bound']}"
                print(f"seed {seed}, {name}: engine {ours:.3f} s, cost {facts['cost']}, {proven}, {memory}", flush=True)
                theirs = subprocess.run([python, "-c", HIGHS, str(path)], check=True, capture_output=True, text=True)
                took, cost, bound = theirs.stdout.splitlines()[-1].split()
                print(f"  HiGHS: {float(took):.2f} s, cost {cost}, bound {bound}, ratio {float(took) / ours:.1f}", flush=True)
                if cost == bound and cost != facts["cost"]:
                    sys.exit("the costs differ")


if __name__ == "__main__":
    main()
