//! Battery optimisation, price forecasts, offer curves and backtests for OptiBid.
