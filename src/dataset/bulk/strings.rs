//! Many short texts without an allocation for each.

/// Texts, one after another in one buffer.
#[derive(Debug, Default)]
pub struct Strings {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Strings {
    /// Returns the bytes of a text, which are UTF-8.
    pub fn bytes(&self, at: usize) -> &[u8] {
        let start = if at == 0 { 0 } else { self.ends[at - 1] };
        &self.bytes[start..self.ends[at]]
    }

    /// Returns a text.
    pub fn text(&self, at: usize) -> String {
        String::from_utf8_lossy(self.bytes(at)).into_owned()
    }

    /// Returns the number of texts.
    pub fn len(&self) -> usize {
        self.ends.len()
    }

    /// Tells whether there are none.
    pub fn is_empty(&self) -> bool {
        self.ends.is_empty()
    }

    pub(super) fn push(&mut self, parts: &[&str], between: u8) {
        for (at, part) in parts.iter().enumerate() {
            if at > 0 {
                self.bytes.push(between);
            }
            self.bytes.extend_from_slice(part.as_bytes());
        }
        self.ends.push(self.bytes.len());
    }

    #[cfg(feature = "parquet")]
    pub(super) fn push_bytes(&mut self, text: &[u8]) {
        self.bytes.extend_from_slice(text);
        self.ends.push(self.bytes.len());
    }

    #[cfg(feature = "parquet")]
    pub(super) fn push_text(&mut self, text: impl AsRef<str>) {
        self.push_bytes(text.as_ref().as_bytes());
    }

    pub(super) fn clear(&mut self) {
        self.bytes.clear();
        self.ends.clear();
    }
}
