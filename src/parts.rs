//! Parts of a run that was split over machines, and whether they make a whole.
//!
//! A part is a file of one line that says what it is, a description, a body, and a checksum over all of
//! it. What description and body hold is for the kind of run to say ([`crate::bulk`],
//! [`crate::robustness`]); here it is decided whether parts belong together.

use crate::diagnostics::{Code, Diagnostic, Diagnostics, Files};
use crate::sources::stream::Input;
use serde::{Deserialize, Serialize};
use std::io::{self, Read, Write};
use std::str::FromStr;

const MAGIC: &[u8] = b"exacity part 1\n";
const CHECKSUM: u64 = 32;
const BUFFER: usize = 1 << 18;

/// One of so many parts, counted from 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Shard {
    /// Which.
    pub at: u32,
    /// Of how many.
    pub of: u32,
}

impl Shard {
    /// Returns which of `all` things in a row belong to this part: a piece without gaps.
    pub fn range(self, all: u64) -> std::ops::Range<u64> {
        let bound = |at: u32| {
            let wide = u128::from(all) * u128::from(at) / u128::from(self.of.max(1));
            u64::try_from(wide).unwrap_or(u64::MAX)
        };
        bound(self.at - 1)..bound(self.at)
    }
}

impl FromStr for Shard {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let numbers = text
            .split_once('/')
            .and_then(|(at, of)| Some((at.parse().ok()?, of.parse().ok()?)));
        match numbers {
            Some((at, of)) if at >= 1 && at <= of => Ok(Self { at, of }),
            _ => Err("which part of how many, as in 3/8; the first is 1".to_owned()),
        }
    }
}

impl std::fmt::Display for Shard {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}/{}", self.at, self.of)
    }
}

/// Hashes everything of a project that a result depends on: this version, the settings in force, and every
/// text that was read but `except`.
pub fn project_hash<'t>(
    files: &Files,
    settings: impl Iterator<Item = (&'t str, &'t str)>,
    except: Option<&str>,
) -> String {
    let mut hasher = blake3::Hasher::new();
    let mut put = |text: &str| {
        hasher.update(&(text.len() as u64).to_le_bytes());
        hasher.update(text.as_bytes());
    };
    put(env!("CARGO_PKG_VERSION"));
    for (path, value) in settings {
        put(path);
        put(value);
    }
    let mut texts: Vec<_> = files.iter().collect();
    texts.sort_by_key(|(file, _)| file.as_str());
    for (file, text) in texts
        .into_iter()
        .filter(|(file, _)| Some(file.as_str()) != except)
    {
        put(file.as_str());
        put(text);
    }
    hasher.finalize().to_hex().to_string()
}

/// What a part is part of.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stamp {
    /// The kind of run: `score` or `robustness`.
    pub kind: String,
    /// Version of exacity.
    pub exacity: String,
    /// Hash of the project with its settings.
    pub project: String,
    /// Hash of everything else that has to agree: the table, what was asked.
    pub run: String,
    /// Which part.
    pub shard: Shard,
}

impl Stamp {
    /// Stamps a part made by this version.
    pub fn new(kind: &str, project: &str, run: &str, shard: Shard) -> Self {
        Self {
            kind: kind.to_owned(),
            exacity: env!("CARGO_PKG_VERSION").to_owned(),
            project: project.to_owned(),
            run: run.to_owned(),
            shard,
        }
    }
}

#[derive(Serialize, Deserialize)]
struct Head {
    stamp: Stamp,
    about: serde_json::Value,
}

/// Writes a part.
///
/// # Errors
///
/// What the system says, and descriptions that are no JSON.
pub fn write(
    into: &mut dyn Write,
    stamp: &Stamp,
    about: &impl Serialize,
    body: &mut dyn FnMut(&mut dyn Write) -> io::Result<()>,
) -> io::Result<()> {
    let head = Head {
        stamp: stamp.clone(),
        about: serde_json::to_value(about)?,
    };
    let head = serde_json::to_vec(&head)?;
    let mut out = Summing {
        into,
        hasher: blake3::Hasher::new(),
    };
    out.write_all(MAGIC)?;
    out.write_all(&(head.len() as u64).to_le_bytes())?;
    out.write_all(&head)?;
    let mut buffered = io::BufWriter::with_capacity(BUFFER, &mut out);
    body(&mut buffered)?;
    buffered.flush()?;
    drop(buffered);
    let sum = out.hasher.finalize();
    out.into.write_all(sum.as_bytes())?;
    out.into.flush()
}

/// Hashes what is written.
struct Summing<'w> {
    into: &'w mut dyn Write,
    hasher: blake3::Hasher,
}

impl Write for Summing<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let count = self.into.write(bytes)?;
        self.hasher.update(&bytes[..count]);
        Ok(count)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.into.flush()
    }
}

/// A part that was read.
pub struct Part<'i> {
    input: &'i dyn Input,
    /// What it is part of.
    pub stamp: Stamp,
    /// Its description.
    pub about: serde_json::Value,
    body: u64,
    length: u64,
}

impl std::fmt::Debug for Part<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Part")
            .field("stamp", &self.stamp)
            .finish_non_exhaustive()
    }
}

impl<'i> Part<'i> {
    /// Returns what people call the file.
    pub fn name(&self) -> String {
        self.input.name()
    }

    /// Opens the body.
    pub fn body(&self) -> io::Result<Box<dyn Read + 'i>> {
        Ok(Box::new(self.input.open(self.body)?.take(self.length)))
    }

    /// Reads the description.
    ///
    /// # Errors
    ///
    /// E0805 if it is not what this kind of part has.
    pub fn described<T: for<'d> Deserialize<'d>>(&self) -> Result<T, Diagnostic> {
        serde_json::from_value(self.about.clone())
            .map_err(|error| damaged(&self.name(), &error.to_string()))
    }
}

/// Makes the finding for a file that is no part, or a damaged one.
pub fn damaged(name: &str, why: &str) -> Diagnostic {
    Diagnostic::new(Code("E0805"), format!("`{name}` is damaged: {why}"))
        .help("make this part again with `--shard`")
}

/// Opens all parts of a run, in their order.
///
/// # Errors
///
/// E0805 for files that are no parts or damaged; E0804 for parts that are missing, there twice, or made by
/// another version, from another project or of another run.
pub fn open<'i>(inputs: &[&'i dyn Input]) -> Result<Vec<Part<'i>>, Diagnostics> {
    let mut found = Diagnostics::new();
    let mut parts = vec![];
    for input in inputs {
        match one(*input) {
            Ok(part) => parts.push(part),
            Err(finding) => found.push(finding),
        }
    }
    if found.is_empty() {
        found.extend(agree(&parts));
    }
    parts.sort_by_key(|part| part.stamp.shard);
    if found.is_empty() {
        Ok(parts)
    } else {
        Err(found)
    }
}

fn one(input: &dyn Input) -> Result<Part<'_>, Diagnostic> {
    let name = input.name();
    let unread = |error: io::Error| {
        Diagnostic::new(Code("E0805"), format!("`{name}` cannot be read: {error}"))
            .help("check the path")
    };
    let length = input.length().map_err(unread)?;
    let mut source = io::BufReader::with_capacity(BUFFER, input.open(0).map_err(unread)?);
    let mut magic = vec![0; MAGIC.len() + 8];
    let begun = source.read_exact(&mut magic).is_ok() && magic.starts_with(MAGIC);
    if !begun {
        let message = format!("`{name}` is no part of a run");
        return Err(Diagnostic::new(Code("E0805"), message).help("name files that `--shard` wrote"));
    }
    let head = u64::from_le_bytes(
        magic[MAGIC.len()..]
            .first_chunk()
            .copied()
            .unwrap_or_default(),
    );
    let body = magic.len() as u64 + head;
    if length < body + CHECKSUM {
        return Err(damaged(&name, "it is cut off"));
    }
    let mut hasher = blake3::Hasher::new();
    hasher.update(&magic);
    let mut text = vec![];
    (&mut source)
        .take(head)
        .read_to_end(&mut text)
        .map_err(unread)?;
    hasher.update(&text);
    let rest = length - body - CHECKSUM;
    io::copy(&mut (&mut source).take(rest), &mut hasher).map_err(unread)?;
    let mut sum = vec![];
    source.read_to_end(&mut sum).map_err(unread)?;
    if sum != hasher.finalize().as_bytes() {
        return Err(damaged(&name, "its checksum does not fit"));
    }
    let head: Head =
        serde_json::from_slice(&text).map_err(|error| damaged(&name, &error.to_string()))?;
    Ok(Part {
        input,
        stamp: head.stamp,
        about: head.about,
        body,
        length: rest,
    })
}

/// Finds what keeps parts from making a whole.
fn agree(parts: &[Part<'_>]) -> Vec<Diagnostic> {
    let differ = |message: String, help: &str| Diagnostic::new(Code("E0804"), message).help(help);
    let Some(first) = parts.first() else {
        return vec![differ(
            "no part was named".to_owned(),
            "name all parts: `exacity merge part-*`",
        )];
    };
    let mut found = vec![];
    let version = env!("CARGO_PKG_VERSION");
    let (own, stamp) = (first.name(), &first.stamp);
    for part in parts {
        let (name, other) = (part.name(), &part.stamp);
        if other.exacity != version {
            let message = format!(
                "`{name}` was made by exacity {}, and this is {version}",
                other.exacity
            );
            found.push(differ(message, "make and merge all parts with one version"));
        } else if other.kind != stamp.kind {
            let message = format!(
                "`{name}` is of `{}` and `{own}` of `{}`",
                other.kind, stamp.kind
            );
            found.push(differ(message, "merge each run on its own"));
        } else if other.project != stamp.project {
            let message =
                format!("`{name}` comes from another project or other settings than `{own}`");
            found.push(differ(
                message,
                "make all parts from one project with one set of options",
            ));
        } else if other.run != stamp.run {
            let message = format!(
                "`{name}` is of another table or was asked for something else than `{own}`"
            );
            found.push(differ(
                message,
                "make all parts with the same table and options",
            ));
        } else if other.shard.of != stamp.shard.of {
            let (a, b) = (other.shard, stamp.shard);
            let message = format!("`{name}` is part {a} and `{own}` part {b}");
            found.push(differ(message, "cut a run into one number of parts"));
        }
    }
    if found.is_empty() {
        found = complete(parts, stamp.shard.of);
    }
    found
}

fn complete(parts: &[Part<'_>], of: u32) -> Vec<Diagnostic> {
    let mut found = vec![];
    let mut names: std::collections::BTreeMap<u32, Vec<String>> = std::collections::BTreeMap::new();
    for part in parts {
        names
            .entry(part.stamp.shard.at)
            .or_default()
            .push(part.name());
    }
    for (at, names) in names.iter().filter(|(_, names)| names.len() > 1) {
        let message = format!("part {at} of {of} is there twice: {}", names.join(", "));
        found.push(Diagnostic::new(Code("E0804"), message).help("name each part once"));
    }
    let missing: Vec<u32> = (1..=of).filter(|at| !names.contains_key(at)).collect();
    if let Some(first) = missing.first() {
        let message = match missing.len() {
            1 => format!("part {first} of {of} is missing"),
            more => format!("{more} of {of} parts are missing, the first of them part {first}"),
        };
        let help = format!("run it again with `--shard {first}/{of}`, and merge all parts");
        found.push(Diagnostic::new(Code("E0804"), message).help(help));
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sources::stream::MemoryInput;

    fn part(at: u32, of: u32, change: impl Fn(&mut Stamp)) -> MemoryInput {
        let mut stamp = Stamp::new("score", "p", "r", Shard { at, of });
        change(&mut stamp);
        let mut bytes = vec![];
        write(&mut bytes, &stamp, &at, &mut |out| out.write_all(&[7; 9])).unwrap();
        MemoryInput {
            name: format!("part-{at}"),
            bytes,
        }
    }

    fn messages(parts: &[MemoryInput]) -> Vec<String> {
        let inputs: Vec<&dyn Input> = parts.iter().map(|part| part as &dyn Input).collect();
        match open(&inputs) {
            Ok(_) => vec![],
            Err(found) => found
                .iter()
                .map(|d| format!("{}: {}", d.code, d.message))
                .collect(),
        }
    }

    fn same(_: &mut Stamp) {}

    #[test]
    fn parts_in_any_order_are_put_in_theirs_and_keep_their_bodies() {
        let parts = [part(2, 2, same), part(1, 2, same)];
        let inputs: Vec<&dyn Input> = parts.iter().map(|part| part as &dyn Input).collect();
        let opened = open(&inputs).unwrap();
        assert_eq!(opened[0].stamp.shard.at, 1);
        assert_eq!(opened[1].described::<u32>().unwrap(), 2);
        let mut body = vec![];
        opened[0].body().unwrap().read_to_end(&mut body).unwrap();
        assert_eq!(body, [7; 9]);
    }

    #[test]
    fn what_is_missing_or_there_twice_is_named() {
        assert_eq!(
            messages(&[part(1, 3, same), part(1, 3, same), part(3, 3, same)]),
            [
                "E0804: part 1 of 3 is there twice: part-1, part-1",
                "E0804: part 2 of 3 is missing"
            ]
        );
        assert_eq!(messages(&[]), ["E0804: no part was named"]);
    }

    #[test]
    fn parts_of_different_runs_are_refused() {
        let first = part(1, 2, same);
        let other = |change: fn(&mut Stamp)| messages(&[first.clone(), part(2, 2, change)]);
        assert!(other(|s| s.project.push('x'))[0].contains("another project"));
        assert!(other(|s| s.run.push('x'))[0].contains("another table"));
        assert!(other(|s| s.exacity.push('x'))[0].contains("was made by exacity"));
        assert!(other(|s| s.kind.push('x'))[0].contains("is of `scorex`"));
        assert!(other(|s| s.shard.of = 3)[0].contains("part 2/3"));
    }

    #[test]
    fn a_part_that_is_cut_off_or_touched_is_found_out() {
        let whole = part(1, 1, same);
        assert!(messages(std::slice::from_ref(&whole)).is_empty());
        for cut in [3, 30, whole.bytes.len() - 1] {
            let mut less = whole.clone();
            less.bytes.truncate(cut);
            assert!(messages(&[less])[0].starts_with("E0805"), "{cut}");
        }
        let mut touched = whole.clone();
        let at = touched.bytes.len() - 35;
        touched.bytes[at] ^= 1;
        assert_eq!(
            messages(&[touched]),
            ["E0805: `part-1` is damaged: its checksum does not fit"]
        );
    }

    #[test]
    fn pieces_of_a_row_of_things_leave_no_gap() {
        for of in 1..9 {
            let ranges = (1..=of).map(|at| Shard { at, of }.range(5));
            let all: Vec<u64> = ranges.flatten().collect();
            assert_eq!(all, [0, 1, 2, 3, 4]);
        }
        assert!("0/3".parse::<Shard>().is_err() && "4/3".parse::<Shard>().is_err());
        assert_eq!("3/8".parse(), Ok(Shard { at: 3, of: 8 }));
    }
}
