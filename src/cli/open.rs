//! Finding, reading and scoring the project that a command is about.

use super::args::{Global, ProjectArgs};
use super::failure::{Failure, Findings};
use super::output::Out;
use crate::config::{self, Loaded, Request};
use crate::diagnostics::{Checked, Code, Diagnostic, did_you_mean};
use crate::model::NodeIx;
#[cfg(feature = "planning")]
use crate::model::PlaceId;
use crate::project::Project;
use crate::rules::Trust;
use crate::score::{Scoreboard, score, settle};
#[cfg(feature = "planning")]
use crate::sources::ReadError;
use crate::sources::Sources;
use crate::sources::builtin::BuiltinSources;
use crate::sources::disk::DiskSources;
use std::borrow::Cow;
#[cfg(feature = "planning")]
use std::path::Path;

/// Finds the project: the folder named, else the nearest parent that is one, else the built-in one.
pub(crate) fn sources(global: &Global, out: &Out) -> Result<Box<dyn Sources>, Failure> {
    if let Some(found) = on_disk(global, out)? {
        return Ok(Box::new(found));
    }
    out.talk("note: no exacity.toml here or above: using the built-in project; `exacity init` writes it out\n");
    Ok(Box::new(BuiltinSources))
}

/// Finds the project's folder; none where the built-in project answers.
pub(crate) fn on_disk(global: &Global, out: &Out) -> Result<Option<DiskSources>, Failure> {
    let Some(folder) = &global.project else {
        return Ok(DiskSources::discover(&out.environment.folder));
    };
    let named = DiskSources::new(folder);
    if is_project(&named) {
        return Ok(Some(named));
    }
    let message = format!("there is no `exacity.toml` in `{}`", folder.display());
    let help = format!("`exacity init {}` writes a project there", folder.display());
    Err(Diagnostic::new(Code("E0112"), message).help(help).into())
}

/// A file that is there and cannot be read still marks a project; reading it will say why.
fn is_project(sources: &DiskSources) -> bool {
    sources.list("").iter().any(|path| path == "exacity.toml")
}

/// Turns arguments into a request.
pub(crate) fn request(args: &ProjectArgs) -> Request {
    Request {
        profile: args.profile.clone(),
        sets: args.set.clone(),
        weights: args.weights.clone(),
        strategy: args.strategy.clone(),
        method: args.method.clone(),
        on: args.on.clone(),
        trust: if args.paranoid {
            Trust::Paranoid
        } else {
            Trust::Sample
        },
        ..Request::default()
    }
}

/// A project that was read, with the warnings made on the way.
#[derive(Debug)]
pub(crate) struct Opened {
    pub(crate) loaded: Loaded,
    pub(crate) findings: Findings,
}

/// A project with its results.
#[derive(Debug)]
pub(crate) struct Scored {
    pub(crate) project: Project,
    pub(crate) scoreboard: Scoreboard,
    pub(crate) findings: Findings,
}

/// Reads the project.
pub(crate) fn open(sources: &dyn Sources, request: &Request) -> Result<Opened, Failure> {
    let Checked {
        value,
        diagnostics,
        files,
    } = config::load(sources, request);
    let findings = Findings {
        found: diagnostics,
        files,
    };
    match value {
        Some(loaded) => Ok(Opened { loaded, findings }),
        None => Err(Failure::Found(findings)),
    }
}

/// Reads the project and scores it.
pub(crate) fn open_scored(sources: &dyn Sources, request: &Request) -> Result<Scored, Failure> {
    let Opened {
        loaded: Loaded { project, .. },
        mut findings,
    } = open(sources, request)?;
    // Whatever is shown beside the scores has to speak of the same weights as they do.
    let scored = settle(&project).map(Cow::into_owned);
    match scored.and_then(|project| Ok((score(&project)?, project))) {
        Ok((mut scoreboard, project)) => {
            findings.found.extend(scoreboard.diagnostics.clone());
            // The document of a ranking carries all warnings, also those of reading.
            scoreboard.diagnostics = findings.found.clone();
            Ok(Scored {
                project,
                scoreboard,
                findings,
            })
        }
        Err(found) => {
            findings.found.extend(found);
            Err(Failure::Found(findings))
        }
    }
}

/// Finds a place of the league by id or name.
pub(crate) fn place(project: &Project, wanted: &str) -> Result<usize, Failure> {
    let by_name = |name: &str| name.eq_ignore_ascii_case(wanted);
    let found = project.position(wanted).or_else(|| {
        project
            .league
            .iter()
            .position(|p| by_name(&p.name) || p.name_zh.as_deref() == Some(wanted))
    });
    found.ok_or_else(|| no_place(project, wanted).into())
}

fn no_place(project: &Project, wanted: &str) -> Diagnostic {
    let known = project.library.places.get(wanted);
    let profile = &project.profile.id;
    let diagnostic = match known {
        Some(place) if !profile.is_empty() => {
            let message = format!(
                "`{}` is not among the places that profile `{profile}` ranks",
                place.id
            );
            Diagnostic::new(Code("E0313"), message)
                .help("`--profile` chooses another; `exacity list profiles` shows them")
        }
        _ => {
            let ids = project.league.iter().map(|place| place.id.as_str());
            Diagnostic::new(Code("E0313"), format!("there is no place `{wanted}`"))
                .maybe_help(did_you_mean(wanted, ids))
        }
    };
    diagnostic.note("`exacity list places` shows all")
}

/// Finds a place of the data by id or name, whether or not the profile ranks it.
#[cfg(feature = "planning")]
pub(crate) fn any_place(project: &Project, wanted: &str) -> Result<PlaceId, Failure> {
    let places = &project.library.places;
    let by_name = |place: &&crate::model::Place| {
        place.name.eq_ignore_ascii_case(wanted) || place.name_zh.as_deref() == Some(wanted)
    };
    let found = places.get(wanted).or_else(|| places.values().find(by_name));
    found.map(|place| place.id.clone()).ok_or_else(|| {
        Diagnostic::new(Code("E0313"), format!("there is no place `{wanted}`"))
            .maybe_help(did_you_mean(wanted, places.keys().map(PlaceId::as_str)))
            .note("`exacity list places` shows all")
            .into()
    })
}

/// Reads a file that poses a question. It belongs to the user and not to the project: its path counts
/// from where the command runs.
#[cfg(feature = "planning")]
pub(crate) fn question(path: &Path) -> Result<(String, String), Failure> {
    let name = path.display().to_string();
    let folder = path.parent().filter(|p| !p.as_os_str().is_empty());
    let inside = DiskSources::new(folder.unwrap_or(Path::new(".")));
    let file = path.file_name().map(|name| name.to_string_lossy());
    let refused = |why: String| Diagnostic::new(Code("E0101"), why);
    let bytes = match inside.read(&file.unwrap_or_default()) {
        Ok(bytes) => bytes,
        Err(ReadError::NotFound { .. }) => {
            return Err(refused(format!("there is no file `{name}`")).into());
        }
        Err(error) => return Err(refused(error.to_string()).into()),
    };
    match String::from_utf8(bytes) {
        Ok(text) => Ok((name, text)),
        Err(_) => Err(refused(format!("`{name}` is not UTF-8 text")).into()),
    }
}

/// Finds a criterion by id.
pub(crate) fn criterion(project: &Project, wanted: &str) -> Result<NodeIx, Failure> {
    project.tree.find(wanted).ok_or_else(|| {
        let ids: Vec<&str> = project.tree.upward().map(|(_, n)| n.id.as_str()).collect();
        Diagnostic::new(Code("E0301"), format!("there is no criterion `{wanted}`"))
            .maybe_help(did_you_mean(wanted, ids.iter().copied()))
            .note("`exacity list criteria` shows all")
            .into()
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample;

    fn failure(project: &Project, wanted: &str) -> Diagnostic {
        match place(project, wanted) {
            Err(Failure::Found(findings)) => findings.found.iter().next().unwrap().clone(),
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn a_place_is_found_by_id_name_or_chinese_name() {
        let (project, _) = sample::scored();
        for wanted in ["shanghai", "Shanghai", "SHANGHAI", "上海"] {
            assert_eq!(place(&project, wanted).ok(), Some(1), "{wanted}");
        }
    }

    #[test]
    fn a_slip_is_met_with_the_nearest_name() {
        let (project, _) = sample::scored();
        let diagnostic = failure(&project, "shanghia");
        assert_eq!(diagnostic.code.0, "E0313");
        assert_eq!(diagnostic.help, ["did you mean `shanghai`?"]);
    }

    #[test]
    fn a_place_of_another_league_is_known_but_not_ranked() {
        let (mut project, _) = sample::scored();
        let guizhou = crate::model::Place::new("guizhou", "Guizhou");
        project.library.places.insert(guizhou.id.clone(), guizhou);
        assert!(
            failure(&project, "guizhou")
                .message
                .contains("profile `cities`")
        );
    }
}
