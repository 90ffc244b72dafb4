#!/usr/bin/env python3
"""Compares the assignment of pupils to schools with OR-tools SimpleMinCostFlow.

    python3 bench/places/assign.py

Installs `ortools` and `numpy` from PyPI into a throwaway virtual environment, makes its own seeded data (20,000 pupils
x 120 schools; spread evenly, and in towns with hardly a free place), runs both tools on this machine in one go and
prints times and ratios. OR-tools is timed without building its arc arrays in Python (they are numpy arrays) but with
handing them over; the engine is timed from coordinates, so its distances are included. Costs must agree.
"""

import json
import random
import subprocess
import sys
import tempfile
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def even(pupils, schools, seed, slack):
    rng = random.Random(seed)
    point = lambda: [rng.randrange(30_000), rng.randrange(30_000)]
    share = [rng.uniform(0.5, 1.5) for _ in range(schools)]
    capacity = [int(slack * pupils * part / sum(share)) + 1 for part in share]
    return {"pupil": [point() for _ in range(pupils)], "school": [point() for _ in range(schools)], "capacity": capacity}


def towns(pupils, schools, seed):
    rng = random.Random(seed)
    centres = [(rng.randrange(30_000), rng.randrange(30_000), rng.uniform(300, 3_000)) for _ in range(12)]

    def point():
        x, y, spread = rng.choice(centres)
        return [int(rng.gauss(x, spread)), int(rng.gauss(y, spread))]

    data = even(pupils, schools, seed, 1.0)
    data["pupil"] = [point() for _ in range(pupils)]
    data["school"][: schools // 2] = [point() for _ in range(schools // 2)]
    return data


ORTOOLS = """
import json, sys, time
import numpy as np
from ortools.graph.python import min_cost_flow
data = json.load(open(sys.argv[1]))
pupil, school = np.array(data["pupil"], dtype=np.int64), np.array(data["school"], dtype=np.int64)
capacity = np.array(data["capacity"], dtype=np.int64)
n, m = len(pupil), len(school)
square = ((pupil[:, None, :] - school[None, :, :]) ** 2).sum(axis=2)
cost = np.floor(np.sqrt(square.astype(np.float64))).astype(np.int64)

def solve(nearest):
    if nearest < m:
        chosen = np.argpartition(cost, nearest, axis=1)[:, :nearest]
    else:
        chosen = np.broadcast_to(np.arange(m), (n, m))
    tails = np.repeat(np.arange(n), chosen.shape[1])
    heads = n + chosen.ravel()
    unit = cost[tails, heads - n]
    source, sink = n + m, n + m + 1
    tails = np.concatenate([tails, np.full(n, source), n + np.arange(m)])
    heads = np.concatenate([heads, np.arange(n), np.full(m, sink)])
    caps = np.concatenate([np.ones(len(unit) + n, dtype=np.int64), capacity])
    unit = np.concatenate([unit, np.zeros(n + m, dtype=np.int64)])
    begin = time.perf_counter()
    flow = min_cost_flow.SimpleMinCostFlow()
    flow.add_arcs_with_capacity_and_unit_cost(tails, heads, caps, unit)
    flow.set_node_supply(source, n)
    flow.set_node_supply(sink, -n)
    status = flow.solve()
    took = time.perf_counter() - begin
    return took, flow.optimal_cost() if status == flow.OPTIMAL else None

for nearest in (m, 40):
    runs = sorted(solve(nearest) for _ in range(3))
    print(nearest, runs[1][0], runs[1][1])
"""


def engine(path):
    run = subprocess.run(
        ["cargo", "run", "--quiet", "--release", "-p", "engine-places", "--example", "time_assign", "--", str(path)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    lines = run.stdout.splitlines()
    return dict(line.split(" ", 1) for line in lines if not line.startswith("VmHWM")), lines[-1]


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        venv.create(folder / "venv", with_pip=True)
        python = folder / "venv" / "bin" / "python"
        subprocess.run([python, "-m", "pip", "install", "--quiet", "ortools", "numpy"], check=True)
        for name, data in [
            ("even, 1.1 places a pupil", even(20_000, 120, 1, 1.1)),
            ("even, 1.3 places a pupil", even(20_000, 120, 2, 1.3)),
            ("towns, hardly a free place", towns(20_000, 120, 3)),
        ]:
            path = folder / "places.json"
            path.write_text(json.dumps(data))
            facts, memory = engine(path)
            ours = float(facts["assign_s"])
            print(f"{name}: engine {ours * 1e3:.1f} ms (distances {float(facts['distances_s']) * 1e3:.1f} ms of it), "
                  f"cost {facts['cost']}, proved {facts['proved']}, {memory}", flush=True)
            theirs = subprocess.run([python, "-c", ORTOOLS, str(path)], check=True, capture_output=True, text=True)
            for line in theirs.stdout.splitlines():
                nearest, took, cost = line.split()
                took = float(took)
                same = "same cost" if cost == facts["cost"] else f"cost {cost}"
                print(f"  OR-tools, {nearest} nearest schools: {took:.3f} s, {same}, ratio {took / ours:.1f}", flush=True)
                if nearest == "120" and cost != facts["cost"]:
                    sys.exit("the costs differ")


if __name__ == "__main__":
    main()
