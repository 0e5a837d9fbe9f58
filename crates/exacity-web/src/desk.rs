//! The project as it lies on the desk: read, settled, scored under the weights on screen.

use crate::answer::{Answer, Refusal};
use crate::weights;
use exacity::config::{self, Request};
use exacity::diagnostics::{Checked, Diagnostics, Files};
use exacity::model::Weights;
use exacity::project::Project;
use exacity::report::Lang;
use exacity::report::findings::Finding;
use exacity::report::views::Subject;
use exacity::robustness::project::rank_ranges;
use exacity::score::{Scoreboard, score, settle};
use exacity::sources::Sources;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Files that a project is read from.
pub(crate) type Shelf = Arc<dyn Sources + Send + Sync>;

/// Projects under different settings that are kept ready: going back to one costs nothing.
const READY: usize = 4;

/// Ranked places up to which the range of each rank is drawn with every settled change.
const RANGED: usize = 500;

/// What is on screen: everything that makes the ranking what it is.
#[derive(Debug, Clone, Default, PartialEq, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Settings {
    /// The profile; the project's own choice when not stated.
    pub(crate) profile: Option<String>,
    /// Settings other than weights, as `--set` takes them.
    pub(crate) sets: Vec<String>,
    /// Weights that were moved: percent among siblings, by criterion.
    pub(crate) shares: BTreeMap<String, f64>,
    /// Language of the words.
    pub(crate) lang: Language,
}

/// Language of the words.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Language {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Settings {
    pub(crate) fn lang(&self) -> Lang {
        match self.lang {
            Language::En => Lang::En,
            Language::Zh => Lang::Zh,
        }
    }

    pub(crate) fn request(&self) -> Request {
        Request {
            profile: self.profile.clone(),
            sets: self.sets.clone(),
            ..Request::default()
        }
    }

    fn key(&self) -> Key {
        (self.profile.clone(), self.sets.clone())
    }
}

type Key = (Option<String>, Vec<String>);

/// What became of the files on disk.
#[derive(Debug, Clone, Default, Serialize)]
pub(crate) struct News {
    /// Grows with every reading.
    pub(crate) version: u64,
    /// True while the files cannot be read: what is on screen is older.
    pub(crate) broken: bool,
    /// What is wrong, or worth knowing.
    pub(crate) findings: Vec<Finding>,
}

/// A project under some settings.
#[derive(Debug)]
pub(crate) struct Base {
    /// The project, every weight a number; its first index has the weights on screen.
    pub(crate) project: Project,
    /// The texts that it was read from.
    pub(crate) files: Files,
    /// Every setting with its place.
    pub(crate) settings: config::Settings,
    /// What was found on the way.
    pub(crate) found: Diagnostics,
    /// The shares that the project itself says.
    own: Vec<Option<Weights>>,
    /// Ranks under these, by position in the league.
    home: BTreeMap<usize, f64>,
    shown: Option<(BTreeMap<String, f64>, Scoreboard)>,
}

impl Base {
    fn read(shelf: &Shelf, request: &Request) -> Answer<Self> {
        let Checked {
            value,
            diagnostics,
            files,
        } = config::load(&**shelf, request);
        let Some(loaded) = value else {
            return Err(Refusal::found(&diagnostics, &files));
        };
        let refused = |found: Diagnostics| Refusal::found(&found, &files);
        let project = settle(&loaded.project).map_err(refused)?.into_owned();
        let scoreboard = score(&project).map_err(refused)?;
        let ranking = scoreboard.boards[0].ranking.iter();
        let home = ranking.map(|ranked| (ranked.place, ranked.rank)).collect();
        let mut found = diagnostics;
        found.extend(scoreboard.diagnostics.clone());
        Ok(Self {
            own: project.indices[0].shares.clone(),
            home,
            shown: Some((BTreeMap::new(), scoreboard)),
            settings: loaded.settings,
            project,
            files,
            found,
        })
    }

    /// Scores the project under weights.
    fn score(&mut self, shares: &BTreeMap<String, f64>) -> Answer<()> {
        if self
            .shown
            .as_ref()
            .is_some_and(|(known, _)| known == shares)
        {
            return Ok(());
        }
        self.project.indices[0].shares = weights::applied(&self.project, &self.own, shares)?;
        self.shown = None;
        let scoreboard = score(&self.project);
        let scoreboard = scoreboard.map_err(|found| Refusal::found(&found, &self.files))?;
        self.shown = Some((shares.clone(), scoreboard));
        Ok(())
    }

    /// Draws the range of each rank, where that is cheap.
    fn range(&mut self) {
        let Some((_, scoreboard)) = &mut self.shown else {
            return;
        };
        let board = &mut scoreboard.boards[0];
        if board.ranges.is_none() && board.ranking.len() <= RANGED {
            board.ranges = rank_ranges(&self.project, 0);
        }
    }

    /// Returns the results.
    ///
    /// # Panics
    ///
    /// Never: a base is handed out only after it was scored.
    pub(crate) fn scoreboard(&self) -> &Scoreboard {
        &self
            .shown
            .as_ref()
            .expect("scored before it is handed out")
            .1
    }

    /// Returns the first result.
    pub(crate) fn subject(&self) -> Subject<'_> {
        Subject::new(&self.project, self.scoreboard(), 0)
    }

    /// Moves one weight.
    pub(crate) fn moved(
        &self,
        shares: &BTreeMap<String, f64>,
        wish: &weights::Moved,
        locks: &[String],
    ) -> Answer<BTreeMap<String, f64>> {
        weights::moved(&self.project, &self.own, shares, wish, locks)
    }

    /// Returns every weight that can move, in percent among siblings: as moved, else as the project says.
    pub(crate) fn numbers(&self, shares: &BTreeMap<String, f64>) -> BTreeMap<String, f64> {
        let mut all = weights::stated(&self.project, &self.own);
        all.extend(shares.clone());
        all
    }

    /// Returns the rank of a place of the league under the weights that the project itself says.
    pub(crate) fn home_rank(&self, row: usize) -> Option<f64> {
        self.home.get(&row).copied()
    }
}

/// The desk.
pub(crate) struct Desk {
    pub(crate) shelf: Shelf,
    /// The folder that may be written to; none for the built-in project.
    pub(crate) root: Option<PathBuf>,
    pub(crate) news: News,
    /// The most recently used last.
    bases: Vec<(Key, Base)>,
    /// The settings that the workbench was started with.
    start: Request,
}

impl Desk {
    /// Opens a project.
    pub(crate) fn new(shelf: Shelf, root: Option<PathBuf>, profile: Option<String>) -> Self {
        let start = Request {
            profile,
            ..Request::default()
        };
        let mut desk = Self {
            shelf,
            root,
            news: News::default(),
            bases: vec![],
            start,
        };
        desk.reload();
        desk
    }

    /// Returns the project under settings, scored.
    pub(crate) fn scored(&mut self, settings: &Settings) -> Answer<&mut Base> {
        let base = self.base(settings)?;
        base.score(&settings.shares)?;
        Ok(base)
    }

    /// Returns the same with the range of each rank.
    pub(crate) fn settled(&mut self, settings: &Settings) -> Answer<&mut Base> {
        let base = self.scored(settings)?;
        base.range();
        Ok(base)
    }

    /// Returns the project under settings, as it was read.
    pub(crate) fn base(&mut self, settings: &Settings) -> Answer<&mut Base> {
        let key = settings.key();
        let known = self.bases.iter().position(|(known, _)| *known == key);
        let base = match known {
            Some(at) => self.bases.remove(at),
            None => (key, Base::read(&self.shelf, &settings.request())?),
        };
        if self.bases.len() >= READY {
            self.bases.remove(0);
        }
        self.bases.push(base);
        let (_, base) = self.bases.last_mut().expect("just pushed");
        Ok(base)
    }

    /// Reads everything anew. What cannot be read keeps its last good state.
    pub(crate) fn reload(&mut self) -> News {
        for (key, base) in &mut self.bases {
            let request = Request {
                profile: key.0.clone(),
                sets: key.1.clone(),
                ..Request::default()
            };
            if let Ok(fresh) = Base::read(&self.shelf, &request) {
                *base = fresh;
            }
        }
        let read = Base::read(&self.shelf, &self.start);
        let (broken, findings) = match &read {
            Ok(base) => (false, Finding::all(&base.found, &base.files)),
            Err(refusal) => (true, refusal.findings.clone()),
        };
        let key = (self.start.profile.clone(), vec![]);
        if let Ok(base) = read
            && !self.bases.iter().any(|(known, _)| *known == key)
        {
            self.bases.push((key, base));
        }
        self.news = News {
            version: self.news.version + 1,
            broken,
            findings,
        };
        self.news.clone()
    }
}
