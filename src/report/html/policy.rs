//! What the page may do: run the scripts that were written into it, and load nothing.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// Returns the content security policy of a page with these styles and scripts; `host` is where a
/// script is loaded from, if it is not in the page.
///
/// The drawing library adds an empty style element and fills it by rule, which needs the hash of an empty
/// text; bars have their width as a style attribute, which can load nothing under this policy.
pub(super) fn policy(styles: &[&str], scripts: &[&str], host: Option<&str>) -> String {
    let hashes = |texts: &[&str]| {
        let all: Vec<String> = texts.iter().map(|text| hash(text)).collect();
        all.join(" ")
    };
    let host = host.map(|host| format!(" {host}")).unwrap_or_default();
    format!(
        "default-src 'none'; style-src {} {}; style-src-attr 'unsafe-inline'; script-src {}{host}; img-src data:; \
         base-uri 'none'; form-action 'none'",
        hashes(styles),
        hash(""),
        hashes(scripts),
    )
}

fn hash(text: &str) -> String {
    format!("'sha256-{}'", STANDARD.encode(Sha256::digest(text)))
}

#[cfg(test)]
mod tests {
    #[test]
    fn the_hash_of_nothing_is_the_known_one() {
        assert_eq!(
            super::hash(""),
            "'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='"
        );
    }
}
