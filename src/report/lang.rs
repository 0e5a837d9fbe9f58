//! The language of a report.
//!
//! Sentences are written in both languages side by side, where they are made: whoever changes one sees
//! the other. Single words that many tables share (headings, states) stand in one list.

/// The language of a report's words. Ids, units and names of sources stay as they are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Lang {
    /// English.
    #[default]
    En,
    /// Simplified Chinese.
    Zh,
}

impl Lang {
    /// Returns the tag that pages and programs use.
    pub fn tag(self) -> &'static str {
        match self {
            Self::En => "en",
            Self::Zh => "zh-CN",
        }
    }

    /// Chooses between two wordings of the same.
    pub fn pick<'a>(self, en: &'a str, zh: &'a str) -> &'a str {
        match self {
            Self::En => en,
            Self::Zh => zh,
        }
    }

    /// Translates a word of the list; others are returned as they are.
    pub fn word(self, en: &str) -> &str {
        let known = || WORDS.iter().find(|(word, _)| *word == en);
        match self {
            Self::En => en,
            Self::Zh => known().map_or(en, |(_, zh)| zh),
        }
    }

    /// Joins words with commas and a last "and".
    pub fn list(self, words: &[impl AsRef<str>]) -> String {
        match self {
            Self::En => super::views::words::list(words),
            Self::Zh => {
                let words: Vec<&str> = words.iter().map(AsRef::as_ref).collect();
                words.join("、")
            }
        }
    }
}

/// Headings of tables and single words, English and Chinese.
static WORDS: &[(&str, &str)] = &[
    ("rank", "排名"),
    ("place", "地区"),
    ("score", "得分"),
    ("class", "等级"),
    ("held", "有数据"),
    ("oldest", "最早数据"),
    ("bounds", "界限值占比"),
    ("gap", "领先下一名"),
    ("pillars held", "有数据的维度"),
    ("what is missing", "缺少什么"),
    ("criterion", "指标"),
    ("figure", "数值"),
    ("date", "日期"),
    ("source", "来源"),
    ("tier", "级别"),
    ("weight", "权重"),
    ("in force", "实际权重"),
    ("adds", "贡献"),
    ("difference", "差距"),
    ("median", "中位数"),
    ("best", "最高"),
    ("share now", "当前占比"),
    ("first place stays from", "第一名不变：下限"),
    ("to", "上限"),
    ("then first", "此后第一"),
    ("title", "标题"),
    ("publisher", "发布者"),
    ("address", "网址"),
    ("figures", "数据条数"),
    ("indicator", "指标"),
    ("target", "目标"),
    ("due", "期限"),
    ("scope", "范围"),
    ("row", "数据行"),
    ("statement", "说明"),
    ("latitude", "纬度"),
    ("longitude", "经度"),
    ("method", "方法"),
    ("direction", "方向"),
    ("of the result", "占总分"),
    ("among siblings", "占同级"),
    ("file", "文件"),
    ("hash", "校验值"),
    ("coverage", "覆盖率"),
    ("measured", "实测"),
    ("bound", "界限值"),
    ("on a list without it", "完整名单中未列出"),
    ("computed", "计算得出"),
    ("filled", "填补"),
    ("missing", "缺失"),
    ("does not apply", "不适用"),
    ("replaced", "命令行替换"),
    ("estimate", "估计"),
    ("announced", "已宣布"),
    ("claim-disputed", "有争议"),
    ("gate", "门槛"),
    ("unit", "单位"),
    ("rows not taken", "未采用的数据"),
    ("higher is better", "越高越好"),
    ("lower is better", "越低越好"),
    ("neither end is better", "无好坏之分"),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_translated_once_and_unknown_ones_kept() {
        assert_eq!(Lang::Zh.word("score"), "得分");
        assert_eq!(Lang::Zh.word("EFLOPS"), "EFLOPS");
        assert_eq!(Lang::En.word("score"), "score");
        for (at, (word, _)) in WORDS.iter().enumerate() {
            let first = WORDS.iter().position(|(other, _)| other == word);
            assert_eq!(first, Some(at), "{word} stands in the list twice");
        }
    }
}
