use super::*;
use crate::bulk::record::{key, score};
use crate::num::rank::{Best, Ties, rank};
use proptest::prelude::*;
use std::io::Cursor;

struct Memory;

impl Scratch for Memory {
    fn file(&self) -> io::Result<Box<dyn ScratchFile>> {
        Ok(Box::new(Cursor::new(vec![])))
    }
}

const SHAPE: Shape = Shape {
    names: false,
    criteria: 0,
};

/// Ranks rows with so much memory: rank, score and id.
fn ranked(scores: &[f64], memory: usize, top: Option<u64>, ties: Ties) -> Vec<(f64, f64, String)> {
    let mut sorter = Sorter::new(SHAPE, memory, top, &Memory);
    // Below the least memory that users may ask for, so that small inputs spill.
    sorter.memory = memory;
    for (at, score) in scores.iter().enumerate() {
        let id = format!("p{at:04}");
        let key = key(*score, Best::Highest);
        sorter
            .push(key, id.as_bytes(), None, std::iter::empty())
            .unwrap();
    }
    let (sorted, cut) = sorter.finish().unwrap();
    let ranking = Ranking {
        shape: SHAPE,
        ties,
        top,
        cut,
    };
    let mut out = vec![];
    let mut visit = |rank: f64, record: Record<'_>| {
        let id = String::from_utf8(record.id(SHAPE).to_vec()).unwrap();
        out.push((rank, score(record.key(), Best::Highest), id));
        Ok(())
    };
    ranking.walk(sorted, &Memory, &mut visit).unwrap();
    out
}

fn expected(scores: &[f64], ties: Ties) -> Vec<(f64, f64, String)> {
    let ranks = rank(scores, Best::Highest, ties);
    let rows = scores.iter().zip(ranks).enumerate();
    let mut rows: Vec<_> = rows
        .map(|(at, (score, rank))| (rank, *score, format!("p{at:04}")))
        .collect();
    rows.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.2.cmp(&b.2)));
    rows
}

fn ties() -> impl Strategy<Value = Ties> {
    prop_oneof![
        Just(Ties::Min),
        Just(Ties::Max),
        Just(Ties::Average),
        Just(Ties::Dense),
        Just(Ties::Ordinal)
    ]
}

proptest! {
    #[test]
    fn any_memory_gives_the_ranks_of_the_whole(
        scores in prop::collection::vec(prop_oneof![(0_i32..6).prop_map(f64::from), -1e3..1e3_f64], 0..300),
        memory in 100_usize..20_000,
        top in prop::option::of(1_u64..40),
        ties in ties(),
    ) {
        let mut wanted = expected(&scores, ties);
        wanted.truncate(top.map_or(usize::MAX, |top| usize::try_from(top).unwrap()));
        prop_assert_eq!(ranked(&scores, memory, top, ties), wanted);
    }
}

#[test]
fn the_best_are_kept_out_of_many_in_little_memory() {
    let scores: Vec<f64> = (0..30_000)
        .map(|at| f64::from((at * 7919) % 1000))
        .collect();
    let mut wanted = expected(&scores, Ties::Max);
    wanted.truncate(25);
    assert_eq!(ranked(&scores, 1 << 20, Some(25), Ties::Max), wanted);
}
