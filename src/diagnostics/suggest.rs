//! "Did you mean": the nearest known name to one that is not known.

/// Returns the known name nearest to `given`, if it is near enough to be a slip.
///
/// Nearness is the Jaro-Winkler similarity, with 0.8 as the limit, or the same letters under
/// another spelling of the separators (`Hong-Kong` for `hong_kong`).
pub fn nearest<'a>(given: &str, known: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    let plain = |s: &str| s.to_lowercase().replace(['-', ' ', '.'], "_");
    let wanted = plain(given);
    known
        .into_iter()
        .map(|name| (strsim::jaro_winkler(&wanted, &plain(name)), name))
        .filter(|(similarity, _)| *similarity > 0.8)
        .fold(None, |best: Option<(f64, &str)>, next| match best {
            Some(b) if b.0 >= next.0 => Some(b),
            _ => Some(next),
        })
        .map(|(_, name)| name)
}

/// Returns the help line that goes with an unknown name: the nearest one, or the short list of all.
pub fn did_you_mean<'a>(
    given: &str,
    known: impl IntoIterator<Item = &'a str> + Clone,
) -> Option<String> {
    if let Some(name) = nearest(given, known.clone()) {
        return Some(format!("did you mean `{name}`?"));
    }
    let all: Vec<_> = known.into_iter().collect();
    match all.len() {
        0 => None,
        1..=12 => Some(format!("known: {}", all.join(", "))),
        n => Some(format!("none of the {n} known names is near")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_slip_finds_its_name() {
        assert_eq!(nearest("weigth", ["name", "weight"]), Some("weight"));
        assert_eq!(
            nearest("Hong Kong", ["hohhot", "hong_kong"]),
            Some("hong_kong")
        );
    }

    #[test]
    fn a_short_list_is_shown_when_nothing_is_near() {
        assert_eq!(
            did_you_mean("zzz", ["low", "high"]).unwrap(),
            "known: low, high"
        );
    }
}
