//! Identifiers, each a type of its own so that a place cannot stand where an indicator is meant.

use serde::Serialize;
use std::borrow::Borrow;
use std::fmt;
use std::sync::Arc;

macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
        pub struct $name(Arc<str>);

        impl $name {
            /// Wraps an identifier; its form is checked where it is read.
            pub fn new(id: &str) -> Self {
                Self(id.into())
            }

            /// Returns the text.
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl From<&str> for $name {
            fn from(id: &str) -> Self {
                Self::new(id)
            }
        }
    };
}

id!(
    /// Identifies a place.
    PlaceId
);
id!(
    /// Identifies an indicator.
    IndicatorId
);
id!(
    /// Identifies a criterion: names joined by dots, from pillar to leaf.
    CriterionId
);
id!(
    /// Identifies a publication that figures come from.
    SourceId
);

impl CriterionId {
    /// Returns the id of the parent: all but the last name.
    pub fn parent(&self) -> Option<Self> {
        self.0.rsplit_once('.').map(|(parent, _)| Self::new(parent))
    }

    /// Returns the name that scripts use: dots become underscores.
    pub fn in_scripts(&self) -> String {
        self.0.replace('.', "_")
    }
}

/// Tells whether a text can be an id: names of `[a-z][a-z0-9_]*` joined by dots.
pub fn is_id(text: &str) -> bool {
    text.split('.').all(|name| {
        let mut letters = name.chars();
        letters.next().is_some_and(|c| c.is_ascii_lowercase())
            && letters.all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_')
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_lower_case_names_joined_by_dots() {
        assert!(is_id("compute.ai_eflops"));
        for bad in ["", "Compute", "2fast", "a..b", "a-b", ".a", "北京"] {
            assert!(!is_id(bad), "{bad}");
        }
    }

    #[test]
    fn a_criterion_knows_its_parent() {
        assert_eq!(
            CriterionId::new("a.b.c").parent(),
            Some(CriterionId::new("a.b"))
        );
        assert_eq!(CriterionId::new("a").parent(), None);
    }
}
