//! A run: is somebody there, what do the rows hold, which ids stand twice, and what are the scores.

use crate::args::Work;
use crate::findings::arrived;
use crate::functions::{aggregate, scalar};
use crate::setup::{Setup, registry};
use crate::table::Table;
use crate::talk::Talk;
use datafusion::arrow::array::{Array, AsArray, RecordBatch};
use datafusion::arrow::datatypes::Int64Type;
use datafusion::common::ScalarValue;
use datafusion::error::DataFusionError;
use datafusion::functions_aggregate::expr_fn::count;
use datafusion::logical_expr::{Expr, ident, lit};
use datafusion::prelude::{DataFrame, ParquetReadOptions, SessionContext};
use exacity::bulk::engine::{Arrivals, Kept, Looked};
use exacity::bulk::{Options, Scoring, Template};
use exacity::diagnostics::{Code, Diagnostic, Diagnostics};
use exacity::sources::stream::ScratchFolder;
use futures_util::StreamExt;
use std::time::Duration;

/// Ids that stand twice and are shown.
const SHOWN: usize = 20;

/// What a run works with.
pub(crate) struct Run<'r> {
    /// The engine.
    pub(crate) context: SessionContext,
    /// The table.
    pub(crate) table: &'r Table,
    /// The project, as a literal.
    pub(crate) setup: &'r Setup,
    /// The project here.
    pub(crate) template: &'r Template,
    /// What was asked.
    pub(crate) work: &'r Work,
    /// Where progress goes.
    pub(crate) talk: &'r Talk,
}

fn one(finding: Diagnostic) -> Diagnostics {
    let mut found = Diagnostics::new();
    found.push(finding);
    found
}

fn said(error: DataFusionError) -> Diagnostics {
    arrived(&error)
}

fn bytes(bytes: Vec<u8>) -> Expr {
    lit(ScalarValue::Binary(Some(bytes)))
}

fn literal(value: &impl serde::Serialize) -> Result<Expr, Diagnostics> {
    let json =
        serde_json::to_vec(value).map_err(|error| said(DataFusionError::External(error.into())))?;
    Ok(bytes(json))
}

impl Run<'_> {
    /// Scores the table.
    ///
    /// # Errors
    ///
    /// Everything that is wrong with the rows, if rows with a mistake are to stop the run; E0206 for ids that stand
    /// twice; E0806 for rows that were lost, E0807 for an engine that does not do its work.
    pub(crate) async fn scored<'s>(
        &self,
        scratch: &'s ScratchFolder,
    ) -> Result<Scoring<'s>, Diagnostics> {
        self.shake_hands().await?;
        let looked = self.looked().await?;
        looked.complete(self.table.rows(), &self.name())?;
        if looked.rejects() > 0 && !self.work.rejects() {
            return Err(looked.findings(self.template));
        }
        self.refuse_twins().await?;
        let arrivals = match self.work.top {
            Some(_) => self.best(&looked, scratch).await?,
            None => self.all(&looked, scratch).await?,
        };
        self.table.unchanged()?;
        arrivals.finish(self.template, &looked)
    }

    fn name(&self) -> String {
        self.table.path.display().to_string()
    }

    fn options(&self) -> Options {
        Options {
            top: self.work.top,
            criteria: self.work.criteria,
            memory: self.work.memory as usize * (1 << 20),
            ..Options::default()
        }
    }

    /// Finds out whether anybody takes work, and whether they run the same functions.
    async fn shake_hands(&self) -> Result<(), Diagnostics> {
        self.talk.step("waiting for an executor");
        let asked = async {
            let function = scalar("exacity_registry")?;
            let row = self.context.read_empty()?;
            row.select(vec![function.call(vec![]).alias("registry")])?
                .collect()
                .await
        };
        let wait = Duration::from_secs(self.work.wait);
        let Ok(answer) = tokio::time::timeout(wait, asked).await else {
            let message = format!(
                "no executor has taken the first query within {} seconds",
                self.work.wait
            );
            return Err(one(Diagnostic::new(Code("E0807"), message).help(
                "start executors, with the `--policy` of the scheduler (an executor that pulls gets nothing from a \
                 scheduler that pushes); `--wait` says how long to wait",
            )));
        };
        let answer = answer.map_err(said)?;
        let theirs: Vec<&str> = answer
            .iter()
            .flat_map(|batch| batch.column(0).as_string::<i32>().iter().flatten())
            .collect();
        if theirs == [registry()] {
            return Ok(());
        }
        let message = format!("an executor runs {theirs:?}, and this is {}", registry());
        Err(one(
            Diagnostic::new(Code("E0807"), message).help("start all machines from the same binary")
        ))
    }

    /// Returns the table with a column that a function makes of the project and of the columns it needs.
    async fn rows(&self, function: &str, also: Option<Expr>) -> Result<DataFrame, Diagnostics> {
        let setup = bytes(
            self.setup
                .to_bytes()
                .map_err(|error| said(DataFusionError::External(error.into())))?,
        );
        let columns = self.template.columns().into_iter().map(ident);
        let args: Vec<Expr> = [Some(setup), also]
            .into_iter()
            .flatten()
            .chain(columns)
            .collect();
        let path = self.name();
        let options = ParquetReadOptions::default();
        let table = self
            .context
            .read_parquet(path, options)
            .await
            .map_err(said)?;
        let made = scalar(function).map_err(said)?.call(args).alias("made");
        table.select(vec![made]).map_err(said)
    }

    async fn looked(&self) -> Result<Looked, Diagnostics> {
        self.talk.step("looking at the rows");
        let rows = self.rows("exacity_look", None).await?;
        let together = aggregate("exacity_looked")
            .map_err(said)?
            .call(vec![ident("made")]);
        let found = rows
            .aggregate(vec![], vec![together.alias("looked")])
            .map_err(said)?;
        let found = single(&found.collect().await.map_err(said)?)?;
        serde_json::from_slice(&found)
            .map_err(|error| said(DataFusionError::External(error.into())))
    }

    /// Refuses ids that stand twice. Which of the rows came first, nobody can tell.
    async fn refuse_twins(&self) -> Result<(), Diagnostics> {
        self.talk.step("comparing ids");
        let rows = self.rows("exacity_id", None).await?;
        let rows = rows.filter(ident("made").is_not_null()).map_err(said)?;
        let counted = rows.aggregate(vec![ident("made")], vec![count(lit(1)).alias("times")]);
        let twins = counted
            .and_then(|counted| counted.filter(ident("times").gt(lit(1_i64))))
            .and_then(|twins| twins.sort(vec![ident("made").sort(true, false)]))
            .and_then(|twins| twins.limit(0, Some(SHOWN + 1)))
            .map_err(said)?;
        let twins = twins.collect().await.map_err(said)?;
        let mut found = Diagnostics::new();
        for batch in &twins {
            let (ids, times) = (
                batch.column(0).as_string::<i32>(),
                batch.column(1).as_primitive::<Int64Type>(),
            );
            for row in 0..batch.num_rows() {
                let message = format!(
                    "the id `{}` stands {} times in `{}`",
                    ids.value(row),
                    times.value(row),
                    self.name()
                );
                let finding = Diagnostic::new(Code("E0206"), message);
                found.push(finding.help(
                    "remove the doubles; `exacity score --on-bad-row reject` keeps the first",
                ));
            }
        }
        if found.is_empty() { Ok(()) } else { Err(found) }
    }

    async fn all<'s>(
        &self,
        looked: &Looked,
        scratch: &'s ScratchFolder,
    ) -> Result<Arrivals<'s>, Diagnostics> {
        let kept = Kept::of(self.template, &self.options());
        let mut arrivals = Arrivals::new(kept, self.options().memory, scratch);
        let rows = self.rows("exacity_answer", Some(literal(looked)?)).await?;
        let mut stream = rows.execute_stream().await.map_err(said)?;
        let mut count = 0;
        while let Some(batch) = stream.next().await {
            let batch = batch.map_err(said)?;
            let answers = batch.column(0).as_binary::<i32>();
            for answer in answers.iter().flatten() {
                arrivals.take(answer).map_err(taken)?;
            }
            count += answers.len();
            self.talk.step(&format!("{count} rows scored"));
        }
        Ok(arrivals)
    }

    async fn best<'s>(
        &self,
        looked: &Looked,
        scratch: &'s ScratchFolder,
    ) -> Result<Arrivals<'s>, Diagnostics> {
        self.talk.step("scoring");
        let kept = Kept::of(self.template, &self.options());
        let mut arrivals = Arrivals::new(kept, self.options().memory, scratch);
        let rows = self.rows("exacity_answer", Some(literal(looked)?)).await?;
        let best = aggregate("exacity_best")
            .map_err(said)?
            .call(vec![literal(&kept)?, ident("made")]);
        let best = rows
            .aggregate(vec![], vec![best.alias("best")])
            .map_err(said)?;
        let best = best.collect().await.map_err(said)?;
        arrivals.merge(&single(&best)?).map_err(taken)?;
        Ok(arrivals)
    }
}

/// Takes the one value of an answer.
fn single(batches: &[RecordBatch]) -> Result<Vec<u8>, Diagnostics> {
    let values: Vec<&[u8]> = batches
        .iter()
        .flat_map(|batch| batch.column(0).as_binary::<i32>().iter().flatten())
        .collect();
    match values.as_slice() {
        [value] => Ok(value.to_vec()),
        _ => {
            let message = format!("one answer was asked for, and {} came", values.len());
            Err(one(
                Diagnostic::new(Code("E0806"), message).help("run it again; nothing was written")
            ))
        }
    }
}

fn taken(error: std::io::Error) -> Diagnostics {
    let message = format!("what arrived cannot be kept: {error}");
    one(Diagnostic::new(Code("E0803"), message)
        .help("sorting needs about as much room as the output, beside it"))
}
