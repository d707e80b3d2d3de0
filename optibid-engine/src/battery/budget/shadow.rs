//! Shadow prices of the limits, from an optimal schedule.
//!
//! By complementary slackness the prices `w_t` of stored energy and `q_j` of discharging in group `j` are optimal for the dual
//! programme if and only if, with `b_t` the cost of a stored MWh and `a_t` the revenue of a MWh at the grid,
//!
//! ```text
//! w_t <= b_t where charging could be more            w_t >= b_t where it could be less
//! w_t <= (a_t - q_j) e_d where discharging is used   w_t >= (a_t - q_j) e_d where it could be more
//! w_t <= r w_(t+1) where less could be stored        w_t >= r w_(t+1) where more could be
//! q_j >= q, equal where the group's limit is slack;  q >= 0, equal where the limit on the whole horizon is slack
//! ```
//!
//! In `w` and `-q` each condition bounds one unknown from above by a rising function of one other. Such a system has a greatest
//! solution, found by lowering whatever is too high until nothing is: it has the least `q_j` of all optimal ones, which is what
//! one MWh **more** of the limit is worth. The unknowns form a chain, so a few sweeps forth and back suffice.

use super::super::schedule::Schedule;
use super::chain::Chain;
use super::recovery::Site;

/// Most sweeps: far more than the chain needs, and a limit to how far contradictions of rounding can drift.
const MOST_SWEEPS: usize = 60;
/// Powers and energies nearer to a limit than this are at it, MW and MWh.
const NEAR: f64 = 1e-9;

/// What one MWh more of each group's limit, and of the limit on the whole horizon, is worth, currency.
pub(super) fn prices(
    site: Site<'_>,
    chain: &Chain,
    total_mwh: f64,
    schedule: &Schedule,
) -> (Vec<f64>, f64) {
    let mut system = System::new(site, chain, schedule);
    system.total_binds = schedule.discharged_mwh(site.model) >= total_mwh - NEAR;
    for _ in 0..MOST_SWEEPS {
        let before = system.lowered;
        for period in 0..system.periods.len() {
            system.lower(period);
        }
        for period in (0..system.periods.len()).rev() {
            system.lower(period);
        }
        if system.lowered - before <= 1e-9 * chain.field.scale() {
            break;
        }
    }
    let total = system.total;
    let groups = system.groups.iter();
    let prices = groups.map(|group| (total - group.price).max(0.0)).collect();
    (prices, (-total).max(0.0))
}

/// What bounds the price of stored energy in a period.
struct Period {
    /// Energy price: the unknown, currency per MWh.
    stored: f64,
    /// The group it is in.
    group: usize,
    /// Revenue of a MWh at the grid.
    sold: f64,
    discharges: bool,
    could_discharge: bool,
    /// Whether less, and more, could be stored after the period.
    less: bool,
    more: bool,
}

struct Group {
    /// Minus the price on discharging: the unknown.
    price: f64,
    binds: bool,
}

struct System {
    periods: Vec<Period>,
    groups: Vec<Group>,
    /// Minus the price on all discharging: the unknown.
    total: f64,
    total_binds: bool,
    efficiency: f64,
    retention: f64,
    /// By how much prices were lowered so far, in all.
    lowered: f64,
}

impl System {
    fn new(site: Site<'_>, chain: &Chain, schedule: &Schedule) -> Self {
        let (model, horizon) = (site.model, site.horizon);
        let p = model.parameters();
        let mut periods = Vec::with_capacity(horizon.periods());
        let mut groups = Vec::with_capacity(chain.groups.len());
        for (index, group) in chain.groups.iter().enumerate() {
            let fed_in = schedule.discharged_within(model, group.periods.clone());
            groups.push(Group {
                price: 0.0,
                binds: fed_in >= group.limit - NEAR,
            });
            for t in group.periods.clone() {
                let of = |values: &[f64]| values.get(t).copied().unwrap_or_default();
                let (charge, discharge) = (of(&schedule.charge_mw), of(&schedule.discharge_mw));
                let (bought, sold) = model.grid_prices(horizon.price(t));
                let (least, most) = horizon.soc_after(model, t);
                let soc = of(&schedule.soc_mwh);
                let mut stored = chain.field.highest;
                if charge < horizon.charge_limit(model, t) - NEAR {
                    stored = bought / p.charge_efficiency;
                }
                if t + 1 == horizon.periods() && soc > horizon.final_range(model).0 + NEAR {
                    stored = stored.min(chain.final_slope(soc - NEAR));
                }
                periods.push(Period {
                    stored,
                    group: index,
                    sold,
                    discharges: discharge > NEAR,
                    could_discharge: discharge < horizon.discharge_limit(model, t) - NEAR,
                    less: soc > least + NEAR,
                    more: soc < most - NEAR,
                });
            }
        }
        Self {
            periods,
            groups,
            total: 0.0,
            total_binds: false,
            efficiency: p.discharge_efficiency,
            retention: model.retention(),
            lowered: 0.0,
        }
    }

    /// Lowers what a period bounds.
    fn lower(&mut self, t: usize) {
        let (before, rest) = self.periods.split_at_mut(t);
        let Some((period, after)) = rest.split_first_mut() else {
            return;
        };
        let Some(group) = self.groups.get_mut(period.group) else {
            return;
        };
        let mut lowered = 0.0;
        let mut bound = |price: &mut f64, by: f64| {
            if by < *price {
                lowered += *price - by;
                *price = by;
            }
        };
        if let (true, Some(next)) = (period.less, after.first()) {
            bound(&mut period.stored, self.retention * next.stored);
        }
        if let Some(last) = before.last().filter(|last| last.more) {
            bound(&mut period.stored, last.stored / self.retention);
        }
        if period.discharges {
            bound(
                &mut period.stored,
                (period.sold + group.price) * self.efficiency,
            );
        }
        if period.could_discharge {
            bound(
                &mut group.price,
                period.stored / self.efficiency - period.sold,
            );
        }
        bound(&mut group.price, self.total);
        if !group.binds && self.total_binds {
            bound(&mut self.total, group.price);
        }
        if !group.binds {
            // What rounding says a slack limit is worth.
            group.price = self.total;
        }
        self.lowered += lowered;
    }
}
