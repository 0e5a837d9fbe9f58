//! How the scores are made: a note written from the configuration in force, so that it cannot be out of date.

use super::Story;
use crate::model::NodeIx;
use crate::num::rank::{Best, Ties};
use crate::num::round::Rounding;
use crate::prepare::impute::Fill;
use crate::project::{Branch, BranchMissing, Leaf, LeafMissing};
use crate::report::number::{self, percent};
use crate::report::views::words;
use crate::report::{Lang, Section, Show, Table, Value};

/// Describes the method in sentences, and each criterion in a table.
pub(super) fn sections(story: Story) -> Vec<Section> {
    let lang = story.lang;
    let title = lang.pick("Method", "评分方法");
    vec![
        Section::new("method", title)
            .text(sentences(story))
            .table(table(story)),
    ]
}

fn sentences(story: Story) -> Vec<String> {
    let Story { subject, lang } = story;
    let project = subject.project;
    let mut lines = vec![];
    if let Some(date) = project.as_of {
        lines.push(match lang {
            Lang::En => format!("Figures: nothing published after {date} is used. A missing figure is not a zero. Where several rows could speak for a place, one is chosen by the project's rules, and `exacity explain place` lists the others with the reason."),
            Lang::Zh => format!("数据：不采用 {date} 之后发布的数据；缺失不等于零。若同一地区有多条数据，按项目规则选取一条，`exacity explain place` 列出未采用的数据及原因。"),
        });
    }
    lines.push(gate(story));
    lines.push(match lang {
        Lang::En => "Scale: each figure is made comparable by the method of its criterion, in the table below.".to_owned(),
        Lang::Zh => "标准化：每项数据按其指标的方法转换为可比得分，见下表。".to_owned(),
    });
    lines.push(weights(story));
    lines.push(strategy(story));
    lines.extend(project.adjustments.iter().map(|rule| match lang {
        Lang::En => format!(
            "Adjustment{}: {} where `{}` holds: {}.",
            adjusted(story, rule.criterion, lang),
            words::change(rule.change, lang),
            rule.when,
            rule.because
        ),
        Lang::Zh => format!(
            "调整{}：若 `{}` 成立，{}：{}。",
            adjusted(story, rule.criterion, lang),
            rule.when,
            words::change(rule.change, lang),
            rule.because
        ),
    }));
    lines.push(ranks(story));
    lines.push(match lang {
        Lang::En => {
            "Steps follow the OECD/JRC Handbook on Constructing Composite Indicators (2008)."
                .to_owned()
        }
        Lang::Zh => "步骤遵循经合组织/联合研究中心《综合指标构建手册》（2008）。".to_owned(),
    });
    lines
}

fn gate(story: Story) -> String {
    let Story { subject, lang } = story;
    let require = &subject.project.require;
    let pillars: Vec<&str> = require
        .evidence
        .iter()
        .map(|&at| subject.name(at))
        .collect();
    let share = percent(require.min_coverage);
    match (lang, pillars.is_empty()) {
        (Lang::En, true) => format!(
            "Evidence: a place is ranked if it holds at least {share} of the figures that could exist."
        ),
        (Lang::En, false) => format!(
            "Evidence: a place is ranked if it holds at least {share} of the figures that could exist, and a measured one in each of {}.",
            lang.list(&pillars)
        ),
        (Lang::Zh, true) => format!("门槛：现有数据不少于可有数据的 {share} 才参与排名。"),
        (Lang::Zh, false) => format!(
            "门槛：现有数据不少于可有数据的 {share}，且以下维度均有实测数据，才参与排名：{}。",
            lang.list(&pillars)
        ),
    }
}

fn weights(story: Story) -> String {
    let Story { subject, lang } = story;
    let nominal = subject.nominal();
    let parts: Vec<String> = subject
        .pillars()
        .iter()
        .map(|&at| format!("{} {}", subject.name(at), percent(nominal[at.0])))
        .collect();
    let set = &subject.index.weights;
    match lang {
        Lang::En => format!("Weights `{set}`: {}.", lang.list(&parts)),
        Lang::Zh => format!("权重 `{set}`：{}。", lang.list(&parts)),
    }
}

fn strategy(story: Story) -> String {
    let Story { subject, lang } = story;
    match (&subject.index.strategy, lang) {
        (None, Lang::En) => "Strategy: the weighted score is ranked as it is.".to_owned(),
        (None, Lang::Zh) => "策略：直接按加权得分排名。".to_owned(),
        (Some(rule), Lang::En) => format!(
            "Strategy {}: {}",
            words::rule_use(rule),
            rule.rule.meta().title
        ),
        (Some(rule), Lang::Zh) => {
            format!("策略 {}：{}", words::rule_use(rule), rule.rule.meta().title)
        }
    }
}

/// Names the criterion whose score an adjustment changes, if it is not the result.
fn adjusted(story: Story, criterion: Option<NodeIx>, lang: Lang) -> String {
    let id = criterion.map(|at| story.subject.id(at));
    match lang {
        Lang::En => id.map_or_else(String::new, |id| format!(" of {id}")),
        Lang::Zh => id.map_or_else(String::new, |id| format!("（{id}）")),
    }
}

fn ranks(story: Story) -> String {
    let Story { subject, lang } = story;
    let output = &subject.index.output;
    let (low, high) = subject.scale();
    let (low, high) = (number::figure(low), number::figure(high));
    let rounded = match (output.rank_on, lang) {
        (None, Lang::En) => "unrounded scores".to_owned(),
        (None, Lang::Zh) => "未取整的得分".to_owned(),
        (Some(Rounding { decimals, .. }), Lang::En) => format!(
            "scores rounded to {}",
            words::counted(decimals as usize, "decimal")
        ),
        (Some(Rounding { decimals, .. }), Lang::Zh) => format!("保留 {decimals} 位小数的得分"),
    };
    let best = match (output.best, lang) {
        (Best::Highest, Lang::En) => "highest first",
        (Best::Lowest, Lang::En) => "lowest first",
        (Best::Highest, Lang::Zh) => "由高到低",
        (Best::Lowest, Lang::Zh) => "由低到高",
    };
    let ties = ties(output.ties, lang);
    match lang {
        Lang::En => {
            format!("Ranks: scores lie on {low} to {high}; {rounded} are ranked, {best}; {ties}.")
        }
        Lang::Zh => format!("排名：得分范围 {low} 至 {high}；按{rounded}{best}排名；{ties}。"),
    }
}

fn ties(ties: Ties, lang: Lang) -> &'static str {
    match (ties, lang) {
        (Ties::Min, Lang::En) => "equal scores share the better rank",
        (Ties::Max, Lang::En) => "equal scores share the worse rank",
        (Ties::Average, Lang::En) => "equal scores share the average of their ranks",
        (Ties::Dense, Lang::En) => "equal scores share a rank, and no rank is left out",
        (Ties::Ordinal, Lang::En) => "equal scores are ordered by identifier",
        (Ties::Min, Lang::Zh) => "同分取较好名次",
        (Ties::Max, Lang::Zh) => "同分取较差名次",
        (Ties::Average, Lang::Zh) => "同分取平均名次",
        (Ties::Dense, Lang::Zh) => "同分同名次，名次连续",
        (Ties::Ordinal, Lang::Zh) => "同分按标识排序",
    }
}

/// Each criterion: what it stands for, its share, how it is made, what happens to missing figures.
fn table(story: Story) -> Table {
    let Story { subject, lang } = story;
    let project = subject.project;
    let mut columns = story.words(&[
        ("criterion", "criterion"),
        ("about", lang.pick("stands for", "含义")),
    ]);
    columns.push(story.numbers("weight", "of the result"));
    columns.extend(story.words(&[
        ("method", "method"),
        ("missing", lang.pick("if missing", "缺失时")),
        ("direction", "direction"),
        ("unit", lang.pick("unit", "单位")),
    ]));
    let mut table = Table::new(columns);
    let nominal = subject.nominal();
    for (depth, at) in subject.criteria() {
        let node = project.tree.node(at);
        let (leaf, branch) = (project.leaf(at), project.branch(at));
        table.push(vec![
            Value::text(format!("{}{}", "\u{2003}".repeat(depth), node.name)),
            Value::text(&node.about),
            Value::Number(nominal[at.0], Show::Share),
            Value::text(how(subject, at)),
            Value::text(missing(lang, leaf, branch)),
            leaf.map_or(Value::Empty, |leaf| {
                Value::text(lang.word(words::direction(leaf.direction)))
            }),
            leaf.map_or(Value::Empty, |leaf| Value::text(&leaf.unit)),
        ]);
    }
    table
}

fn how(subject: crate::report::views::Subject, at: NodeIx) -> String {
    let project = subject.project;
    let mut parts = vec![];
    if let Some(leaf) = project.leaf(at) {
        parts.extend(leaf.denominator.as_ref().map(|(by, _)| format!("÷ {by}")));
        parts.extend(leaf.treat.as_ref().map(|(name, _)| name.clone()));
        parts.push(words::rescale(&leaf.normalise));
    }
    parts.extend(
        project
            .branch(at)
            .map(|branch| words::combine(&branch.aggregate)),
    );
    if let Some(finish) = project.branch(at).and_then(|branch| branch.finish.as_ref()) {
        parts.extend(finish.treat.as_ref().map(|(name, _)| name.clone()));
        parts.extend(finish.normalise.as_ref().map(words::rescale));
    }
    parts.join("; ")
}

fn missing(lang: Lang, leaf: Option<&Leaf>, branch: Option<&Branch>) -> String {
    if let Some(leaf) = leaf {
        return match &leaf.missing {
            LeafMissing::Leave => lang.pick("stays missing", "保持缺失").to_owned(),
            LeafMissing::Fill(fill) => filled(lang, fill),
            LeafMissing::Fail => lang.pick("refused", "拒绝计算").to_owned(),
        };
    }
    match branch.map(|branch| branch.missing) {
        Some(BranchMissing::Reweight) => lang
            .pick("weights go to the siblings", "权重转给同级")
            .to_owned(),
        Some(BranchMissing::CompleteCases) => lang
            .pick("then the whole is missing", "整体视为缺失")
            .to_owned(),
        Some(BranchMissing::Constant(score)) => match lang {
            Lang::En => format!("a child scores {}", number::figure(score)),
            Lang::Zh => format!("子项计 {} 分", number::figure(score)),
        },
        Some(BranchMissing::Fail) => lang.pick("refused", "拒绝计算").to_owned(),
        None => String::new(),
    }
}

fn filled(lang: Lang, fill: &Fill) -> String {
    match (fill, lang) {
        (Fill::Constant(number), Lang::En) => format!("filled with {}", number::figure(*number)),
        (Fill::Constant(number), Lang::Zh) => format!("以 {} 填补", number::figure(*number)),
        (Fill::Median, _) => lang
            .pick("filled with the median", "以中位数填补")
            .to_owned(),
        (Fill::Mean, _) => lang.pick("filled with the mean", "以均值填补").to_owned(),
        (Fill::GroupMean(_), _) => lang
            .pick("filled with the mean of its group", "以同组均值填补")
            .to_owned(),
        (Fill::GroupMedian(_), _) => lang
            .pick("filled with the median of its group", "以同组中位数填补")
            .to_owned(),
        (Fill::Known(_), _) => lang
            .pick("the latest earlier figure", "沿用最近的早期数据")
            .to_owned(),
    }
}
