//! Names of sheets: at most 31 characters, some not allowed, none twice whatever the case.

/// Longest name of a sheet.
const LONGEST: usize = 31;

/// The names given so far.
#[derive(Debug, Default)]
pub(super) struct Names(Vec<String>);

impl Names {
    /// Makes a name from a title, or from an identifier where there is no title.
    pub(super) fn unique(&mut self, title: &str, id: &str) -> String {
        let wanted = if title.trim().is_empty() { id } else { title };
        let wanted = allowed(wanted);
        let name = (1..=self.0.len() + 1)
            .map(|copy| numbered(&wanted, copy))
            .find(|name| !self.0.contains(&name.to_lowercase()))
            .unwrap_or(wanted);
        self.0.push(name.to_lowercase());
        name
    }
}

fn allowed(text: &str) -> String {
    let plain = |c: char| match c {
        '[' | ']' | ':' | '*' | '?' | '/' | '\\' | '\'' => ' ',
        c if c.is_control() => ' ',
        c => c,
    };
    let text: String = text.chars().map(plain).collect();
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    match text.as_str() {
        "" => "Sheet".to_owned(),
        // Excel keeps this name for itself.
        _ if text.eq_ignore_ascii_case("history") => "History of it".to_owned(),
        _ => text,
    }
}

/// Cuts a name so that a number fits behind it. Excel counts in UTF-16.
fn numbered(name: &str, copy: usize) -> String {
    let ending = if copy == 1 {
        String::new()
    } else {
        format!(" {copy}")
    };
    let room = LONGEST - ending.len();
    let mut used = 0;
    let start = name.chars().take_while(|c| {
        used += c.len_utf16();
        used <= room
    });
    let start: String = start.collect();
    format!("{}{ending}", start.trim_end())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_short_allowed_and_unique() {
        let mut names = Names::default();
        assert_eq!(
            names.unique("Guiyang / Gui'an: [why]?", "x"),
            "Guiyang Gui an why"
        );
        assert_eq!(
            names.unique("guiyang gui AN why", "x"),
            "guiyang gui AN why 2"
        );
        let long = "北京".repeat(20);
        assert_eq!(names.unique(&long, "x").chars().count(), 31);
        assert_eq!(names.unique(&long, "x").chars().count(), 31);
        assert_eq!(names.unique("", "why-beijing"), "why-beijing");
        assert_eq!(names.unique("***", "x"), "Sheet");
    }
}
