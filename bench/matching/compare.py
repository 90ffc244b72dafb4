#!/usr/bin/env python3
"""Compares the matching engine with a plain Python deferred acceptance and with PyPI `matching`.

    python3 bench/matching/compare.py [--with-pypi] [--large]

Makes its own seeded data, runs everything on this machine in one go and prints each time and the ratio. Times are after
reading; the ranking tables are included. `--with-pypi` installs `matching` 1.4.3 into a throwaway virtual environment.
`--large` adds the round of 1,000,000 x 500 with lists of 12.
"""

import heapq
import json
import random
import subprocess
import sys
import tempfile
import time
import venv
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def complete_round(students, schools, seed):
    rng = random.Random(seed)
    return {
        "students": [rng.sample(range(schools), schools) for _ in range(students)],
        "schools": [rng.sample(range(students), students) for _ in range(schools)],
        "capacity": [students // schools] * schools,
    }


def short_round(students, schools, length, seed):
    rng = random.Random(seed)
    wishes = [rng.sample(range(schools), length) for _ in range(students)]
    lists = [[] for _ in range(schools)]
    for student, row in enumerate(wishes):
        for school in row:
            lists[school].append(student)
    for row in lists:
        rng.shuffle(row)
    return {"students": wishes, "schools": lists, "capacity": [students // schools] * schools}


def plain_python(students, schools, capacity):
    """Student-proposing deferred acceptance as one writes it well in Python: ranking tables as lists, a heap a school."""
    rank = []
    for row in schools:
        table = [0] * len(students)
        for place, student in enumerate(row):
            table[student] = place
        rank.append(table)
    held = [[] for _ in schools]
    next_wish = [0] * len(students)
    assignment = [None] * len(students)
    for first in range(len(students)):
        asking = first
        while True:
            wishes = students[asking]
            at = next_wish[asking]
            if at == len(wishes):
                break
            next_wish[asking] = at + 1
            school = wishes[at]
            heap = held[school]
            key = -rank[school][asking]
            if len(heap) < capacity[school]:
                heapq.heappush(heap, (key, asking))
                assignment[asking] = school
                break
            if heap and key > heap[0][0]:
                loser = heapq.heapreplace(heap, (key, asking))[1]
                assignment[asking] = school
                assignment[loser] = None
                asking = loser
    return assignment


PYPI = """
import json, sys, time
from matching.games import HospitalResident
round = json.load(open(sys.argv[1]))
residents = {f"r{i}": [f"h{s}" for s in row] for i, row in enumerate(round["students"])}
hospitals = {f"h{j}": [f"r{i}" for i in row] for j, row in enumerate(round["schools"])}
capacities = {f"h{j}": c for j, c in enumerate(round["capacity"])}
begin = time.perf_counter()
game = HospitalResident.create_from_dictionaries(residents, hospitals, capacities)
game.solve(optimal="resident")
print(time.perf_counter() - begin)
"""


def engine(path):
    run = subprocess.run(
        ["cargo", "run", "--quiet", "--release", "-p", "engine-matching", "--example", "time_matching", "--", str(path)],
        cwd=ROOT, check=True, capture_output=True, text=True,
    )
    return dict(line.split(" ", 1) for line in run.stdout.splitlines() if not line.startswith("VmHWM")), run.stdout.splitlines()[-1]


def checksum(assignment):
    return sum((row + 1) * (0 if school is None else school + 1) for row, school in enumerate(assignment))


def compare(name, round, folder, python=True):
    path = folder / "round.json"
    path.write_text(json.dumps(round))
    facts, memory = engine(path)
    ours = float(facts["place_s"])
    line = f"{name}: engine {ours * 1e3:.3f} ms (reading {float(facts['read_s']):.3f} s, {memory}, stable {facts['stable']})"
    if python:
        times = []
        for _ in range(5):
            begin = time.perf_counter()
            assignment = plain_python(round["students"], round["schools"], round["capacity"])
            times.append(time.perf_counter() - begin)
        plain = sorted(times)[2]
        assert checksum(assignment) == int(facts["checksum"]), "the two assignments differ"
        line += f"; plain Python {plain:.4f} s, ratio {plain / ours:.0f}"
    print(line, flush=True)
    return path, ours


def main():
    with tempfile.TemporaryDirectory() as folder:
        folder = Path(folder)
        small, ours = compare("2,000 x 50 complete", complete_round(2_000, 50, 1), folder)
        if "--with-pypi" in sys.argv:
            environment = folder / "venv"
            venv.create(environment, with_pip=True)
            python = environment / "bin" / "python"
            subprocess.run([python, "-m", "pip", "install", "--quiet", "matching==1.4.3"], check=True)
            took = subprocess.run([python, "-W", "ignore", "-c", PYPI, str(small)], check=True, capture_output=True, text=True)
            theirs = float(took.stdout.split()[-1])
            print(f"2,000 x 50 complete: PyPI matching 1.4.3 {theirs:.2f} s, ratio {theirs / ours:.0f}", flush=True)
        compare("20,000 x 50 complete", complete_round(20_000, 50, 2), folder)
        if "--large" in sys.argv:
            compare("1,000,000 x 500, lists of 12", short_round(1_000_000, 500, 12, 3), folder, python=False)


if __name__ == "__main__":
    main()
