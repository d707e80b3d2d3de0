"""FlexMeasures: its device scheduler, called as its own tests call it, with the solver it uses by default.

Stock bounds count from the initial stock, in flow times steps: MWh divided by the hours of a period. Costs are per flow
and step too, so prices are multiplied by the hours. The scheduler excludes charging and discharging at once. It builds and
solves in one call, so building is only the making of its tables.
"""

import flask
import pandas as pd
from flexmeasures.data.models.planning import FlowCommitment
from flexmeasures.data.models.planning.linear_optimization import device_scheduler
from flexmeasures.data.models.planning.utils import initialize_df
from flexmeasures.utils.config_defaults import Config

from measure import Job, measure

COLUMNS = [
    "equals",
    "max",
    "min",
    "efficiency",
    "derivative equals",
    "derivative max",
    "derivative min",
    "derivative down efficiency",
    "derivative up efficiency",
    "stock delta",
]


def build(prices: list[float], job: Job) -> dict:
    step = pd.Timedelta(hours=job.period_hours)
    start = pd.Timestamp("2025-01-01T00:00:00")
    end = start + len(prices) * step
    device = initialize_df(COLUMNS, start, end, step.to_pytimedelta())
    index = device.index
    device["max"] = (job.capacity_mwh - job.initial_mwh) / job.period_hours
    device["min"] = -job.initial_mwh / job.period_hours
    device.loc[index[-1], "min"] = (job.final_mwh - job.initial_mwh) / job.period_hours
    device["derivative max"] = job.charge_mw
    device["derivative min"] = -job.discharge_mw
    device["derivative up efficiency"] = job.charge_efficiency
    device["derivative down efficiency"] = job.discharge_efficiency
    cost = pd.Series(prices, index=index) * job.period_hours
    energy = FlowCommitment(
        name="energy",
        quantity=0,
        upwards_deviation_price=cost,
        downwards_deviation_price=cost,
        index=index,
        device=pd.Series(0, index=index),
    )
    return {
        "device_constraints": [device],
        "ems_constraints": initialize_df(COLUMNS, start, end, step.to_pytimedelta()),
        "commitments": [energy],
        "initial_stock": job.initial_mwh / job.period_hours,
    }


def solve(tables: dict) -> float:
    _, cost, results, _ = device_scheduler(**tables)
    if results.solver.termination_condition != "optimal":
        raise RuntimeError(f"FlexMeasures ended with {results.solver.termination_condition}")
    return -float(cost)


if __name__ == "__main__":
    app = flask.Flask("peer")
    app.config.from_object(Config)
    with app.app_context():
        note = "device scheduler, HiGHS with sign binaries, built and solved in one call"
        measure("FlexMeasures", "flexmeasures", note, build, solve)
