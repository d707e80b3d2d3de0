//! Exclusive schedules: branching over the periods that do both at once.

use super::super::error::{Side, SolveError};
use super::super::horizon::Horizon;
use super::super::method::Method;
use super::super::model::Model;
use super::chain::Chain;
use super::exclusive::guide;
use super::recovery::Site;
use super::relaxation::{Relaxation, relax};

/// Powers below this are rounding, MW.
const NOTHING: f64 = 1e-9;
/// Most relaxations solved before the gap is reported as it is.
const MOST_NODES: usize = 100;

/// A relaxation with some directions forbidden.
#[derive(Clone, Debug)]
struct Node {
    forbidden: Vec<(usize, Side)>,
    relaxation: Relaxation,
}

/// The search.
struct Search<'a> {
    model: &'a Model,
    horizon: &'a Horizon<'a>,
    chain: &'a Chain,
    total_mwh: f64,
    relative: f64,
    nodes: usize,
    incumbent: Option<Relaxation>,
    /// A bound from the exact recursion.
    ceiling: f64,
}

/// The best schedule that never charges and discharges at once, from the relaxation of all of them.
///
/// A first schedule imitates the exact recursion under the shadow prices found, which gives a bound too. Then best bound first:
/// the period that does most of both is forbidden one of the two in each branch.
///
/// # Errors
/// [`SolveError::NotFound`] when the node limit comes before any exclusive schedule.
pub(super) fn exclusive(
    site: Site<'_>,
    chain: &Chain,
    root: Relaxation,
    limits: (f64, f64),
) -> Result<Relaxation, SolveError> {
    let mut search = Search {
        model: site.model,
        horizon: site.horizon,
        chain,
        total_mwh: limits.0,
        relative: limits.1,
        nodes: 0,
        incumbent: None,
        ceiling: root.bound,
    };
    let root = Node {
        forbidden: Vec::new(),
        relaxation: root,
    };
    search.imitate(site, &root)?;
    if search.ceiling > search.enough() {
        search.dive(&root)?;
    }
    let mut open = vec![root];
    let mut left = f64::NEG_INFINITY;
    while let Some(node) = take_best(&mut open) {
        if node.relaxation.bound.min(search.ceiling) <= search.enough() {
            left = node.relaxation.bound;
            break;
        }
        if search.nodes >= MOST_NODES {
            left = node.relaxation.bound;
            break;
        }
        let Some((period, _)) = search.conflicts(&node.relaxation).first().copied() else {
            continue;
        };
        for side in [Side::Charge, Side::Discharge] {
            let child = search.child(&node, &[(period, side)])?;
            open.extend(child.filter(|child| child.relaxation.bound > search.enough()));
        }
    }
    let (nodes, ceiling) = (search.nodes, search.ceiling);
    let mut best = search.incumbent.ok_or(SolveError::NotFound { nodes })?;
    best.bound = left.min(ceiling).max(best.objective);
    Ok(best)
}

impl Search<'_> {
    /// A bound no higher than this is not worth following.
    fn enough(&self) -> f64 {
        let best = self.incumbent.as_ref();
        best.map_or(f64::NEG_INFINITY, |best| {
            best.objective + self.relative * best.objective.abs().max(1.0)
        })
    }

    /// Periods that do both, the worst first, and what each does less of.
    fn conflicts(&self, relaxation: &Relaxation) -> Vec<(usize, Side)> {
        let schedule = &relaxation.schedule;
        let p = self.model.parameters();
        let mut both: Vec<(f64, usize, Side)> = Vec::new();
        let powers = schedule.charge_mw.iter().zip(&schedule.discharge_mw);
        for (period, (&charge, &discharge)) in powers.enumerate() {
            let less = charge.min(discharge);
            if less > NOTHING {
                let stored = charge * p.charge_efficiency - discharge / p.discharge_efficiency;
                let lesser = if stored >= 0.0 {
                    Side::Discharge
                } else {
                    Side::Charge
                };
                both.push((less, period, lesser));
            }
        }
        both.sort_by(|one, other| other.0.total_cmp(&one.0));
        both.into_iter()
            .map(|(_, period, side)| (period, side))
            .collect()
    }

    /// Asks the exact recursion for a bound, and for directions that make a first schedule.
    fn imitate(&mut self, site: Site<'_>, root: &Node) -> Result<(), SolveError> {
        let guide = match guide(site, self.chain, self.total_mwh, &root.relaxation) {
            Ok(guide) => guide,
            // The linear bound remains.
            Err(SolveError::TooManyPieces { .. }) => return Ok(()),
            Err(error) => return Err(error),
        };
        self.ceiling = self.ceiling.min(guide.bound);
        self.child(root, &guide.forbidden)?;
        Ok(())
    }

    /// Forbids until nothing conflicts.
    fn dive(&mut self, root: &Node) -> Result<(), SolveError> {
        let mut node = root.clone();
        while self.nodes < MOST_NODES {
            let conflicts = self.conflicts(&node.relaxation);
            if conflicts.is_empty() {
                return Ok(());
            }
            match self.child(&node, &conflicts)? {
                Some(child) => node = child,
                None => return Ok(()),
            }
        }
        Ok(())
    }

    /// Solves a node with more forbidden; none if that leaves no schedule.
    fn child(&mut self, parent: &Node, more: &[(usize, Side)]) -> Result<Option<Node>, SolveError> {
        self.nodes += 1;
        let mut forbidden = parent.forbidden.clone();
        forbidden.extend_from_slice(more);
        let limits = |side: Side, limit: &dyn Fn(usize) -> f64| -> Vec<f64> {
            let mut limits: Vec<f64> = (0..self.horizon.periods()).map(limit).collect();
            for (period, _) in forbidden.iter().filter(|entry| entry.1 == side) {
                if let Some(limit) = limits.get_mut(*period) {
                    *limit = 0.0;
                }
            }
            limits
        };
        let charge = limits(Side::Charge, &|t| self.horizon.charge_limit(self.model, t));
        let discharge = limits(Side::Discharge, &|t| {
            self.horizon.discharge_limit(self.model, t)
        });
        let horizon = self
            .horizon
            .with_charge_limits(&charge)
            .with_discharge_limits(&discharge);
        let site = Site {
            model: self.model,
            horizon: &horizon,
        };
        if horizon.check(self.model, Method::Relaxed).is_err() {
            return Ok(None);
        }
        let mut chain = self.chain.clone();
        for (period, _) in &forbidden {
            chain.renew(self.model, &horizon, *period);
        }
        let relaxation = match relax(site, &chain, self.total_mwh, self.relative) {
            Ok(relaxation) => relaxation,
            Err(SolveError::BudgetUnreachable { .. }) => return Ok(None),
            Err(error) => return Err(error),
        };
        let best = self.incumbent.as_ref();
        let better = best.is_none_or(|best| relaxation.objective > best.objective);
        if better && relaxation.schedule.simultaneous(NOTHING) == 0 {
            self.incumbent = Some(relaxation.clone());
        }
        Ok(Some(Node {
            forbidden,
            relaxation,
        }))
    }
}

fn take_best(open: &mut Vec<Node>) -> Option<Node> {
    let best = (0..open.len()).max_by(|&one, &other| {
        let bound = |index: usize| open.get(index).map_or(0.0, |node| node.relaxation.bound);
        bound(one).total_cmp(&bound(other))
    })?;
    Some(open.swap_remove(best))
}
