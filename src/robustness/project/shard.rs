//! A study split over machines: each draws some blocks, and one adds up.
//!
//! Counts are added within a part. Sums of floats are kept block by block, because their last digit
//! depends on the order in which they are added; merging adds them in the order of blocks, as a run on
//! one machine does.

use super::setup::{Setup, one, refused};
use super::study::Study;
use crate::diagnostics::{Code, Diagnostic, Diagnostics};
use crate::num::rng::BLOCK_DRAWS;
use crate::parts::{Part, Shard, damaged};
use crate::robustness::{Control, Outcome, Stopped, Tally, empty, run_blocks};
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};

/// What a part of a study says of itself.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartOfStudy {
    /// Draws of the whole study.
    pub draws: u64,
    /// Its seed.
    pub seed: u64,
    /// The first block of this part, and the one after its last.
    pub blocks: (u64, u64),
    /// The first of its draws without a ranking.
    first_undefined: Option<u64>,
    /// Numbers counted.
    counts: u64,
    /// Numbers summed, per block.
    sums: u64,
    /// What was asked for, for whoever merges: nothing here looks at it.
    pub asked: serde_json::Value,
}

/// The draws of a part, counted.
#[derive(Debug, Clone)]
pub struct Drawn {
    /// What it says of itself.
    pub about: PartOfStudy,
    counts: Vec<u64>,
    sums: Vec<f64>,
}

impl Setup {
    /// Draws and counts one part of the study.
    ///
    /// # Errors
    ///
    /// E0804 for a study that ends when it is precise enough, since only the whole of it knows when;
    /// E0803 if it was stopped.
    pub fn draw_part(
        &self,
        shard: Shard,
        asked: serde_json::Value,
        control: &Control<'_>,
    ) -> Result<Drawn, Diagnostics> {
        let plan = self.plan();
        if plan.until.is_some() {
            let message =
                "a study with `until` cannot be split: where it ends depends on all draws before";
            let finding = Diagnostic::new(Code("E0804"), message);
            return Err(one(
                finding.help("say how many draws are wanted: `--draws N`")
            ));
        }
        let views = self.run_views();
        let blocks = shard.range(plan.draws.div_ceil(BLOCK_DRAWS));
        let mut total = match plan.draws {
            0 => Tally::new(0, &[], plan.collect),
            _ => empty(&views, &plan),
        };
        let (mut sums, mut first_undefined) = (vec![], None);
        let mut add = |part: &Tally| {
            let mut part = part.clone();
            sums.extend(part.sums_mut().map(|sum| *sum));
            first_undefined = first_undefined.or(part.first_undefined);
            for (total, own) in total.counts_mut().zip(part.counts_mut()) {
                *total += *own;
            }
        };
        let complete = run_blocks(&views, &plan, control, blocks.clone(), &mut add)
            .map_err(|error| refused(&self.project, &self.spec, &error))?;
        self.trusted()?;
        if !complete {
            let message = "stopped before the end of the part; nothing was written";
            let finding = Diagnostic::new(Code("E0803"), message);
            return Err(one(
                finding.help("run it again: nothing is left from this run")
            ));
        }
        let counts: Vec<u64> = total.counts_mut().map(|count| *count).collect();
        Ok(Drawn {
            about: PartOfStudy {
                draws: plan.draws,
                seed: plan.seed,
                blocks: (blocks.start, blocks.end),
                first_undefined,
                counts: counts.len() as u64,
                sums: total.sums_mut().count() as u64,
                asked,
            },
            counts,
            sums,
        })
    }

    /// Adds up all parts of the study, in their order, and reads what they say.
    ///
    /// # Errors
    ///
    /// E0805 for parts that do not fit this project, and as [`Setup::run`].
    pub fn merge_parts(&self, parts: &[Part<'_>]) -> Result<Study, Diagnostics> {
        let plan = self.plan();
        let views = self.run_views();
        let mut tally = empty(&views, &plan);
        let mut next = 0;
        for part in parts {
            let about: PartOfStudy = part.described().map_err(one)?;
            let fits = about.draws == plan.draws
                && about.seed == plan.seed
                && about.blocks.0 == next
                && about.counts == tally.counts_mut().count() as u64
                && about.sums == tally.sums_mut().count() as u64;
            if !fits {
                return Err(one(damaged(
                    &part.name(),
                    "its counts are not those of this study",
                )));
            }
            next = about.blocks.1;
            tally.first_undefined = tally.first_undefined.or(about.first_undefined);
            let added = part
                .body()
                .and_then(|mut body| add(&mut tally, &about, &mut body));
            added.map_err(|error| one(damaged(&part.name(), &error.to_string())))?;
        }
        if next != plan.draws.div_ceil(BLOCK_DRAWS) {
            let name = parts.last().map(Part::name).unwrap_or_default();
            return Err(one(damaged(&name, "the parts do not hold all draws")));
        }
        self.study(Outcome {
            tally,
            made: plan.draws,
            requested: plan.draws,
            stopped: Stopped::Complete,
        })
    }
}

fn add(tally: &mut Tally, about: &PartOfStudy, body: &mut dyn Read) -> io::Result<()> {
    let mut body = io::BufReader::new(body);
    let mut bytes = [0; 8];
    for count in tally.counts_mut() {
        body.read_exact(&mut bytes)?;
        *count += u64::from_le_bytes(bytes);
    }
    for _ in about.blocks.0..about.blocks.1 {
        for sum in tally.sums_mut() {
            body.read_exact(&mut bytes)?;
            *sum += f64::from_bits(u64::from_le_bytes(bytes));
        }
    }
    Ok(())
}

impl Drawn {
    /// Writes the counts.
    pub fn write(&self, into: &mut dyn Write) -> io::Result<()> {
        for count in &self.counts {
            into.write_all(&count.to_le_bytes())?;
        }
        for sum in &self.sums {
            into.write_all(&sum.to_bits().to_le_bytes())?;
        }
        Ok(())
    }
}
