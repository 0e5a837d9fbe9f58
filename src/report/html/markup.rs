//! Writing HTML so that a text can never become mark-up: everything that is not a tag name goes through
//! here and is escaped.

/// HTML under way.
#[derive(Debug, Default)]
pub(super) struct Markup(String);

impl Markup {
    /// Opens an element.
    pub(super) fn open(&mut self, name: &str, attributes: &[(&str, &str)]) -> &mut Self {
        self.0.push('<');
        self.0.push_str(name);
        for (key, value) in attributes {
            self.0.push(' ');
            self.0.push_str(key);
            // An attribute without a value is one that is simply there: `hidden`, `open`.
            if !value.is_empty() {
                self.0.push_str("=\"");
                escape(&mut self.0, value);
                self.0.push('"');
            }
        }
        self.0.push('>');
        self
    }

    /// Closes an element.
    pub(super) fn close(&mut self, name: &str) -> &mut Self {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
        self
    }

    /// Writes text.
    pub(super) fn text(&mut self, text: &str) -> &mut Self {
        escape(&mut self.0, text);
        self
    }

    /// Writes an element with nothing but text in it.
    pub(super) fn element(
        &mut self,
        name: &str,
        attributes: &[(&str, &str)],
        text: &str,
    ) -> &mut Self {
        self.open(name, attributes).text(text).close(name)
    }

    /// Writes what is mark-up already: our own style, scripts and data.
    pub(super) fn raw(&mut self, ours: &str) -> &mut Self {
        self.0.push_str(ours);
        self
    }

    /// Starts a new line, for those who read the source.
    pub(super) fn line(&mut self) -> &mut Self {
        self.0.push('\n');
        self
    }

    /// Returns the page.
    pub(super) fn finish(self) -> String {
        self.0
    }

    /// Writes text in which addresses are links and words between backticks are code.
    pub(super) fn prose(&mut self, text: &str) -> &mut Self {
        for (at, part) in text.split('`').enumerate() {
            if at % 2 == 1 {
                self.element("code", &[], part);
                continue;
            }
            let mut rest = part;
            while let Some(start) = address_in(rest) {
                let end = rest[start..]
                    .find(char::is_whitespace)
                    .map_or(rest.len(), |end| start + end);
                self.text(&rest[..start]).link(&rest[start..end]);
                rest = &rest[end..];
            }
            self.text(rest);
        }
        self
    }

    /// Writes an address as a link to itself.
    pub(super) fn link(&mut self, address: &str) -> &mut Self {
        let attributes = [("href", address), ("rel", "noreferrer noopener")];
        self.element("a", &attributes, address)
    }
}

fn address_in(text: &str) -> Option<usize> {
    let starts = ["https://", "http://"]
        .into_iter()
        .filter_map(|scheme| text.find(scheme));
    starts.min()
}

/// Tells whether a text is an address that a reader can follow.
pub(super) fn is_address(text: &str) -> bool {
    (text.starts_with("https://") || text.starts_with("http://"))
        && !text.contains(char::is_whitespace)
}

fn escape(out: &mut String, text: &str) {
    for letter in text.chars() {
        match letter {
            '&' => out.push_str("&amp;"),
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '"' => out.push_str("&quot;"),
            '\'' => out.push_str("&#39;"),
            // Marks that turn the direction of writing would let a name rewrite what stands beside it.
            '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' => out.push('\u{fffd}'),
            letter if letter.is_control() && letter != '\n' => out.push('\u{fffd}'),
            letter => out.push(letter),
        }
    }
}

/// Makes JSON safe inside a script element: no text in it can end the element.
pub(super) fn data_block(json: &str) -> String {
    json.replace('<', "\\u003c")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_and_attributes_stay_texts() {
        let mut out = Markup::default();
        out.element("b", &[("title", "\"><script>")], "</b>&\u{202e}'");
        assert_eq!(
            out.finish(),
            "<b title=\"&quot;&gt;&lt;script&gt;\">&lt;/b&gt;&amp;\u{fffd}&#39;</b>"
        );
    }

    #[test]
    fn addresses_are_links_and_backticks_are_code() {
        let mut out = Markup::default();
        out.prose("see https://a.cn/<x> or `rank <y>`");
        assert_eq!(
            out.finish(),
            "see <a href=\"https://a.cn/&lt;x&gt;\" rel=\"noreferrer noopener\">https://a.cn/&lt;x&gt;</a> or <code>rank &lt;y&gt;</code>"
        );
        assert!(!is_address("javascript:alert(1)") && is_address("https://a.cn"));
    }

    #[test]
    fn data_cannot_end_its_element() {
        assert_eq!(
            data_block("{\"a\":\"</script>\"}"),
            "{\"a\":\"\\u003c/script>\"}"
        );
    }
}
