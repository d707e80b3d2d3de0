"""energypylinear: its battery with a price a period, mixed-integer, solved by CBC.

It has one efficiency, for the round trip, that it takes off at charging, and the energy at the end is given exactly.
It builds and solves in one call, so building is only the making of its assets.
"""

import energypylinear as epl

from measure import Job, measure


def build(prices: list[float], job: Job) -> epl.Battery:
    if job.discharge_efficiency != 1.0:
        raise ValueError("energypylinear takes all losses at charging: --discharge-efficiency must be 1")
    return epl.Battery(
        power_mw=job.charge_mw,
        discharge_power_mw=job.discharge_mw,
        capacity_mwh=job.capacity_mwh,
        efficiency_pct=job.charge_efficiency,
        initial_charge_mwh=job.initial_mwh,
        final_charge_mwh=job.final_mwh,
        electricity_prices=prices,
        freq_mins=round(60 * job.period_hours),
    )


def solve(battery: epl.Battery) -> float:
    result = battery.optimize(objective="price", verbose=0)
    if not result.status.feasible:
        raise RuntimeError(f"energypylinear ended with {result.status.status}")
    return -float(result.status.objective)


if __name__ == "__main__":
    note = "MILP by CBC, built and solved in one call; all losses at charging, end = start; memory without CBC's own"
    measure("energypylinear", "energypylinear", note, build, solve)
