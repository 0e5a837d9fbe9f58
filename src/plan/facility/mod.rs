//! Which facilities to open, and whom each serves.
//!
//! `min Σ F_s y_s + Σ a_sj x_sj`, with every customer served in full (`Σ_s x_sj = 1`) by facilities that
//! are open (`x_sj <= y_s`) within their capacity (`Σ_j d_j x_sj <= C_s y_s`). Customers may be split among
//! facilities, unless the file says `single_source`.
//!
//! The program is large and of a known kind, so it has a search of its own. Lagrangian relaxation of the
//! serving rows gives the bound (Geoffrion 1974; for locations with capacities: Christofides and Beasley
//! 1983, *European Journal of Operational Research* 12, 19-28) and says which facilities are surely open or
//! closed; for a set of open facilities the transportation problem is solved exactly; what stays undecided
//! is branched on.

mod knapsack;
mod lagrangian;
mod rebuild;
mod search;
mod single;
mod transport;

use super::instance::Facility;
use super::solver::{Backend, Column, Limits, Plan, Problem, Row, Solution, Status};

/// An assignment that was solved.
#[derive(Debug, Clone)]
pub struct Solved {
    /// What is known.
    pub solution: Solution,
    /// The plan, read back.
    pub assignment: Option<Assignment>,
}

/// Who serves whom.
#[derive(Debug, Clone, PartialEq)]
pub struct Assignment {
    /// Whether each facility is open.
    pub open: Vec<bool>,
    /// For each customer: facilities with the share of its demand that they serve.
    pub serves: Vec<Vec<(usize, f64)>>,
}

impl Assignment {
    /// Returns the demand that a facility serves.
    pub fn load(&self, plan: &Facility, site: usize) -> f64 {
        let shares = self
            .serves
            .iter()
            .zip(&plan.demands)
            .flat_map(|(serves, customer)| {
                serves
                    .iter()
                    .map(|&(s, share)| (s, share * customer.demand))
            });
        shares
            .filter(|(s, _)| *s == site)
            .map(|(_, demand)| demand)
            .sum()
    }

    /// Returns the cost of opening and serving.
    pub fn cost(&self, plan: &Facility) -> f64 {
        let opening = plan.sites.iter().zip(&self.open).filter(|(_, open)| **open);
        let opening: f64 = opening.map(|(site, _)| site.open_cost).sum();
        let serving = self
            .serves
            .iter()
            .zip(&plan.demands)
            .flat_map(|(serves, customer)| {
                serves.iter().map(|&(s, share)| share * customer.cost[s])
            });
        opening + serving.sum::<f64>()
    }

    /// Returns the values of the variables of [`program`].
    fn point(&self, plan: &Facility) -> Vec<f64> {
        let sites = plan.sites.len();
        let mut x: Vec<f64> = self
            .open
            .iter()
            .map(|open| f64::from(u8::from(*open)))
            .collect();
        x.resize(sites + sites * plan.demands.len(), 0.0);
        for (j, serves) in self.serves.iter().enumerate() {
            for &(s, share) in serves {
                x[sites + j * sites + s] += share;
            }
        }
        x
    }
}

/// Writes the assignment as a mixed-integer program: openings first, then shares by customer and
/// facility.
pub fn program(plan: &Facility) -> Problem {
    let mut problem = Problem::default();
    for (s, site) in plan.sites.iter().enumerate() {
        problem.column(Column::whole(format!("open[{}]", site.id), site.open_cost, 1.0).at(0, s));
    }
    let sites = plan.sites.len();
    let share = |j: usize, s: usize| sites + j * sites + s;
    for (j, customer) in plan.demands.iter().enumerate() {
        for (s, site) in plan.sites.iter().enumerate() {
            let name = format!("serve[{},{}]", site.id, customer.id);
            let column = Column {
                upper: 1.0,
                integer: plan.single_source,
                ..Column::real(name, customer.cost[s])
            };
            problem.column(column.at(1, j));
        }
        let all = (0..sites).map(|s| (share(j, s), 1.0));
        problem.row(Row::new(format!("served[{}]", customer.id), all, 1.0, 1.0));
    }
    for (s, site) in plan.sites.iter().enumerate() {
        for (j, customer) in plan.demands.iter().enumerate() {
            let name = format!("link[{},{}]", site.id, customer.id);
            problem.row(Row::new(
                name,
                [(share(j, s), 1.0), (s, -1.0)],
                f64::NEG_INFINITY,
                0.0,
            ));
        }
        let load = plan
            .demands
            .iter()
            .enumerate()
            .map(|(j, customer)| (share(j, s), customer.demand));
        let terms: Vec<_> = load.chain([(s, -site.capacity)]).collect();
        problem.row(Row::new(
            format!("capacity[{}]", site.id),
            terms,
            f64::NEG_INFINITY,
            0.0,
        ));
    }
    problem
}

/// Finds whom to open, and checks the plan against the program.
pub fn solve(plan: &Facility, backend: &dyn Backend, limits: &Limits<'_>) -> Solved {
    let (solution, assignment) = search::run(plan, backend, limits);
    let Some(assignment) = assignment else {
        return Solved {
            solution,
            assignment: None,
        };
    };
    match program(plan).rounded(&assignment.point(plan)) {
        Some((x, checked)) => {
            let objective = checked.objective;
            let plan = Some(Plan {
                x,
                objective,
                violation: checked.violation,
            });
            let bound = solution.bound.min(objective);
            Solved {
                solution: Solution {
                    plan,
                    bound,
                    ..solution
                },
                assignment: Some(assignment),
            }
        }
        None => Solved {
            solution: Solution {
                status: Status::Failed("its plan does not pass the re-check".to_owned()),
                ..solution
            },
            assignment: None,
        },
    }
}
