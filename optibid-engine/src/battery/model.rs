//! The battery: its limits, losses and costs, checked once.

use super::error::ModelError;

/// Nothing real comes near it, and products of what is smaller stay finite.
pub(super) const LARGEST: f64 = 1e12;

/// What must be stored at the end of the horizon.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Terminal {
    /// Anything within the limits; energy left over is worth nothing.
    Free,
    /// At least this many MWh; energy above it is worth nothing.
    AtLeast(f64),
    /// A target that may be missed at a price; energy above it is worth nothing.
    Priced {
        /// The energy wanted at the end, MWh.
        target_mwh: f64,
        /// What each MWh missing at the end costs, currency per MWh, not negative.
        shortfall_per_mwh: f64,
    },
    /// Anything within the limits; each MWh left over is worth this much, currency per MWh (a cost if negative).
    Worth {
        /// Currency per MWh left in the store.
        per_mwh: f64,
    },
}

/// The unchecked description of a battery, handed to [`Model::new`].
///
/// Power is measured at the grid connection, energy inside the store.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Parameters {
    /// Most power drawn from the grid, MW.
    pub charge_mw: f64,
    /// Most power fed into the grid, MW.
    pub discharge_mw: f64,
    /// Least energy stored after any period, MWh.
    pub min_mwh: f64,
    /// Most energy stored after any period, MWh.
    pub max_mwh: f64,
    /// MWh stored per MWh drawn from the grid, in (0, 1].
    pub charge_efficiency: f64,
    /// MWh fed into the grid per MWh taken from the store, in (0, 1].
    pub discharge_efficiency: f64,
    /// Energy stored at the start, MWh.
    pub initial_mwh: f64,
    /// What must be stored at the end.
    pub terminal: Terminal,
    /// Wear, in currency per MWh **fed into the grid** (grid-side discharge, after the discharge loss). A cost quoted
    /// per MWh taken from the store is divided by `discharge_efficiency` first.
    pub degradation_per_mwh: f64,
    /// Grid fee and other charges paid on top of the price for every MWh drawn from the grid, not negative.
    pub charge_fee_per_mwh: f64,
    /// Grid fee and other charges paid for every MWh fed into the grid, not negative.
    pub discharge_fee_per_mwh: f64,
    /// Fraction of the stored energy lost in an hour, in [0, 1). Over a period of `h` hours the energy present at its
    /// start shrinks by the factor `(1 - loss)^h`; energy charged in the period is not touched before the next one.
    pub standing_loss_per_hour: f64,
    /// Length of every period, hours (0.25 for a quarter hour).
    pub period_hours: f64,
}

impl Parameters {
    /// A battery without losses and costs: one power both ways in MW, 0 to `capacity_mwh` MWh of store, empty at the start,
    /// free at the end. What differs is named in front of it:
    ///
    /// ```
    /// use optibid_engine::battery::Parameters;
    ///
    /// let quarter_hours = Parameters {
    ///     charge_efficiency: 0.95,
    ///     ..Parameters::new(1.0, 2.0, 0.25)
    /// };
    /// assert_eq!(quarter_hours.discharge_efficiency, 1.0);
    /// ```
    #[must_use]
    pub const fn new(power_mw: f64, capacity_mwh: f64, period_hours: f64) -> Self {
        Self {
            charge_mw: power_mw,
            discharge_mw: power_mw,
            min_mwh: 0.0,
            max_mwh: capacity_mwh,
            charge_efficiency: 1.0,
            discharge_efficiency: 1.0,
            initial_mwh: 0.0,
            terminal: Terminal::Free,
            degradation_per_mwh: 0.0,
            charge_fee_per_mwh: 0.0,
            discharge_fee_per_mwh: 0.0,
            standing_loss_per_hour: 0.0,
            period_hours,
        }
    }
}

/// A battery whose parameters have been checked.
///
/// ```
/// use optibid_engine::battery::{Model, Parameters};
///
/// let parameters = Parameters {
///     charge_efficiency: 0.95, discharge_efficiency: 0.95,
///     ..Parameters::new(1.0, 2.0, 1.0)
/// };
/// assert!(Model::new(parameters).is_ok());
/// let error = Model::new(Parameters { initial_mwh: 3.0, ..parameters }).unwrap_err();
/// assert_eq!(error.to_string(), "initial_mwh is 3, but must be between min_mwh 0 and max_mwh 2");
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Model {
    parameters: Parameters,
    retention: f64,
    /// A shadow price on top of the wear, currency per MWh fed into the grid; no part of what a schedule earns.
    discharge_tax: f64,
}

impl Model {
    /// Checks the parameters.
    ///
    /// # Errors
    /// [`ModelError`] for the first field that is NaN, infinite, negative, outside its range, or at odds with another. Powers,
    /// energies and costs end at 1e12, so that no sum overflows.
    pub fn new(parameters: Parameters) -> Result<Self, ModelError> {
        let p = &parameters;
        for (field, value) in [
            ("charge_mw", p.charge_mw),
            ("discharge_mw", p.discharge_mw),
            ("min_mwh", p.min_mwh),
            ("max_mwh", p.max_mwh),
            ("degradation_per_mwh", p.degradation_per_mwh),
            ("charge_fee_per_mwh", p.charge_fee_per_mwh),
            ("discharge_fee_per_mwh", p.discharge_fee_per_mwh),
        ] {
            check(field, value, (0.0..=LARGEST).contains(&value), || {
                "between 0 and 1e12".into()
            })?;
        }
        check("max_mwh", p.max_mwh, p.max_mwh >= p.min_mwh, || {
            format!("at least min_mwh {}", p.min_mwh)
        })?;
        for (field, value) in [
            ("charge_efficiency", p.charge_efficiency),
            ("discharge_efficiency", p.discharge_efficiency),
        ] {
            check(field, value, (1e-6..=1.0).contains(&value), || {
                "above 0 (at least 1e-6) and at most 1".into()
            })?;
        }
        check(
            "standing_loss_per_hour",
            p.standing_loss_per_hour,
            (0.0..1.0).contains(&p.standing_loss_per_hour),
            || "at least 0 and below 1".into(),
        )?;
        let period = p.period_hours;
        check(
            "period_hours",
            period,
            (1e-6..=1e6).contains(&period),
            || "above 0 (at least 1e-6) and at most 1e6".into(),
        )?;
        let retention = (1.0 - p.standing_loss_per_hour).powf(period);
        check(
            "standing_loss_per_hour",
            p.standing_loss_per_hour,
            retention > 1e-9,
            || "such that a period leaves more than 1e-9 of the stored energy".into(),
        )?;
        let within = |value: f64| (p.min_mwh..=p.max_mwh).contains(&value);
        let range = || format!("between min_mwh {} and max_mwh {}", p.min_mwh, p.max_mwh);
        check("initial_mwh", p.initial_mwh, within(p.initial_mwh), range)?;
        p.terminal.check(within, range)?;
        Ok(Self {
            parameters,
            retention,
            discharge_tax: 0.0,
        })
    }

    /// The parameters as they were given.
    #[must_use]
    pub fn parameters(&self) -> &Parameters {
        &self.parameters
    }

    /// The fraction of the energy present at the start of a period that is left at its end, in (0, 1].
    #[must_use]
    pub fn retention(&self) -> f64 {
        self.retention
    }

    /// The least energy that must be stored at the end, MWh.
    #[must_use]
    pub fn least_final_mwh(&self) -> f64 {
        match self.parameters.terminal {
            Terminal::AtLeast(target) => target,
            Terminal::Free | Terminal::Priced { .. } | Terminal::Worth { .. } => {
                self.parameters.min_mwh
            }
        }
    }

    /// What the terminal pays for `final_mwh` MWh left in the store, currency: part of the objective beside
    /// [`Schedule::earnings`](super::Schedule::earnings). Zero for a terminal without a price.
    #[must_use]
    pub fn terminal_value(&self, final_mwh: f64) -> f64 {
        match self.parameters.terminal {
            Terminal::Free | Terminal::AtLeast(_) => 0.0,
            Terminal::Priced {
                target_mwh,
                shortfall_per_mwh,
            } => -shortfall_per_mwh * (target_mwh - final_mwh).max(0.0),
            Terminal::Worth { per_mwh } => per_mwh * final_mwh,
        }
    }

    /// What a MWh moved in a period at `price` costs when drawn from the grid and earns when fed into it: fees and
    /// wear included, currency per MWh at the grid.
    pub(super) fn grid_prices(&self, price: f64) -> (f64, f64) {
        let p = &self.parameters;
        (
            price + p.charge_fee_per_mwh,
            price - p.degradation_per_mwh - p.discharge_fee_per_mwh,
        )
    }

    /// The same battery where each MWh fed into the grid costs `tax` more in the eyes of the recursion.
    pub(super) fn taxed(self, tax: f64) -> Self {
        Self {
            discharge_tax: tax,
            ..self
        }
    }

    pub(super) fn discharge_tax(&self) -> f64 {
        self.discharge_tax
    }

    /// How far energies may miss a limit through rounding, MWh.
    pub(super) fn tolerance(&self) -> f64 {
        1e-9 * self.parameters.max_mwh.max(1.0)
    }
}

impl Terminal {
    fn check(
        self,
        within: impl Fn(f64) -> bool,
        range: impl FnOnce() -> String,
    ) -> Result<(), ModelError> {
        match self {
            Self::Free => Ok(()),
            Self::AtLeast(target) => check("terminal", target, within(target), range),
            Self::Priced {
                target_mwh,
                shortfall_per_mwh: price,
            } => {
                check("terminal.target_mwh", target_mwh, within(target_mwh), range)?;
                let allowed = (0.0..=LARGEST).contains(&price);
                check("terminal.shortfall_per_mwh", price, allowed, || {
                    "between 0 and 1e12".into()
                })
            }
            Self::Worth { per_mwh } => {
                let allowed = (-LARGEST..=LARGEST).contains(&per_mwh);
                check("terminal.per_mwh", per_mwh, allowed, || {
                    "between -1e12 and 1e12".into()
                })
            }
        }
    }
}

fn check(
    field: &'static str,
    value: f64,
    holds: bool,
    rule: impl FnOnce() -> String,
) -> Result<(), ModelError> {
    if holds {
        Ok(())
    } else {
        Err(ModelError {
            field,
            value,
            rule: rule(),
        })
    }
}
