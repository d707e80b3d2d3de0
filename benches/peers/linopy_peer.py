"""linopy: the linear programme written with labelled arrays, handed to HiGHS without a file between."""

import linopy
import pandas as pd
import xarray as xr

from measure import Job, measure


def build(prices: list[float], job: Job) -> linopy.Model:
    t = pd.RangeIndex(len(prices), name="t")
    price = xr.DataArray(prices, coords=[t])
    least = xr.DataArray([0.0] * (len(prices) - 1) + [job.final_mwh], coords=[t])
    first = xr.DataArray([job.initial_mwh] + [0.0] * (len(prices) - 1), coords=[t])
    model = linopy.Model()
    charge = model.add_variables(0, job.charge_mw, coords=[t], name="charge")
    discharge = model.add_variables(0, job.discharge_mw, coords=[t], name="discharge")
    stored = model.add_variables(least, job.capacity_mwh, coords=[t], name="stored")
    h = job.period_hours
    into = h * job.charge_efficiency * charge - h / job.discharge_efficiency * discharge
    model.add_constraints(stored - stored.shift(t=1) - into == first, name="balance")
    model.add_objective((h * price * (discharge - charge)).sum(), sense="max")
    return model


def solve(model: linopy.Model) -> float:
    status, condition = model.solve(solver_name="highs", io_api="direct", output_flag=False)
    if condition != "optimal":
        raise RuntimeError(f"linopy ended with {status}, {condition}")
    return float(model.objective.value)


if __name__ == "__main__":
    measure("linopy", "linopy", "direct interface to HiGHS", build, solve)
