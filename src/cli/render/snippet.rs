//! Findings for people: what is wrong, the text with the spot underlined, and the way out.

use crate::diagnostics::{Diagnostic, Files, Label, Severity};
use crate::report::findings::is_whole;
use crate::report::terminal::Screen;
use annotate_snippets::{
    AnnotationKind, Group, Level, Origin, Renderer, Snippet, normalize_untrusted_str,
};

/// Longest line that is shown whole, in characters; longer ones are cut around the spot.
const LONG: usize = 160;
/// Characters kept before and after the spot in a long line.
const AROUND: usize = 40;

/// Writes findings one after another, with a line of counts at the end.
pub fn snippets<'a>(
    found: impl IntoIterator<Item = &'a Diagnostic>,
    files: &Files,
    screen: Screen,
) -> String {
    let found: Vec<&Diagnostic> = found.into_iter().collect();
    let renderer = if screen.colour {
        Renderer::styled()
    } else {
        Renderer::plain()
    };
    let renderer = renderer.term_width(screen.width);
    let mut out = String::new();
    for diagnostic in &found {
        out.push_str(&snippet(diagnostic, files, &renderer));
        out.push_str("\n\n");
    }
    let summary = super::summary(found.iter().copied());
    if !summary.is_empty() {
        out.push_str(&summary);
        out.push('\n');
    }
    out
}

fn snippet(diagnostic: &Diagnostic, files: &Files, renderer: &Renderer) -> String {
    let level = match diagnostic.severity() {
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    // Messages quote what files say, so escape sequences are taken out of them.
    let title = level.primary_title(normalize_untrusted_str(&diagnostic.message));
    let mut group = Group::with_title(title.id(diagnostic.code.0));
    // Places as the renderer counts them in cut lines, each with the true one.
    let mut shifted: Vec<(String, String)> = vec![];
    for (position, label) in diagnostic.labels.iter().enumerate() {
        let kind = if position == 0 {
            AnnotationKind::Primary
        } else {
            AnnotationKind::Context
        };
        group = show(group, label, kind, files, &mut shifted);
    }
    for note in &diagnostic.notes {
        group = group.element(Level::NOTE.message(normalize_untrusted_str(note)));
    }
    for help in &diagnostic.help {
        group = group.element(Level::HELP.message(normalize_untrusted_str(help)));
    }
    let more = format!("run `exacity explain {}` for more", diagnostic.code);
    let group = group.element(Level::HELP.message(more));
    let shown = renderer.render(&[group]);
    let places = shifted.iter();
    places.fold(shown, |shown, (counted, true_place)| {
        shown.replacen(counted, true_place, 1)
    })
}

fn show<'a>(
    group: Group<'a>,
    label: &'a Label,
    kind: AnnotationKind,
    files: &'a Files,
    shifted: &mut Vec<(String, String)>,
) -> Group<'a> {
    let (span, file) = (&label.span, label.span.file.as_str());
    let text = files.text(&span.file).filter(|_| !is_whole(span));
    let Some(excerpt) = text.and_then(|text| Excerpt::around(text, span.start, span.end)) else {
        return group.element(Origin::path(file));
    };
    let column = excerpt.text[..excerpt.start].chars().count() + 1;
    if column != excerpt.column {
        let place = |column| format!("{file}:{}:{column}", excerpt.line);
        shifted.push((place(column), place(excerpt.column)));
    }
    let words = (!label.text.is_empty()).then(|| normalize_untrusted_str(&label.text));
    let annotation = kind.span(excerpt.start..excerpt.end).label(words);
    let snippet = Snippet::source(excerpt.text).line_start(excerpt.line);
    group.element(snippet.path(file).annotation(annotation))
}

/// The lines of a text that a span touches; long lines cut around it.
struct Excerpt {
    text: String,
    line: usize,
    column: usize,
    start: usize,
    end: usize,
}

impl Excerpt {
    fn around(text: &str, start: usize, end: usize) -> Option<Self> {
        let start = boundary(text, start.min(text.len()));
        let end = boundary(text, end.clamp(start, text.len()));
        let first = text[..start].rfind('\n').map_or(0, |at| at + 1);
        let last = text[end..].find('\n').map_or(text.len(), |at| end + at);
        let lines = text.get(first..last)?;
        let line = text[..first].matches('\n').count() + 1;
        let column = text[first..start].chars().count() + 1;
        if lines.lines().all(|line| line.chars().count() <= LONG) {
            let text = lines.trim_end_matches('\r');
            let start = (start - first).min(text.len());
            return Some(Self {
                text: text.to_owned(),
                line,
                column,
                start,
                end: (end - first).clamp(start, text.len()),
            });
        }
        Some(Self::cut(text, (first, last), (start, end), (line, column)))
    }

    fn cut(
        text: &str,
        (first, last): (usize, usize),
        (start, end): (usize, usize),
        (line, column): (usize, usize),
    ) -> Self {
        // A long spot is cut as well, and one over several lines ends with its first.
        let end = text[start..end].find('\n').map_or(end, |at| start + at);
        let last = text[start..last].find('\n').map_or(last, |at| start + at);
        let spot = keep(&text[start..end], LONG - 2 * AROUND);
        let before = tail(&text[first..start], AROUND);
        let after = keep(
            &text[start + spot.len()..last.max(start + spot.len())],
            AROUND,
        );
        let open = if before.len() < start - first {
            "…"
        } else {
            ""
        };
        let more = start + spot.len() + after.len() < last;
        let close = if more { "…" } else { "" };
        let offset = open.len() + before.len();
        Self {
            text: format!("{open}{before}{spot}{after}{close}"),
            line,
            column,
            start: offset,
            end: offset + spot.len(),
        }
    }
}

fn boundary(text: &str, mut at: usize) -> usize {
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

/// Returns the first characters of a text.
fn keep(text: &str, count: usize) -> &str {
    text.char_indices()
        .nth(count)
        .map_or(text, |(at, _)| &text[..at])
}

/// Returns the last characters of a text.
fn tail(text: &str, count: usize) -> &str {
    match count.checked_sub(1) {
        None => "",
        Some(skip) => text
            .char_indices()
            .nth_back(skip)
            .map_or(text, |(at, _)| &text[at..]),
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{SCREEN, found};
    use super::*;
    use crate::diagnostics::{Code, FileId, Span};

    #[test]
    fn findings_point_into_the_text() {
        let (found, files) = found();
        insta::assert_snapshot!(snippets(found.iter(), &files, SCREEN));
    }

    #[test]
    fn a_long_line_is_cut_around_the_spot_and_keeps_its_column() {
        let (found, files) = found();
        let long = found.iter().nth(1).unwrap();
        let text = snippets([long], &files, SCREEN);
        assert!(text.contains("data/observations.csv:2:210"), "{text}");
        assert!(text.contains("12x") && text.contains("^^^"), "{text}");
        assert!(
            text.lines().all(|line| line.chars().count() <= 130),
            "{text}"
        );
    }

    #[test]
    fn any_span_can_be_shown() {
        let file = FileId::new("a.toml");
        let texts = ["", "a", "北京", "a\r\nb\r\n", "x\n", &"长".repeat(500)];
        for text in texts {
            let mut files = Files::default();
            files.insert(file.clone(), text);
            for start in 0..8 {
                for end in [start, start + 1, start + 5, 5000] {
                    let one = Diagnostic::new(Code("E0102"), "m")
                        .at(Span::new(&file, start..end), "here");
                    assert!(snippets([&one], &files, SCREEN).contains("error[E0102]: m"));
                }
            }
        }
    }

    #[test]
    fn an_escape_sequence_in_a_message_does_not_reach_the_terminal() {
        let one = Diagnostic::new(Code("E0205"), "no place `\u{1b}[31mx`");
        assert!(!snippets([&one], &Files::default(), SCREEN).contains('\u{1b}'));
    }
}
