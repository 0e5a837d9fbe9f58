//! Small data sets in memory, for the tests of this folder.

use super::{Dataset, read_folder};
use crate::diagnostics::{Diagnostics, Files};
use crate::model::{Direction, Indicator, IndicatorId};
use crate::sources::memory::MemorySources;
use indexmap::IndexMap;

pub(super) const PLACES: &str = "id,name,kind,parent\n\
    china,China,country,\n\
    guizhou,Guizhou,province,china\n\
    guiyang,Guiyang,city,guizhou\n\
    shanghai,Shanghai,municipality,china\n";

pub(super) const SOURCES: &str = "source_id,title,publisher,url,date,tier\n\
    gov,Gazette,Office,,2025-01-10,A\n\
    press,Paper,Press,,2026-01-20,B\n\
    late,Paper,Press,,2026-06,B\n\
    undated,Page,,,,C\n";

/// Indicators: capacity in two series, a rank, a ratio of which less is better.
pub(super) fn indicators() -> IndexMap<IndicatorId, Indicator> {
    let one = |id: &str, unit: &str, direction| Indicator {
        id: IndicatorId::new(id),
        name: id.to_owned(),
        unit: unit.to_owned(),
        direction,
        pillar: Some("compute".to_owned()),
        description: String::new(),
    };
    [
        one("ai", "EFLOPS", Direction::Higher),
        one("total", "EFLOPS", Direction::Higher),
        one("pue", "ratio", Direction::Lower),
    ]
    .into_iter()
    .map(|i| (i.id.clone(), i))
    .collect()
}

/// A folder of tables being written.
#[derive(Default)]
pub(super) struct Folder(MemorySources);

impl Folder {
    /// Starts with places, sources and one figure.
    pub(super) fn new() -> Self {
        Self::default()
            .with("places.csv", PLACES)
            .with("sources.csv", SOURCES)
            .with("observations.csv", "place,indicator,value\nshanghai,ai,1\n")
    }

    pub(super) fn with(self, name: &str, text: impl Into<Vec<u8>>) -> Self {
        Self(self.0.with(&format!("data/{name}"), text))
    }

    pub(super) fn read(&self) -> (Option<Dataset>, Files, Diagnostics) {
        let (mut files, mut found) = (Files::default(), Diagnostics::new());
        let data = read_folder(&self.0, "data", indicators(), &mut files, &mut found);
        (data, files, found)
    }

    /// Reads a folder that has no mistakes.
    pub(super) fn dataset(&self) -> Dataset {
        let (data, _, found) = self.read();
        assert!(found.is_empty(), "{:?}", summary(&Files::default(), &found));
        data.unwrap()
    }
}

/// Makes a data set of figures, each a line `place,indicator,value,qualifier,as_of,kind,precision,
/// scope,plausibility,source`; the ids are `o1`, `o2`, ...
pub(super) fn figures(lines: &[&str]) -> Dataset {
    observations(lines).dataset()
}

pub(super) fn observations(lines: &[&str]) -> Folder {
    let header = "obs_id,place,indicator,value,qualifier,as_of,kind,numeric_precision,scope,plausibility,source_id\n";
    let rows = lines
        .iter()
        .zip(1..)
        .map(|(line, n)| format!("o{n},{line}\n"));
    let text: String = std::iter::once(header.to_owned()).chain(rows).collect();
    Folder::new().with("observations.csv", text)
}

/// Writes findings as `CODE file:line:column text`, where the text is what the first label points at.
pub(super) fn summary(files: &Files, found: &Diagnostics) -> Vec<String> {
    let one = |d: &crate::diagnostics::Diagnostic| {
        let place = d.span().and_then(|span| {
            let at = files.position(span)?;
            let text = &files.text(&span.file)?[span.start..span.end];
            Some(format!(" {}:{}:{} {text}", span.file, at.line, at.column))
        });
        format!("{}{}", d.code, place.unwrap_or_default())
    };
    found.iter().map(one).collect()
}
