"""HiGHS through its own Python interface: the matrix made with numpy and handed over in one call.

Columns are charge, discharge (MW) and the energy stored after each period (MWh); a row a period balances the store.
`--exact` adds a binary at the periods whose price is negative, the only ones at which doing both at once can pay.
"""

import sys

import highspy
import numpy as np

from measure import Job, measure

EXACT = "--exact" in sys.argv


def columns_of(count: int, entries: list[tuple[np.ndarray, np.ndarray, float]]) -> tuple[np.ndarray, ...]:
    """Starts, row indices and values, column by column, of (column, row, value) entries."""
    column = np.concatenate([entry[0] for entry in entries])
    row = np.concatenate([entry[1] for entry in entries])
    value = np.concatenate([np.full(len(entry[0]), entry[2]) for entry in entries])
    order = np.argsort(column, kind="stable")
    starts = np.concatenate(([0], np.cumsum(np.bincount(column, minlength=count))))
    return starts.astype(np.int32), row[order].astype(np.int32), value[order]


def build(prices: list[float], job: Job) -> highspy.Highs:
    price = np.asarray(prices)
    h, periods = job.period_hours, len(prices)
    t = np.arange(periods)
    negative = np.flatnonzero(price < 0) if EXACT else np.arange(0)
    k = np.arange(len(negative))
    charge, discharge, stored, charging = t, periods + t, 2 * periods + t, 3 * periods + k
    columns, rows = 3 * periods + len(k), periods + 2 * len(k)

    lp = highspy.HighsLp()
    lp.num_col_, lp.num_row_ = columns, rows
    lp.sense_ = highspy.ObjSense.kMaximize
    lp.col_cost_ = np.concatenate((-h * price, h * price, np.zeros(periods + len(k))))
    least = np.zeros(columns)
    least[stored[-1]] = job.final_mwh
    lp.col_lower_ = least
    lp.col_upper_ = np.concatenate(
        [np.full(periods, most) for most in (job.charge_mw, job.discharge_mw, job.capacity_mwh)] + [np.ones(len(k))]
    )
    balance = np.zeros(periods)
    balance[0] = -job.initial_mwh
    # c - C b <= 0 and d + D b <= D
    lp.row_lower_ = np.concatenate((balance, np.full(2 * len(k), -highspy.kHighsInf)))
    lp.row_upper_ = np.concatenate((balance, np.zeros(len(k)), np.full(len(k), job.discharge_mw)))
    starts, index, value = columns_of(
        columns,
        [
            (charge, t, h * job.charge_efficiency),
            (discharge, t, -h / job.discharge_efficiency),
            (stored, t, -1.0),
            (stored[:-1], t[1:], 1.0),
            (charge[negative], periods + k, 1.0),
            (charging, periods + k, -job.charge_mw),
            (discharge[negative], periods + len(k) + k, 1.0),
            (charging, periods + len(k) + k, job.discharge_mw),
        ],
    )
    lp.a_matrix_.format_ = highspy.MatrixFormat.kColwise
    lp.a_matrix_.start_, lp.a_matrix_.index_, lp.a_matrix_.value_ = starts, index, value
    if EXACT:
        kinds = [highspy.HighsVarType.kContinuous] * (3 * periods)
        lp.integrality_ = kinds + [highspy.HighsVarType.kInteger] * len(k)

    solver = highspy.Highs()
    solver.setOptionValue("output_flag", False)
    solver.setOptionValue("mip_rel_gap", 1e-10)
    solver.setOptionValue("mip_abs_gap", 1e-8)
    if solver.passModel(lp) != highspy.HighsStatus.kOk:
        raise RuntimeError("HiGHS refuses the model")
    return solver


def solve(solver: highspy.Highs) -> float:
    solver.run()
    if solver.getModelStatus() != highspy.HighsModelStatus.kOptimal:
        raise RuntimeError(f"HiGHS ended with {solver.getModelStatus()}")
    return solver.getInfo().objective_function_value


if __name__ == "__main__":
    measure("HiGHS", "highspy", "raw matrix; binaries at negative prices only" if EXACT else "raw matrix", build, solve)
