//! A battery's figures, prices and limits, as a linear programme needs them.

use super::linear::ProgramError;

/// A band of the store: how much energy it holds and what taking a MWh out of it costs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct DepthSegment {
    /// Energy it holds, MWh.
    pub mwh: f64,
    /// Wear, currency per MWh fed into the grid out of this band.
    pub cost: f64,
}

/// A limit to the energy fed into the grid over some periods.
#[derive(Clone, Debug, PartialEq)]
pub struct DischargeBudget {
    /// The periods it covers.
    pub periods: std::ops::Range<usize>,
    /// Most energy fed into the grid in them, MWh.
    pub mwh: f64,
}

/// What shall be stored at the end.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Target {
    /// Anything; worth nothing.
    Free,
    /// At least so many MWh, or there is no plan.
    AtLeast(f64),
    /// Every MWh missing to `mwh` costs `price`.
    Priced {
        /// Wanted energy, MWh.
        mwh: f64,
        /// Currency per MWh missing.
        price: f64,
    },
}

/// The battery, the prices and the limits. All vectors have one element a period.
#[derive(Clone, Debug, PartialEq)]
pub struct BatteryProgram {
    /// Currency per MWh.
    pub prices: Vec<f64>,
    /// Length of a period, hours.
    pub period_hours: f64,
    /// Most power drawn from the grid in each period, MW.
    pub charge_mw: Vec<f64>,
    /// Most power fed into the grid in each period, MW.
    pub discharge_mw: Vec<f64>,
    /// Least energy stored after each period, MWh.
    pub min_mwh: Vec<f64>,
    /// Most energy stored after each period, MWh.
    pub max_mwh: Vec<f64>,
    /// MWh stored per MWh drawn, in (0, 1].
    pub charge_efficiency: f64,
    /// MWh fed in per MWh taken from the store, in (0, 1].
    pub discharge_efficiency: f64,
    /// Fraction of the stored energy lost in an hour, in [0, 1).
    pub standing_loss_per_hour: f64,
    /// Energy stored at the start, MWh. With depth segments it fills the cheapest ones first.
    pub initial_mwh: f64,
    /// What shall be stored at the end.
    pub target: Target,
    /// Fee, currency per MWh drawn.
    pub charge_fee: f64,
    /// Fee and wear, currency per MWh fed in.
    pub discharge_fee: f64,
    /// Most change of net power between neighbouring periods, MW.
    pub ramp_mw: Option<f64>,
    /// Net power before the first period, MW fed into the grid; none leaves the first period free.
    pub initial_net_mw: Option<f64>,
    /// Bands of the store by rising cost; empty without wear by depth. They must hold the largest of `max_mwh`.
    pub depth: Vec<DepthSegment>,
    /// Limits to the energy fed in.
    pub budgets: Vec<DischargeBudget>,
}

impl BatteryProgram {
    /// Checks every field.
    pub(super) fn check(&self) -> Result<(), ProgramError> {
        let input = |field, value, rule| Err(ProgramError::Input { field, value, rule });
        if self.prices.is_empty() {
            return input("number of prices", 0.0, "at least 1");
        }
        let vectors = [
            ("charge_mw", &self.charge_mw),
            ("discharge_mw", &self.discharge_mw),
            ("min_mwh", &self.min_mwh),
            ("max_mwh", &self.max_mwh),
        ];
        for (field, vector) in vectors {
            if vector.len() != self.prices.len() {
                #[expect(clippy::cast_precision_loss, reason = "a count, for the message")]
                return input(
                    field,
                    vector.len() as f64,
                    "as many values as there are prices",
                );
            }
            if let Some(&value) = vector
                .iter()
                .find(|value| !(value.is_finite() && **value >= 0.0))
            {
                return input(field, value, "finite and not negative");
            }
        }
        if let Some(&value) = self.prices.iter().find(|value| !value.is_finite()) {
            return input("prices", value, "finite");
        }
        for (field, value) in [
            ("charge_efficiency", self.charge_efficiency),
            ("discharge_efficiency", self.discharge_efficiency),
        ] {
            if !(value > 0.0 && value <= 1.0) {
                return input(field, value, "above 0 and at most 1");
            }
        }
        if !(self.period_hours > 0.0 && self.period_hours.is_finite()) {
            return input("period_hours", self.period_hours, "above 0");
        }
        if !(0.0..1.0).contains(&self.standing_loss_per_hour) {
            return input(
                "standing_loss_per_hour",
                self.standing_loss_per_hour,
                "from 0 to below 1",
            );
        }
        self.check_coupling()
    }

    fn check_coupling(&self) -> Result<(), ProgramError> {
        let input = |field, value, rule| Err(ProgramError::Input { field, value, rule });
        let largest = self.max_mwh.iter().copied().fold(0.0, f64::max);
        let finite = [
            ("initial_mwh", self.initial_mwh),
            ("ramp_mw", self.ramp_mw.unwrap_or_default()),
        ];
        let bands = self
            .depth
            .iter()
            .flat_map(|band| [("depth mwh", band.mwh), ("depth cost", band.cost)]);
        let budgets = self.budgets.iter().map(|budget| ("budget mwh", budget.mwh));
        for (field, value) in finite.into_iter().chain(bands).chain(budgets) {
            if !(value >= 0.0 && value.is_finite()) {
                return input(field, value, "finite and not negative");
            }
        }
        if let Target::Priced { price, .. } = self.target
            && !(price >= 0.0 && price.is_finite())
        {
            return input("target price", price, "finite and not negative");
        }
        for budget in &self.budgets {
            if budget.periods.end > self.prices.len() {
                #[expect(
                    clippy::cast_precision_loss,
                    reason = "a period's number, for the message"
                )]
                return input(
                    "end of a budget",
                    budget.periods.end as f64,
                    "within the prices",
                );
            }
        }
        if self.depth.is_empty() {
            return Ok(());
        }
        let held: f64 = self.depth.iter().map(|band| band.mwh).sum();
        if held + 1e-9 < largest.max(self.initial_mwh) {
            return input(
                "sum of depth mwh",
                held,
                "at least the largest max_mwh and initial_mwh",
            );
        }
        match self
            .depth
            .iter()
            .zip(self.depth.iter().skip(1))
            .find(|(a, b)| a.cost > b.cost)
        {
            Some((_, band)) => input(
                "depth cost",
                band.cost,
                "no less than that of the band before",
            ),
            None => Ok(()),
        }
    }
}
