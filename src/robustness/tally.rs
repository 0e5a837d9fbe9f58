//! What is counted over draws: small, whole where it can be, and mergeable.

/// Bins of a score's histogram: quantiles are read to a 1024th of the place's range.
pub const SCORE_BINS: usize = 1024;

/// What a run counts besides ranks, which it always does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Collect {
    /// How often each place beats each other. Takes 8 bytes times the square of the places, in
    /// every block under way; needed for ties.
    pub pairs: bool,
    /// Mean, spread and histogram of each place's score.
    pub scores: bool,
}

impl Default for Collect {
    fn default() -> Self {
        Self {
            pairs: true,
            scores: true,
        }
    }
}

/// Counts over draws.
///
/// Counts add up in any order; sums of weights and scores are merged in the order of blocks, which
/// keeps their last bit the same for any number of threads.
#[derive(Debug, Clone, PartialEq)]
pub struct Tally {
    /// Number of places.
    pub places: usize,
    /// Number of weights per draw.
    pub leaves: usize,
    /// Draws counted: those in which every place had a score.
    pub draws: u64,
    /// Draws in which a place had no score, or for which there were no weights.
    pub undefined: u64,
    /// The first of those, by its number.
    pub first_undefined: Option<u64>,
    /// Draws in which a place had a rank: `[rank * places + place]`, the best rank first. Equal
    /// scores share the better rank (1, 2, 2, 4).
    pub ranks: Vec<u64>,
    /// Sum of the weights of the draws in which a place was first: `[place * leaves + leaf]`.
    pub first_weights: Vec<f64>,
    /// Sum of the weights of all draws counted.
    pub weights: Vec<f64>,
    /// Draws in which one place scored above another: `[above * places + below]`.
    pub wins: Option<Vec<u64>>,
    /// Scores of each place.
    pub scores: Option<Vec<ScoreTally>>,
}

/// Scores of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct ScoreTally {
    /// Lowest score that was expected; the lower edge of the histogram.
    pub low: f64,
    /// Highest score that was expected; the upper edge.
    pub high: f64,
    /// Sum of the distances from the middle of the range.
    pub sum: f64,
    /// Sum of the squares of these distances.
    pub squares: f64,
    /// Draws by score, [`SCORE_BINS`] of equal width; scores beyond an edge are in the end bins.
    pub bins: Vec<u64>,
}

impl Tally {
    /// Starts with no draws. `ranges` has the expected lowest and highest score of each place.
    pub fn new(leaves: usize, ranges: &[(f64, f64)], collect: Collect) -> Self {
        let places = ranges.len();
        let score = |&(low, high): &(f64, f64)| ScoreTally {
            low,
            high,
            sum: 0.0,
            squares: 0.0,
            bins: vec![0; SCORE_BINS],
        };
        Self {
            places,
            leaves,
            draws: 0,
            undefined: 0,
            first_undefined: None,
            ranks: vec![0; places * places],
            first_weights: vec![0.0; places * leaves],
            weights: vec![0.0; leaves],
            wins: collect.pairs.then(|| vec![0; places * places]),
            scores: collect.scores.then(|| ranges.iter().map(score).collect()),
        }
    }

    /// Adds the counts of later draws of the same run.
    pub fn merge(&mut self, later: &Self) {
        self.draws += later.draws;
        self.undefined += later.undefined;
        self.first_undefined = self.first_undefined.or(later.first_undefined);
        add(&mut self.ranks, &later.ranks);
        add(&mut self.first_weights, &later.first_weights);
        add(&mut self.weights, &later.weights);
        if let (Some(wins), Some(later)) = (&mut self.wins, &later.wins) {
            add(wins, later);
        }
        if let (Some(scores), Some(later)) = (&mut self.scores, &later.scores) {
            for (score, later) in scores.iter_mut().zip(later) {
                score.sum += later.sum;
                score.squares += later.squares;
                add(&mut score.bins, &later.bins);
            }
        }
    }

    /// Walks everything that is counted, in an order of its own: sums of counts do not depend on theirs.
    pub fn counts_mut(&mut self) -> impl Iterator<Item = &mut u64> {
        let bins = self
            .scores
            .iter_mut()
            .flatten()
            .flat_map(|score| &mut score.bins);
        [&mut self.draws, &mut self.undefined]
            .into_iter()
            .chain(&mut self.ranks)
            .chain(self.wins.iter_mut().flatten())
            .chain(bins)
    }

    /// Walks everything that is summed, in an order of its own: these have to be added block by block.
    pub fn sums_mut(&mut self) -> impl Iterator<Item = &mut f64> {
        let scores = self.scores.iter_mut().flatten();
        self.first_weights
            .iter_mut()
            .chain(&mut self.weights)
            .chain(scores.flat_map(|score| [&mut score.sum, &mut score.squares]))
    }

    /// Returns how often a place had a rank, 0 for the best.
    pub fn rank_count(&self, place: usize, rank: usize) -> u64 {
        self.ranks[rank * self.places + place]
    }

    /// Returns the largest standard error among the shares of ranks and of pairs; 0 without draws.
    pub fn largest_standard_error(&self) -> f64 {
        let n = self.draws as f64;
        let counts = self.ranks.iter().chain(self.wins.iter().flatten());
        // p (1 - p) is largest where the count is nearest to half the draws.
        let spread = counts
            .map(|&c| c as f64 * (n - c as f64))
            .fold(0.0, f64::max);
        if self.draws == 0 {
            0.0
        } else {
            (spread / n).sqrt() / n
        }
    }
}

fn add<T: Copy + std::ops::AddAssign>(into: &mut [T], more: &[T]) {
    for (a, &b) in into.iter_mut().zip(more) {
        *a += b;
    }
}
