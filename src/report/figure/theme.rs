//! Colours of figures and pages, light and dark, in one place.
//!
//! Figures are drawn in the light set. A page in dark replaces each light colour by its dark partner, so
//! that a figure has one definition and other programs can show it as it is.

/// A light colour with its dark partner.
pub type Pair = (&'static str, &'static str);

/// Text.
pub const INK: Pair = ("#1b2430", "#e8eaee");
/// Text of less weight, axis labels.
pub const MUTED: Pair = ("#586273", "#a3adbd");
/// Marks that stay in the background: other places, other lines.
pub const QUIET: Pair = ("#8a919c", "#7b8594");
/// Grid lines and bands.
pub const GRID: Pair = ("#e3e4e0", "#2b323e");
/// The ground of the page.
pub const GROUND: Pair = ("#fdfdfb", "#12161d");
/// The colour of what the reader should look at.
pub const ACCENT: Pair = ("#215fa8", "#84b5f2");
/// What adds.
pub const GAIN: Pair = ("#1d7a63", "#5ecaae");
/// What takes away.
pub const LOSS: Pair = ("#b0452f", "#f09a85");
/// Land on a map.
pub const LAND: Pair = ("#ebe9e1", "#222934");
/// Sea on a map.
pub const SEA: Pair = ("#f6f8fa", "#161b24");
/// Coast line on a map.
pub const COAST: Pair = ("#c4c0b2", "#3d4656");

/// Pillars in reading order; beyond eight the colours start again, and labels tell them apart.
///
/// Neighbours differ in hue and in lightness, so that they stay apart in grey and under the common
/// deficiencies of colour vision; each has at least 4.5:1 against the ground, whose colour numbers on bars have.
pub const SERIES: [Pair; 8] = [
    ("#234f8e", "#7fb0f2"),
    ("#b0600c", "#f2ab62"),
    ("#0c6254", "#58c8b0"),
    ("#96599a", "#d3a0dd"),
    ("#8c2f3f", "#ee8b96"),
    ("#5f7a14", "#b9cc6a"),
    ("#414b5c", "#aab4c6"),
    ("#b04a78", "#f0a3c4"),
];

/// States of the data matrix, in the order of [`State::ALL`](super::State::ALL).
pub const STATES: [Pair; 8] = [
    ("#9cc3e8", "#2f5f92"),
    ("#c7dcef", "#294766"),
    ("#dfe6ea", "#2c3a48"),
    ("#cfe3d4", "#2b4d3f"),
    ("#f2dcb0", "#5e4a1f"),
    ("#f4e6cd", "#4d4227"),
    ("#f7f6f2", "#191e27"),
    ("#eeeeea", "#20262f"),
];

/// What happens always, in a table of shares.
pub const SURE: Pair = ("#5f9bd1", "#35659a");
/// What is dearest, in a table of costs.
pub const DEAR: Pair = ("#e9b583", "#74461f");
/// The ground behind places that cannot be told apart.
pub const TIED: Pair = ("#f3f1e8", "#1d2430");

/// Fonts with letters for Latin and Chinese scripts on the common systems.
pub const FONTS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'PingFang SC', 'Hiragino Sans GB', \
     'Microsoft YaHei', 'Noto Sans CJK SC', 'Noto Sans SC', sans-serif";

/// Returns the colours of a pillar.
pub fn series(at: usize) -> Pair {
    SERIES[at % SERIES.len()]
}

/// Returns every pair, for pages that follow the reader's choice of light or dark.
pub fn pairs() -> Vec<Pair> {
    let single = [
        INK, MUTED, QUIET, GRID, GROUND, ACCENT, GAIN, LOSS, LAND, SEA, COAST, SURE, DEAR, TIED,
    ];
    single.into_iter().chain(SERIES).chain(STATES).collect()
}

/// Makes a text stand for itself where Plotly would read tags and entities.
pub fn label(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for letter in text.chars() {
        match letter {
            '<' => out.push_str("&lt;"),
            '>' => out.push_str("&gt;"),
            '&' => out.push_str("&amp;"),
            letter if letter.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out
}

/// The same, broken into lines of about `width` columns; Chinese letters take two and break anywhere.
pub fn wrapped(text: &str, width: usize) -> String {
    let mut lines: Vec<String> = vec![];
    let (mut line, mut used) = (String::new(), 0);
    for word in words(text) {
        let wide = columns(word);
        if used > 0 && used + wide > width {
            lines.push(std::mem::take(&mut line));
            used = 0;
        }
        line.push_str(word);
        used += wide;
    }
    lines.push(line);
    let lines: Vec<String> = lines.iter().map(|line| label(line.trim())).collect();
    lines.join("<br>")
}

/// Marks that no line ends with.
const OPENING: [char; 5] = ['（', '《', '「', '【', '“'];
/// Marks that no line begins with.
const CLOSING: [char; 12] = [
    '）', '》', '」', '】', '”', '，', '。', '、', '；', '：', '！', '？',
];

/// Cuts a text after each space and around each wide letter.
fn words(text: &str) -> Vec<&str> {
    let (mut words, mut start) = (vec![], 0);
    for (at, letter) in text.char_indices() {
        let end = at + letter.len_utf8();
        let next = text[end..].chars().next();
        // A bracket stays with what it opens or closes.
        let bound = OPENING.contains(&letter) || next.is_some_and(|next| CLOSING.contains(&next));
        if letter == ' ' || (is_wide(letter) && !bound) {
            words.push(&text[start..end]);
            start = end;
        }
    }
    words.push(&text[start..]);
    words
}

fn is_wide(letter: char) -> bool {
    matches!(letter, '\u{2e80}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}' | '\u{f900}'..='\u{faff}' | '\u{ff00}'..='\u{ff60}')
}

/// Returns about how many columns a text takes.
pub fn columns(text: &str) -> usize {
    text.chars().map(|c| if is_wide(c) { 2 } else { 1 }).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn channel(hex: &str) -> f64 {
        let value = f64::from(u8::from_str_radix(hex, 16).unwrap()) / 255.0;
        if value <= 0.03928 {
            value / 12.92
        } else {
            crate::num::float::pow((value + 0.055) / 1.055, 2.4)
        }
    }

    fn luminance(colour: &str) -> f64 {
        let [r, g, b] = [1, 3, 5].map(|at| channel(&colour[at..at + 2]));
        0.2126 * r + 0.7152 * g + 0.0722 * b
    }

    /// WCAG 2.2, "contrast ratio".
    fn contrast(a: &str, b: &str) -> f64 {
        let (a, b) = (luminance(a), luminance(b));
        (a.max(b) + 0.05) / (a.min(b) + 0.05)
    }

    #[test]
    fn marks_have_three_to_one_against_the_ground_and_text_four_and_a_half() {
        for (light, dark) in [GAIN, LOSS, QUIET] {
            assert!(contrast(light, GROUND.0) >= 3.0, "{light}");
            assert!(contrast(dark, GROUND.1) >= 3.0, "{dark}");
        }
        let texts = [INK, MUTED, ACCENT].into_iter().chain(SERIES);
        for (light, dark) in texts {
            assert!(contrast(light, GROUND.0) >= 4.5, "{light}");
            assert!(contrast(dark, GROUND.1) >= 4.5, "{dark}");
        }
    }

    #[test]
    fn signs_can_be_read_on_the_states_of_the_matrix() {
        for (light, dark) in STATES.into_iter().chain([SURE, DEAR, GRID]) {
            assert!(contrast(INK.0, light) >= 4.5, "{light}");
            assert!(contrast(INK.1, dark) >= 4.5, "{dark}");
        }
    }

    #[test]
    fn neighbouring_pillars_stay_apart_in_grey() {
        for pair in SERIES.windows(2) {
            let ratio = contrast(pair[0].0, pair[1].0);
            assert!(ratio >= 1.3, "{pair:?}: {ratio}");
        }
    }

    #[test]
    fn no_light_colour_has_two_dark_partners() {
        let pairs = pairs();
        for (at, (light, dark)) in pairs.iter().enumerate() {
            let other = pairs[..at].iter().find(|(known, _)| known == light);
            assert!(other.is_none_or(|(_, known)| known == dark), "{light}");
        }
    }

    #[test]
    fn names_are_text_and_break_between_words() {
        assert_eq!(label("<b>&\u{7}"), "&lt;b&gt;&amp; ");
        assert_eq!(
            wrapped("Double First-Class universities", 20),
            "Double First-Class<br>universities"
        );
        assert_eq!(wrapped("呼和浩特和林格尔", 8), "呼和浩特<br>和林格尔");
        assert_eq!(
            wrapped("人工智能模型（2023–2025）", 14),
            "人工智能模型<br>（2023–2025）"
        );
        assert_eq!(wrapped("", 8), "");
    }
}
