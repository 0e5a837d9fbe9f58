//! The keys of `exacity.toml` and of the files around it.
//!
//! This is the whole format on one page. The JSON Schema that editors use is made from it.

use super::methods::{AGGREGATE, NORMALISE, OUTRANK, TREAT};
use super::shape::{Key, Kind, Shape, key, required};

use crate::outrank::Preference;
use crate::project::Compared;

const ANY_NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const TEXTS: Kind = Kind::List(&Kind::Text);
const TEXT_OR_TEXTS: Kind = Kind::OneOrMany(&Kind::Text);

/// Words for how equal scores share ranks.
pub(crate) const TIES: &[&str] = &["min", "max", "average", "dense", "ordinal"];
const KINDS: &[&str] = &["measured", "estimate", "announced", "claim-disputed"];
const PROGRAMMES: &[&str] = &["subsidy", "fund", "credit", "broad"];
/// Policies for missing figures that are one word.
pub(crate) const MISSING: &[&str] = &[
    "reweight",
    "complete-cases",
    "zero",
    "mean",
    "median",
    "fail",
    "group-mean",
    "group-median",
    "carry-forward",
];

/// `exacity.toml`.
pub(crate) static PROJECT_FILE: Shape = Shape {
    what: "a project file",
    keys: &[
        key(
            "schema",
            Kind::Integer(1, i64::MAX),
            "version of the format: 1",
        ),
        key(
            "include",
            TEXTS,
            "further files of the project, as paths from its folder",
        ),
        key(
            "project",
            Kind::Table(&PROJECT),
            "name, date and default profile",
        ),
        key("data", Kind::Table(&DATA), "where the figures are"),
        key(
            "observations",
            Kind::Table(&OBSERVATIONS),
            "which row speaks for a place when several could",
        ),
        key(
            "scoring",
            Kind::Table(&SCORING),
            "methods, and defaults for all criteria",
        ),
        key(
            "criteria",
            Kind::List(&Kind::Table(&CRITERION)),
            "the tree by which places are judged",
        ),
        key(
            "weights",
            Kind::Map(&Kind::Weights),
            "weight sets by name: numbers by criterion, or how they are found",
        ),
        key(
            "index",
            Kind::List(&Kind::Table(&INDEX)),
            "several results in one run",
        ),
        key(
            "adjust",
            Kind::List(&Kind::Table(&ADJUST)),
            "rules without code: points where a condition holds",
        ),
        key("rank", Kind::Table(&RANK), "which places are ranked"),
        key(
            "require",
            Kind::Table(&REQUIRE),
            "what a place must hold to be ranked",
        ),
        key(
            "robustness",
            Kind::Table(&ROBUSTNESS),
            "what `exacity robustness` varies, and how often it draws",
        ),
        key(
            "profile",
            Kind::Map(&Kind::Table(&PROFILE)),
            "views by name; each overrides what it states",
        ),
    ],
};

/// A file of criteria, weights or rules that a project includes takes the same keys.
static PROJECT: Shape = Shape {
    what: "`[project]`",
    keys: &[
        key("name", Kind::Text, "name for people"),
        key(
            "name-zh",
            Kind::Text,
            "name in Chinese, for reports in that language",
        ),
        key("as-of", Kind::Date, "nothing published later is seen"),
        key("profile", Kind::Text, "the profile shown without --profile"),
    ],
};

static DATA: Shape = Shape {
    what: "`[data]`",
    keys: &[
        key(
            "folder",
            Kind::Text,
            "folder with places.csv, observations.csv, indicators.toml and their kin",
        ),
        key(
            "matrix",
            Kind::Table(&MATRIX),
            "one wide table: a row per place, a column per indicator",
        ),
    ],
};

static MATRIX: Shape = Shape {
    what: "a matrix",
    keys: &[
        required("file", Kind::Text, "path of the table"),
        required(
            "id",
            TEXT_OR_TEXTS,
            "column that identifies the places, or several that do so together",
        ),
        key("name", Kind::Text, "column with their names"),
        key("missing", TEXTS, "texts that stand for a missing figure"),
        key(
            "encoding",
            Kind::Text,
            "encoding of the file, utf-8 unless stated",
        ),
        key("groups", TEXTS, "columns to group places by"),
        key(
            "delimiter",
            Kind::Text,
            "character between the columns, a comma unless stated",
        ),
        key(
            "thousands",
            Kind::Text,
            "character between groups of digits",
        ),
        key(
            "decimal",
            Kind::Text,
            "character before the digits of a fraction, a point unless stated",
        ),
        key(
            "strip",
            TEXTS,
            "signs around numbers that are left out, such as % and $",
        ),
        key(
            "values",
            Kind::Map(&ANY_NUMBER),
            "words that stand for a number, as in { yes = 1, no = 0 }",
        ),
        key(
            "not-applicable",
            TEXTS,
            "texts that say that there is no such figure",
        ),
        key(
            "clock",
            TEXTS,
            "columns of times written as minutes:seconds; they are read as seconds",
        ),
        key(
            "where",
            Kind::Map(&Kind::Any),
            "rows that are read: text or number by column, or several",
        ),
        key(
            "indicators",
            Kind::Text,
            "path of a file that describes the columns",
        ),
    ],
};

/// Which row speaks for a place.
pub(crate) static OBSERVATIONS: Shape = Shape {
    what: "`observations`",
    keys: &[
        key(
            "kinds",
            Kind::List(&Kind::Word(KINDS)),
            "kinds of figures that count",
        ),
        key(
            "tiers",
            Kind::List(&Kind::Word(&["A", "B", "C", "D"])),
            "tiers of sources that count",
        ),
        key(
            "sources",
            Kind::List(&Kind::Text),
            "publications that count, by id; lists with definitions of their own cannot be mixed",
        ),
        key(
            "prefer",
            Kind::List(&Kind::Word(&["latest", "tier", "exact"])),
            "what decides among several rows, first things first",
        ),
        key(
            "bounds",
            Kind::Word(&["at-bound", "exclude", "interval"]),
            "what `> 120` counts as",
        ),
        key(
            "doubtful",
            Kind::Word(&["skip", "interval", "use"]),
            "what happens to rows marked doubtful",
        ),
        key(
            "max-age",
            Kind::Text,
            "how old a figure may be: 3y, 18m, 90d",
        ),
        key(
            "absent",
            ANY_NUMBER,
            "what a missing row counts as, where the list is complete",
        ),
        key("period", Kind::Text, "years that count: 2024 or 2023..2025"),
        key(
            "combine",
            Kind::Word(&["sum", "mean", "max"]),
            "how several rows of the period become one figure",
        ),
        key(
            "precision",
            Kind::Text,
            "the number format of computing rates that counts, such as FP16",
        ),
        key(
            "scope",
            TEXT_OR_TEXTS,
            "parts or definitions that may stand for the place",
        ),
    ],
};

const MISSING_KIND: Kind = Kind::Either(&[Kind::Word(MISSING), Kind::Table(&MISSING_TABLE)]);

static MISSING_TABLE: Shape = Shape {
    what: "a policy for missing figures",
    keys: &[
        key("constant", ANY_NUMBER, "the number that stands in"),
        key("group-mean", Kind::Text, "column of the places to group by"),
        key(
            "group-median",
            Kind::Text,
            "column of the places to group by",
        ),
    ],
};

const ROUND: Kind = Kind::Either(&[Kind::Integer(0, 28), Kind::Table(&ROUNDING)]);

static ROUNDING: Shape = Shape {
    what: "a rounding",
    keys: &[
        required("decimals", Kind::Integer(0, 28), "digits after the point"),
        key("half", Kind::Word(&["up", "even"]), "where a half goes"),
        key(
            "to",
            Kind::Word(&["half-up", "half-even", "floor", "ceiling", "zero"]),
            "where a value in between goes; half-up unless stated",
        ),
    ],
};

const CONSTANT: Kind = Kind::Either(&[SHARE, Kind::Word(&["drop"])]);
const STRATEGY: Kind = Kind::Either(&[Kind::Text, Kind::Table(&RULE)]);

static SCORING: Shape = Shape {
    what: "`[scoring]`",
    keys: &[
        key(
            "weights",
            Kind::Text,
            "name of the weight set; `equal` needs no definition",
        ),
        key(
            "strategy",
            STRATEGY,
            "`weighted`, or a script that judges places",
        ),
        key(
            "method",
            Kind::Method(&OUTRANK),
            "`weighted` for the tree's score, or a ranking method that compares places on all leaves",
        ),
        key(
            "on",
            Kind::Word(Compared::WORDS),
            "what ranking methods compare: the leaves' figures or their scores",
        ),
        key(
            "normalise",
            Kind::Method(&NORMALISE),
            "how figures become comparable",
        ),
        key(
            "aggregate",
            Kind::Method(&AGGREGATE),
            "how children become their parent",
        ),
        key("missing", MISSING_KIND, "what happens to missing figures"),
        key(
            "group",
            Kind::Text,
            "column of the places for `missing = \"group-mean\"` and `group-median`",
        ),
        key("round", ROUND, "rounding as a step of every criterion"),
        key("scale", Kind::Range, "lowest and highest score"),
        key("treat", Kind::Method(&TREAT), "how outliers are handled"),
        key(
            "constant",
            CONSTANT,
            "what a column without differences scores, as a share of the scale, or `drop`",
        ),
        key(
            "min-coverage",
            SHARE,
            "share of the children's weight that must be present",
        ),
        OUTPUT[0],
        OUTPUT[1],
        OUTPUT[2],
        OUTPUT[3],
        OUTPUT[4],
    ],
};

const RANK_ON: Kind = Kind::Either(&[
    Kind::Word(&["full"]),
    Kind::Integer(0, 28),
    Kind::Table(&ROUNDING),
]);
const CLASSES: Kind = Kind::List(&Kind::Table(&CLASS));

/// What happens to a result: for all of them in `[scoring]`, for one in `[[index]]`.
const OUTPUT: [Key; 5] = [
    key("ties", Kind::Word(TIES), "what equal scores share"),
    key("rank-on", RANK_ON, "`full`, or rounding before ranking"),
    key(
        "order",
        Kind::Word(&["highest", "lowest"]),
        "which end is rank 1",
    ),
    key("classes", CLASSES, "class limits"),
    key(
        "rank-within",
        Kind::Text,
        "column of the places: ranks within each group are shown as well",
    ),
];

static CLASS: Shape = Shape {
    what: "a class",
    keys: &[
        required("name", Kind::Text, "name of the class"),
        required("from", ANY_NUMBER, "lowest score of the class"),
    ],
};

/// A script with values for its parameters, or a formula.
pub(crate) static RULE: Shape = Shape {
    what: "a rule",
    keys: &[
        key("rule", Kind::Text, "path of the script"),
        key(
            "formula",
            Kind::Text,
            "the rule itself, where it is short: an expression as in scripts",
        ),
        key(
            "params",
            Kind::Map(&ANY_NUMBER),
            "values for its parameters",
        ),
    ],
};

static VALUE_RULE_KEYS: &[Key] = &[
    key(
        "programmes",
        Kind::Table(&VALUE_PROGRAMMES),
        "money a year of the programmes in force",
    ),
    key(
        "targets",
        Kind::Table(&VALUE_TARGETS),
        "attainment of dated targets",
    ),
    key(
        "rule",
        Kind::Text,
        "path of a script that computes the figure",
    ),
    key("fn", Kind::Text, "function of the script"),
    key(
        "formula",
        Kind::Text,
        "an expression that computes the figure, as in scripts",
    ),
    key(
        "params",
        Kind::Map(&ANY_NUMBER),
        "values for the script's parameters",
    ),
];

static VALUE: Shape = Shape {
    what: "a computed value",
    keys: VALUE_RULE_KEYS,
};

static VALUE_PROGRAMMES: Shape = Shape {
    what: "`programmes`",
    keys: &[
        required(
            "kinds",
            Kind::List(&Kind::Word(PROGRAMMES)),
            "kinds of money that count",
        ),
        key(
            "basis",
            Kind::Word(&["annual"]),
            "what is summed: money a year",
        ),
    ],
};

static VALUE_TARGETS: Shape = Shape {
    what: "`targets`",
    keys: &[required(
        "indicator",
        TEXT_OR_TEXTS,
        "the indicator, or a pool of them",
    )],
};

/// One criterion.
pub(crate) static CRITERION: Shape = Shape {
    what: "a criterion",
    keys: &[
        required("id", Kind::Text, "identifier; a dot makes a child"),
        key("name", Kind::Text, "name for people"),
        key(
            "name-zh",
            Kind::Text,
            "name in Chinese, for reports in that language",
        ),
        key("about", Kind::Text, "what it stands for"),
        key("children", TEXTS, "criteria shared with other branches"),
        key(
            "applies",
            Kind::Text,
            "condition, as in scripts: elsewhere the criterion is not applicable",
        ),
        key(
            "indicator",
            TEXT_OR_TEXTS,
            "the indicator, or a pool of which the newest wins",
        ),
        key("value", Kind::Table(&VALUE), "a figure that is computed"),
        key(
            "direction",
            Kind::Word(&["higher", "lower"]),
            "which end is good",
        ),
        key("unit", Kind::Text, "unit of the figures"),
        key(
            "denominator",
            Kind::Text,
            "indicator that figures are divided by",
        ),
        key(
            "observations",
            Kind::Table(&OBSERVATIONS),
            "which row speaks for a place, where it differs",
        ),
        key(
            "normalise",
            Kind::Method(&NORMALISE),
            "how figures become comparable",
        ),
        key(
            "aggregate",
            Kind::Method(&AGGREGATE),
            "how children become this criterion",
        ),
        key(
            "missing",
            MISSING_KIND,
            "what happens to missing figures or children",
        ),
        key(
            "group",
            Kind::Text,
            "column of the places for `missing = \"group-mean\"` and `group-median`",
        ),
        key("round", ROUND, "rounding before the parent sees the score"),
        key("scale", Kind::Range, "lowest and highest score"),
        key("treat", Kind::Method(&TREAT), "how outliers are handled"),
        key(
            "constant",
            CONSTANT,
            "what a column without differences scores",
        ),
        key(
            "min-coverage",
            SHARE,
            "share of the children's weight that must be present",
        ),
        key(
            "min-children",
            Kind::Integer(1, 100_000),
            "number of children that must be present",
        ),
        key(
            "compare",
            Kind::Table(&COMPARE),
            "what ranking methods need to know of it, where it differs",
        ),
    ],
};

/// What a criterion states for ranking methods; each key is a parameter of some of them.
pub(crate) static COMPARE: Shape = Shape {
    what: "`compare`",
    keys: &[
        key(
            "preference",
            Kind::Word(Preference::WORDS),
            "PROMETHEE: how a difference becomes a preference",
        ),
        key(
            "q",
            Kind::Number(0.0, f64::MAX),
            "largest difference that is indifferent, in the unit of what is compared",
        ),
        key(
            "p",
            Kind::Number(0.0, f64::MAX),
            "smallest difference that is a full preference",
        ),
        key(
            "v",
            Kind::Number(0.0, f64::MAX),
            "ELECTRE III: smallest opposition that is a veto",
        ),
        key(
            "bounds",
            Kind::Range,
            "SPOTIS and others: ends of its scale",
        ),
        key(
            "expected",
            ANY_NUMBER,
            "SPOTIS: the value that is expected, where the best end is not the aim",
        ),
        key(
            "reference",
            ANY_NUMBER,
            "ERVD: the value at which neither gain nor loss is felt",
        ),
    ],
};

/// A group of siblings that a weight set weighs by a method.
pub(crate) static WEIGHT_GROUP: Shape = Shape {
    what: "a group of a weight set",
    keys: &[
        required("of", Kind::Text, "the criterion whose children are weighed"),
        required(
            "method",
            Kind::Any,
            "how: a method, or a table with `method`",
        ),
    ],
};

/// Weight sets of several people made one.
pub(crate) static WEIGHT_COMBINE: Shape = Shape {
    what: "`combine`",
    keys: &[
        required("sets", TEXTS, "names of weight sets"),
        key(
            "by",
            Kind::Word(&["mean", "median"]),
            "how shares are combined: mean (usual), or median, which one extreme voice moves little",
        ),
    ],
};

static INDEX: Shape = Shape {
    what: "an index",
    keys: &[
        required("id", Kind::Text, "identifier"),
        key("name", Kind::Text, "name for people"),
        key(
            "root",
            Kind::Text,
            "criterion whose score ranks; the top of the tree unless stated",
        ),
        key(
            "weights",
            Kind::Text,
            "name of the weight set; that of `[scoring]` unless stated",
        ),
        key("strategy", STRATEGY, "that of `[scoring]` unless stated"),
        key(
            "method",
            Kind::Method(&OUTRANK),
            "that of `[scoring]` unless stated",
        ),
        OUTPUT[0],
        OUTPUT[1],
        OUTPUT[2],
        OUTPUT[3],
        OUTPUT[4],
    ],
};

static ADJUST: Shape = Shape {
    what: "an adjustment",
    keys: &[
        required("when", Kind::Text, "condition, as in scripts"),
        key("points", ANY_NUMBER, "points added where it holds"),
        key("times", ANY_NUMBER, "factor where it holds"),
        key("at-most", ANY_NUMBER, "cap where it holds"),
        key("at-least", ANY_NUMBER, "lowest score where it holds"),
        key("set", ANY_NUMBER, "score where it holds"),
        key(
            "criterion",
            Kind::Text,
            "the criterion whose score changes; the result unless stated",
        ),
        required("because", Kind::Text, "the reason, shown beside the points"),
    ],
};

static RANK: Shape = Shape {
    what: "`rank`",
    keys: &[
        key("kinds", TEXTS, "administrative kinds of places"),
        key("places", TEXTS, "ids of places"),
        key("except", TEXTS, "ids of places that are left out"),
        key(
            "groups",
            Kind::Map(&TEXT_OR_TEXTS),
            "values by column of the places",
        ),
        key(
            "overall",
            Kind::Flag,
            "false to show places side by side without a rank",
        ),
    ],
};

static REQUIRE: Shape = Shape {
    what: "`require`",
    keys: &[
        key(
            "min-coverage",
            SHARE,
            "share of the leaves that must hold a figure",
        ),
        key("evidence", TEXTS, "criteria that each need a measured leaf"),
    ],
};

/// What a study of robustness varies.
static ROBUSTNESS: Shape = Shape {
    what: "`[robustness]`",
    keys: &[
        key(
            "draws",
            Kind::Integer(1, 1_000_000_000_000),
            "number of draws; 10000 unless stated",
        ),
        key(
            "seed",
            Kind::Integer(0, i64::MAX),
            "fixes every draw; 1 unless stated",
        ),
        key(
            "until",
            Kind::Number(1e-6, 0.5),
            "stops when no share has a larger standard error",
        ),
        key(
            "on-failure",
            Kind::Word(&["drop", "fail"]),
            "what a draw means in which a place has no score",
        ),
        key(
            "combinations",
            Kind::Integer(1, 65_536),
            "most combinations of choices that are made ready; 256 unless stated",
        ),
        key(
            "vary",
            Kind::Map(&Kind::Any),
            "how settings vary, by path; only the weights unless stated",
        ),
    ],
};

/// A profile: what it is, and what it overrides.
pub(crate) static PROFILE: Shape = Shape {
    what: "a profile",
    keys: &[
        key("title", Kind::Text, "title for people"),
        key(
            "title-zh",
            Kind::Text,
            "title in Chinese, for reports in that language",
        ),
        key("about", Kind::Text, "what it is for"),
        key(
            "about-zh",
            Kind::Text,
            "the same in Chinese, for reports in that language",
        ),
        key("extends", Kind::Text, "profile that this one builds on"),
        key("rank", Kind::Table(&RANK), "which places are ranked"),
        key(
            "require",
            Kind::Table(&REQUIRE),
            "what a place must hold to be ranked",
        ),
        key("project", Kind::Table(&PROJECT), "overrides `[project]`"),
        key("data", Kind::Table(&DATA), "replaces `[data]`"),
        key(
            "observations",
            Kind::Table(&OBSERVATIONS),
            "overrides `[observations]`",
        ),
        key("scoring", Kind::Table(&SCORING), "overrides `[scoring]`"),
        key(
            "criteria",
            Kind::List(&Kind::Table(&CRITERION)),
            "replaces the tree",
        ),
        key(
            "weights",
            Kind::Map(&Kind::Weights),
            "adds or replaces weight sets",
        ),
        key(
            "index",
            Kind::List(&Kind::Table(&INDEX)),
            "replaces the results",
        ),
        key(
            "adjust",
            Kind::List(&Kind::Table(&ADJUST)),
            "replaces the rules without code",
        ),
        key(
            "robustness",
            Kind::Table(&ROBUSTNESS),
            "overrides `[robustness]`",
        ),
    ],
};

/// `indicators.toml`.
pub(crate) static INDICATORS: Shape = Shape {
    what: "a file of indicators",
    keys: &[key(
        "indicator",
        Kind::List(&Kind::Table(&INDICATOR)),
        "the indicators",
    )],
};

static INDICATOR: Shape = Shape {
    what: "an indicator",
    keys: &[
        required("id", Kind::Text, "identifier"),
        key("name", Kind::Text, "name for people"),
        key("unit", Kind::Text, "unit of its values"),
        key(
            "direction",
            Kind::Word(&["higher", "lower", "context"]),
            "which end is good",
        ),
        key("pillar", Kind::Text, "the pillar it was filed under"),
        key("description", Kind::Text, "what it measures and how"),
    ],
};
