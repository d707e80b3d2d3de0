//! Plans over a tree of gates, made anew as the day unfolds.

use super::risk::Risk;
use super::set::{ScenarioError, ScenarioSet};
use super::splitting::{Effort, Splitting, Warm, search};
use super::tree::{TreeProgram, TreeSchedule};

/// A tree programme that is solved again and again: at each gate, or whenever a forecast is better.
///
/// # The method
/// That of [`bid_curves`](super::bid_curves) with a curve for each node of the tree in place of one for all scenarios.
/// Quantities and multipliers are kept from one solution to the next: after a gate ([`Self::advance`]) those of the
/// scenarios that are still possible, over the periods that are left; with new prices ([`Self::revise`]) all. They are right at once
/// where nothing changed, and near where little did, so that a few rounds do; the bound is proven all the same.
///
/// # Cost
/// As [`bid_curves`](super::bid_curves): `O(S T n)` a round. `bench_scenarios` shows warm solutions beside cold ones.
///
/// ```
/// use optibid_engine::battery::{Model, Parameters};
/// use optibid_engine::scenario::{Effort, Risk, Rolling, ScenarioSet, TreeProgram};
///
/// let model = Model::new(Parameters { initial_mwh: 1.0, ..Parameters::new(1.0, 1.0, 1.0) })?;
/// // The first hour tells whether the second or the third will be dear.
/// let paths = vec![vec![10.0, 30.0, 90.0], vec![20.0, 80.0, 40.0]];
/// let tree = TreeProgram::new(model, ScenarioSet::equally_likely(paths)?, vec![0, 1], 2)?;
/// let mut day = Rolling::new(tree);
/// let plan = day.solve(Risk::NEUTRAL, Effort::default())?;
/// assert!((plan.expected - (90.0 + 80.0) / 2.0).abs() < 0.1);
/// // In the second hour there is a curve for each of the two nodes.
/// assert_eq!(plan.curves[1].len(), 2);
///
/// day.advance(&[10.5], 1.0)?;
/// let rest = day.solve(Risk::NEUTRAL, Effort::default())?;
/// assert!((rest.expected - 90.0).abs() < 0.1);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq)]
pub struct Rolling {
    tree: TreeProgram,
    warm: Option<Warm>,
}

impl Rolling {
    /// Nothing solved yet.
    #[must_use]
    pub const fn new(tree: TreeProgram) -> Self {
        Self { tree, warm: None }
    }

    /// The tree of what is left of the day.
    #[must_use]
    pub const fn tree(&self) -> &TreeProgram {
        &self.tree
    }

    /// The best plan on the tree, with a proven gap, from where the last solution left off.
    ///
    /// # Errors
    /// As [`bid_curves`](super::bid_curves).
    pub fn solve(&mut self, risk: Risk, effort: Effort) -> Result<TreeSchedule, ScenarioError> {
        effort.check()?;
        risk.check()?;
        let (model, set) = (self.tree.model(), self.tree.scenarios());
        let limits = self.tree.limits()?;
        let splitting = Splitting::new(model, set, &limits, effort.threads);
        let splitting = match &self.warm {
            Some(warm) => splitting.resume(warm),
            None => splitting,
        };
        let (schedules, bound, warm) = search(splitting, (set, &limits), (risk, effort))?;
        let plan = TreeSchedule::new((&limits, set), schedules, risk, bound);
        self.warm = Some(warm);
        Ok(plan)
    }

    /// Goes on to the next gate: `observed` are the prices of the stage that has passed, currency per MWh, `soc_mwh` what is
    /// stored now.
    ///
    /// # Errors
    /// As [`TreeProgram::advance`]; nothing is changed then.
    pub fn advance(&mut self, observed: &[f64], soc_mwh: f64) -> Result<(), ScenarioError> {
        let (tree, kept, from) = self.tree.rest(observed, soc_mwh)?;
        self.warm = self.warm.as_ref().map(|warm| warm.rest(&kept, from));
        self.tree = tree;
        Ok(())
    }

    /// Takes new price paths for what is left of the day, the successors of the present ones in their order: the same
    /// scenarios around a better forecast. The tree is grown anew over them.
    ///
    /// # Errors
    /// [`ScenarioError`] for another number of paths or periods; nothing is changed then.
    pub fn revise(&mut self, set: ScenarioSet) -> Result<(), ScenarioError> {
        let (length, wanted) = (set.paths().len(), self.tree.scenarios().paths().len());
        if length != wanted {
            let field = "scenarios";
            return Err(ScenarioError::Length {
                field,
                length,
                wanted,
            });
        }
        self.tree = self.tree.over(set)?;
        Ok(())
    }
}
