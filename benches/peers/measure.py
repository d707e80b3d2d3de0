"""What the peer programs share: the job on the command line, the clock, the memory and the line they print.

The job: a battery sells and buys at given prices, one price a period. Charging at c MW for h hours stores
h * charge_efficiency * c MWh, discharging at d MW takes h * d / discharge_efficiency MWh out of the store; what is left
at the end must be at least `final_mwh`. The objective is the sum of h * price * (d - c), EUR.

A peer gives two functions: `build(prices, job)` makes the peer's own model, `solve(model)` returns the objective. Both
run once on the first day before the clock starts, so that modules which a library loads at first use do not count.
"""

import argparse
import gzip
import json
import os
import statistics
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from importlib.metadata import version
from typing import Any


@dataclass(frozen=True)
class Job:
    charge_mw: float
    discharge_mw: float
    capacity_mwh: float
    charge_efficiency: float
    discharge_efficiency: float
    initial_mwh: float
    final_mwh: float
    period_hours: float


def read_prices(path: str) -> list[float]:
    """One price a line under a header, EUR/MWh; plain or gzip."""
    opened = gzip.open(path, "rt") if path.endswith(".gz") else open(path)
    with opened as file:
        next(file)
        return [float(line) for line in file]


def peak_mb() -> float:
    """The most memory this process has had resident, MB.

    Not `getrusage`: its figure starts at the size of the process that started this one.
    """
    with open("/proc/self/status") as status:
        line = next(line for line in status if line.startswith("VmHWM:"))
    return int(line.split()[1]) * 1024 / 1e6


def cpu_seconds() -> float:
    """Processor time of this process, its threads and the programs it has waited for."""
    return sum(os.times()[:4])


def arguments(argv: list[str] | None = None) -> tuple[argparse.Namespace, Job]:
    parser = argparse.ArgumentParser()
    parser.add_argument("prices", help="file of prices")
    parser.add_argument("--periods", type=int, required=True, help="how many of the prices to take")
    parser.add_argument("--repetitions", type=int, required=True)
    parser.add_argument("--exact", action="store_true", help="never charge and discharge at once")
    fields = list(Job.__dataclass_fields__)
    for field in fields:
        parser.add_argument("--" + field.replace("_", "-"), type=float, required=True)
    given = parser.parse_args(argv)
    return given, Job(**{field: getattr(given, field) for field in fields})


def measure(
    tool: str,
    package: str,
    note: str,
    build: Callable[[list[float], Job], Any],
    solve: Callable[[Any], float],
) -> None:
    """Builds and solves as often as the command line says and prints the medians as one line of JSON.

    Libraries and solvers print what they like: their standard output goes to the error stream.
    """
    given, job = arguments()
    answers = os.dup(1)
    os.dup2(2, 1)
    prices = read_prices(given.prices)[: given.periods]
    if len(prices) < given.periods:
        sys.exit(f"{given.prices} has {len(prices)} prices, {given.periods} are wanted")
    solve(build(prices[:24], job))
    imports_mb = peak_mb()
    times: list[tuple[float, float]] = []
    busy: list[float] = []
    objective = float("nan")
    for _ in range(given.repetitions):
        busy_before = cpu_seconds()
        start = time.perf_counter()
        model = build(prices, job)
        built = time.perf_counter()
        objective = solve(model)
        times.append((built - start, time.perf_counter() - built))
        busy.append(cpu_seconds() - busy_before)
        del model
    answer = {
        "tool": tool,
        "version": version(package),
        "build_s": statistics.median(build_s for build_s, _ in times),
        "solve_s": statistics.median(solve_s for _, solve_s in times),
        "objective": objective,
        "peak_mb": peak_mb(),
        "imports_mb": imports_mb,
        # On a machine that is not idle the clock runs on while others compute; this figure shows it.
        "note": f"{note}; {statistics.median(busy):.2f} s of CPU",
    }
    with os.fdopen(answers, "w") as out:
        print(json.dumps(answer), file=out)
