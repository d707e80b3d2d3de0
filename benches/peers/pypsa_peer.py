"""PyPSA: a market bus and a battery bus, a link each way, and a store; solved by HiGHS.

Power of a link counts at its first bus, so discharging is rated D / discharge_efficiency to give D MW to the market.
The market is a generator that also takes, wide enough never to bind.
"""

import numpy as np
import pandas as pd
import pypsa

from measure import Job, measure


def build(prices: list[float], job: Job) -> pypsa.Network:
    network = pypsa.Network()
    network.set_snapshots(pd.RangeIndex(len(prices)))
    network.snapshot_weightings.loc[:, :] = job.period_hours
    network.add("Bus", ["market", "battery"])
    width = 2 * max(job.charge_mw, job.discharge_mw)
    price = pd.Series(prices, index=network.snapshots)
    network.add("Generator", "trade", bus="market", p_nom=width, p_min_pu=-1, marginal_cost=price)
    network.add("Link", "charge", bus0="market", bus1="battery", p_nom=job.charge_mw, efficiency=job.charge_efficiency)
    network.add(
        "Link",
        "discharge",
        bus0="battery",
        bus1="market",
        p_nom=job.discharge_mw / job.discharge_efficiency,
        efficiency=job.discharge_efficiency,
    )
    least = np.zeros(len(prices))
    least[-1] = job.final_mwh / job.capacity_mwh
    network.add(
        "Store",
        "store",
        bus="battery",
        e_nom=job.capacity_mwh,
        e_initial=job.initial_mwh,
        e_min_pu=pd.Series(least, index=network.snapshots),
    )
    network.optimize.create_model()
    return network


def solve(network: pypsa.Network) -> float:
    status, condition = network.optimize.solve_model(solver_name="highs")
    if condition != "optimal":
        raise RuntimeError(f"PyPSA ended with {status}, {condition}")
    return -float(network.objective)


if __name__ == "__main__":
    measure("PyPSA", "pypsa", "Link + Store, HiGHS", build, solve)
