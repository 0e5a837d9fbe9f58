//! One weight at a time: the ranking as a criterion's share among its siblings goes from nothing to
//! everything.
//!
//! The others keep their proportions. Every frame is a full run of the pipeline, so methods that are no
//! weighted sums, vetoes and scripts count as in any other run.

use super::{RankedPlace, explain, score};
use crate::model::{NodeIx, Weights};
use crate::num::float;
use crate::project::Project;

/// The rankings at other shares of one criterion.
#[derive(Debug, Clone, PartialEq)]
pub struct Sweep {
    /// The criterion.
    pub criterion: NodeIx,
    /// Position of the frame at the share in force.
    pub now: usize,
    /// The rankings, by rising share.
    pub frames: Vec<Frame>,
}

/// The ranking at one share.
#[derive(Debug, Clone, PartialEq)]
pub struct Frame {
    /// The criterion's share among its siblings, 0 to 1.
    pub share: f64,
    /// Ranked places: by rank, then id.
    pub ranking: Vec<RankedPlace>,
    /// For each of them, what each pillar adds to its score; empty where scores are no sums.
    pub parts: Vec<Vec<f64>>,
}

impl Sweep {
    /// Returns the lowest and highest share, around the one in force, at which the same places are first.
    pub fn first_stays(&self) -> (f64, f64) {
        let first = |frame: &Frame| first_places(frame);
        let same = |frame: &&Frame| first(frame) == first(&self.frames[self.now]);
        let below = self.frames[..self.now].iter().rev().take_while(same);
        let above = self.frames[self.now..].iter().take_while(same);
        let now = self.frames[self.now].share;
        (
            below.last().map_or(now, |frame| frame.share),
            above.last().map_or(now, |frame| frame.share),
        )
    }
}

/// Returns the places of rank 1.
pub fn first_places(frame: &Frame) -> Vec<usize> {
    let best = frame.ranking.first().map(|ranked| ranked.rank.to_bits());
    let first = frame.ranking.iter();
    first
        .take_while(|ranked| Some(ranked.rank.to_bits()) == best)
        .map(|ranked| ranked.place)
        .collect()
}

/// Returns the criteria of an index that have siblings, in reading order, with their depth.
pub fn movable(project: &Project, index: usize) -> Vec<(usize, NodeIx)> {
    let tree = &project.tree;
    let has_siblings = |at: NodeIx| parent(project, index, at).is_some();
    let all = tree.downward(project.indices[index].root).into_iter();
    all.filter(|&(depth, at)| depth > 0 && has_siblings(at))
        .map(|(depth, at)| (depth - 1, at))
        .collect()
}

/// Sweeps a criterion over `steps` equal steps from 0 to 1, and the share in force.
///
/// Frames in which scoring fails (a policy that refuses missing figures, for example) are left out; a
/// criterion without siblings, or one whose share cannot be moved, gives `None`.
pub fn sweep(project: &Project, index: usize, criterion: NodeIx, steps: usize) -> Option<Sweep> {
    let (parent, position) = parent(project, index, criterion)?;
    let shares = project.indices[index].shares[parent.0].as_ref()?;
    let in_force = shares.as_slice()[position];
    let mut at: Vec<f64> = (0..=steps)
        .map(|step| step as f64 / steps as f64)
        .filter(|share| (share - in_force).abs() > 1e-9)
        .collect();
    at.push(in_force);
    at.sort_by(f64::total_cmp);
    let mut changed = project.clone();
    let mut frames = vec![];
    for share in at {
        let moved = rescaled(shares.as_slice(), position, share)?;
        // The share in force keeps its weights to the last bit, so that its frame is the ranking itself.
        let kept = share.to_bits() == in_force.to_bits();
        changed.indices[index].shares[parent.0] = Some(if kept { shares.clone() } else { moved });
        frames.extend(frame(&changed, index, share));
    }
    let now = frames
        .iter()
        .position(|frame| frame.share.to_bits() == in_force.to_bits())?;
    Some(Sweep {
        criterion,
        now,
        frames,
    })
}

/// Finds the branch whose children a criterion is one of, and its position among them.
fn parent(project: &Project, index: usize, criterion: NodeIx) -> Option<(NodeIx, usize)> {
    let below = project.tree.downward(project.indices[index].root);
    below.into_iter().find_map(|(_, at)| {
        let children = &project.tree.node(at).children;
        let position = children.iter().position(|&child| child == criterion)?;
        (children.len() > 1).then_some((at, position))
    })
}

/// Gives one sibling a share and the others the rest, in proportion; equally, if they had none.
fn rescaled(shares: &[f64], position: usize, share: f64) -> Option<Weights> {
    let others = float::sum(
        shares
            .iter()
            .enumerate()
            .filter(|(at, _)| *at != position)
            .map(|(_, s)| *s),
    );
    let moved: Vec<f64> = shares
        .iter()
        .enumerate()
        .map(|(at, old)| match (at == position, others > 0.0) {
            (true, _) => share,
            (false, true) => old / others * (1.0 - share),
            (false, false) => (1.0 - share) / (shares.len() - 1) as f64,
        })
        .collect();
    Weights::new(&moved).ok()
}

fn frame(project: &Project, index: usize, share: f64) -> Option<Frame> {
    let scoreboard = score(project).ok()?;
    let board = &scoreboard.boards[index];
    let index = &project.indices[index];
    let pillars = &project.tree.node(index.root).children;
    let additive = explain::additive(project, index);
    let sums = !pillars.is_empty() && pillars.iter().all(|at| additive[at.0]);
    let parts = |ranked: &RankedPlace| {
        let parts = explain::contributions(project, index, board, ranked.place);
        let pillar = |at: &NodeIx| parts[at.0].contribution.unwrap_or(0.0);
        pillars.iter().map(pillar).collect()
    };
    Some(Frame {
        share,
        parts: if sums {
            board.ranking.iter().map(parts).collect()
        } else {
            vec![]
        },
        ranking: board.ranking.clone(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::{Request, load};
    use crate::sources::memory::MemorySources;

    fn project() -> Project {
        let sources = MemorySources::default()
            .with(
                "exacity.toml",
                "[project]\nname = \"t\"\n[data]\nmatrix = { file = \"m.csv\", id = \"id\", name = \"id\" }\n\
                 [[criteria]]\nid = \"a\"\nindicator = \"a\"\ndirection = \"higher\"\n\
                 [[criteria]]\nid = \"b\"\nindicator = \"b\"\ndirection = \"higher\"\n\
                 [weights.w]\na = 30\nb = 70\n[scoring]\nweights = \"w\"\n\
                 normalise = { method = \"goalposts\", low = 0, high = 10 }\n",
            )
            .with("m.csv", "id,a,b\nx,10,0\ny,0,10\n");
        let loaded = load(&sources, &Request::default());
        let found: Vec<_> = loaded.diagnostics.iter().collect();
        loaded.value.unwrap_or_else(|| panic!("{found:?}")).project
    }

    #[test]
    fn the_frame_in_force_is_the_ranking_and_the_ends_are_single_criteria() {
        let project = project();
        let a = project.tree.find("a").unwrap();
        let sweep = sweep(&project, 0, a, 10).unwrap();
        let now = &sweep.frames[sweep.now];
        let board = &score(&project).unwrap().boards[0];
        assert_eq!(now.ranking, board.ranking);
        // x has everything of a, y of b: at 0 % only b counts, at 100 % only a.
        let scores = |frame: &Frame| {
            let mut rows = frame.ranking.clone();
            rows.sort_by_key(|r| r.place);
            rows.iter().map(|r| r.score).collect::<Vec<_>>()
        };
        assert_eq!(scores(&sweep.frames[0]), [0.0, 100.0]);
        assert_eq!(scores(sweep.frames.last().unwrap()), [100.0, 0.0]);
        // y leads until a outweighs b; at one half they tie, so they are first together.
        assert_eq!(sweep.first_stays(), (0.0, 0.4));
    }

    #[test]
    fn the_others_keep_their_proportions() {
        let moved = rescaled(&[0.5, 0.3, 0.2], 0, 0.0).unwrap();
        for (share, expected) in moved.as_slice().iter().zip([0.0, 0.6, 0.4]) {
            assert!((share - expected).abs() < 1e-12);
        }
        let from_nothing = rescaled(&[1.0, 0.0, 0.0], 0, 0.5).unwrap();
        assert_eq!(from_nothing.as_slice(), [0.5, 0.25, 0.25]);
    }

    #[test]
    fn what_stands_alone_cannot_be_moved() {
        let project = project();
        assert_eq!(movable(&project, 0).len(), 2);
        assert!(sweep(&project, 0, project.indices[0].root, 10).is_none());
    }
}
