//! The keys of a plan's file: schema `exacity.planning/1`, in JSON or TOML.

use crate::config::{Kind, Shape, key, required};

const ANY: f64 = f64::MAX;
const AMOUNT: Kind = Kind::Number(0.0, ANY);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const COUNT: Kind = Kind::Integer(0, 1_000_000);
/// One number for all periods, or one for each.
const BY_PERIOD: Kind = Kind::OneOrMany(&AMOUNT);
const SHARE_BY_PERIOD: Kind = Kind::OneOrMany(&SHARE);

/// The schema that files name.
pub(super) const SCHEMA: &str = "exacity.planning/1";

/// Keys that both kinds of plan have.
macro_rules! with_common {
    ($($own:expr),* $(,)?) => {
        &[
            key("schema", Kind::Word(&[SCHEMA]), "version of the format: exacity.planning/1"),
            required("name", Kind::Text, "short name"),
            key("title", Kind::Text, "title for people"),
            key("about", Kind::Text, "what it is about"),
            required("kind", Kind::Word(&["build_out", "facility_assignment"]), "what is planned"),
            key("currency", Kind::Text, "currency of all money, MCNY unless stated"),
            key("note", Kind::Text, "a remark; not read"),
            key("source", Kind::Text, "where the figures come from; not read"),
            key("expected", Kind::Any, "what a test expects; not read"),
            key("published_optimum", Kind::Any, "what a publication states; not read"),
            key("assumptions", Kind::List(&Kind::Table(&ASSUMPTION)), "figures that somebody assumed"),
            key("sources", Kind::List(&Kind::Table(&SOURCE)), "figures that a source states"),
            key("scenarios", Kind::List(&Kind::Table(&SCENARIO)), "the same plan under other figures"),
            $($own),*
        ]
    };
}

pub(super) static BUILD_OUT: Shape = Shape {
    what: "a build-out",
    keys: with_common![
        required(
            "periods",
            Kind::List(&Kind::Table(&PERIOD)),
            "periods in order"
        ),
        required(
            "discount_rate",
            Kind::Number(0.0, 10.0),
            "per year, as a share"
        ),
        key(
            "load_factor",
            SHARE,
            "share of rated power drawn on average, 1 unless stated"
        ),
        key(
            "salvage",
            Kind::Word(&["straight_line", "none"]),
            "what modules are worth at the end"
        ),
        key(
            "objective",
            Kind::Word(super::super::instance::Objective::WORDS),
            "what is sought"
        ),
        required("chips", Kind::List(&Kind::Table(&CHIP)), "types of modules"),
        required("sites", Kind::List(&Kind::Table(&SITE)), "sites"),
        key("budget", BY_PERIOD, "MCNY per period, nominal"),
        key(
            "budget_carry",
            Kind::Flag,
            "whether money left goes into the next period; true unless stated"
        ),
        key("power_cap_mw", BY_PERIOD, "MW at the meter, all sites"),
        key(
            "domestic_quota",
            Kind::Table(&QUOTA),
            "least share of domestic chips in installed EFLOPS"
        ),
        key(
            "subsidy",
            Kind::Table(&SUBSIDY),
            "support for domestic chips"
        ),
        key(
            "targets",
            Kind::List(&Kind::Table(&TARGET)),
            "EFLOPS to reach"
        ),
        key("demand", BY_PERIOD, "EFLOPS asked for"),
        key(
            "max_utilisation",
            Kind::Number(1e-6, 1.0),
            "largest share of installed EFLOPS that can serve demand"
        ),
        key(
            "unmet_penalty",
            BY_PERIOD,
            "MCNY per EFLOPS and year of unmet demand"
        ),
        key(
            "min_utilisation",
            Kind::Table(&QUOTA),
            "installed EFLOPS are at most demand over this share"
        ),
        key(
            "score",
            Kind::List(&Kind::Table(&SCORE)),
            "points for installed EFLOPS, for `max_score`"
        ),
    ],
};

static ASSUMPTION: Shape = Shape {
    what: "an assumption",
    keys: &[
        required("of", Kind::Text, "the figure"),
        required("because", Kind::Text, "the reason"),
    ],
};

static SOURCE: Shape = Shape {
    what: "a source",
    keys: &[
        required("of", Kind::Text, "the figure"),
        required("source", Kind::Text, "the source that states it"),
    ],
};

static SCENARIO: Shape = Shape {
    what: "a scenario",
    keys: &[
        required("name", Kind::Text, "short name"),
        key("because", Kind::Text, "why it could come so"),
        required(
            "set",
            Kind::Map(&Kind::Any),
            "paths with their values, as for --set",
        ),
    ],
};

static PERIOD: Shape = Shape {
    what: "a period",
    keys: &[
        required("id", Kind::Text, "name, such as 2027 or 2027H1"),
        required("years", Kind::Number(0.01, 100.0), "length in years"),
    ],
};

static CHIP: Shape = Shape {
    what: "a chip",
    keys: &[
        required("id", Kind::Text, "name"),
        key("name", Kind::Text, "name for people; not read"),
        required("domestic", Kind::Flag, "whether it counts as domestic"),
        key("accelerators", AMOUNT, "accelerators in a module"),
        key(
            "precision",
            Kind::Word(&["FP16", "FP32", "FP64", "FP8", "BF16", "INT8"]),
            "number format of its EFLOPS",
        ),
        required(
            "module_eflops",
            Kind::Number(1e-9, ANY),
            "EFLOPS of a module",
        ),
        required("module_it_mw", AMOUNT, "IT power of a module in MW"),
        required("module_racks", AMOUNT, "racks of a module"),
        required("capex", BY_PERIOD, "MCNY per module by period of order"),
        required(
            "life_periods",
            Kind::Integer(1, 100_000),
            "periods in service",
        ),
        key(
            "opex_rate",
            SHARE_BY_PERIOD,
            "upkeep per year as a share of capex",
        ),
        key(
            "available_from",
            COUNT,
            "first period in which it can be ordered, from 0",
        ),
        key(
            "max_per_period",
            BY_PERIOD,
            "modules that can be ordered per period",
        ),
    ],
};

static SITE: Shape = Shape {
    what: "a site",
    keys: &[
        required("id", Kind::Text, "name"),
        key("name", Kind::Text, "name for people; not read"),
        key("place", Kind::Text, "where it is; not read"),
        key(
            "open_at_start",
            Kind::Flag,
            "whether it is open from the start",
        ),
        required("open_cost", AMOUNT, "MCNY to open it"),
        key(
            "earliest",
            COUNT,
            "first period in which it can open, from 0",
        ),
        required("max_racks", AMOUNT, "racks it holds"),
        required("power_mw", BY_PERIOD, "MW at the meter, after PUE"),
        required("pue", Kind::Number(1.0, 10.0), "power usage effectiveness"),
        required("energy_price", BY_PERIOD, "CNY per kWh"),
        key("lead_periods", COUNT, "periods between order and service"),
        key(
            "existing",
            Kind::List(&Kind::Table(&EXISTING)),
            "modules that stand there already",
        ),
        key(
            "chips_allowed",
            Kind::List(&Kind::Text),
            "types that may stand there",
        ),
    ],
};

static EXISTING: Shape = Shape {
    what: "an existing fleet",
    keys: &[
        required("chip", Kind::Text, "its type"),
        required("modules", AMOUNT, "how many modules"),
        key(
            "retires",
            COUNT,
            "period from which it is out of service, from 0",
        ),
    ],
};

static QUOTA: Shape = Shape {
    what: "a share",
    keys: &[
        required("share", SHARE_BY_PERIOD, "the share, 0 to 1"),
        key("from", COUNT, "first period in which it holds, from 0"),
        key(
            "basis",
            Kind::Word(&["installed_eflops"]),
            "what it is a share of",
        ),
    ],
};

static SUBSIDY: Shape = Shape {
    what: "a subsidy",
    keys: &[
        required("share", SHARE, "share of domestic capex that is paid"),
        required("pool", AMOUNT, "MCNY in all"),
    ],
};

static TARGET: Shape = Shape {
    what: "a target",
    keys: &[
        required(
            "period",
            Kind::Integer(i64::MIN, i64::MAX),
            "the period, from 0",
        ),
        required("eflops", Kind::Number(1e-9, ANY), "EFLOPS installed"),
        key(
            "hard",
            Kind::Flag,
            "whether it must be reached; true unless stated",
        ),
        key("penalty", AMOUNT, "MCNY per EFLOPS short"),
        key(
            "weight",
            AMOUNT,
            "weight of its shortfall in max_attainment, 1 unless stated",
        ),
        key(
            "precision",
            Kind::Word(&["FP16", "FP32", "FP64", "FP8", "BF16", "INT8"]),
            "number format of its EFLOPS",
        ),
    ],
};

static SCORE: Shape = Shape {
    what: "a score",
    keys: &[
        required("period", COUNT, "the period, from 0"),
        key("weight", AMOUNT, "weight of the points, 1 unless stated"),
        required(
            "scale",
            Kind::List(&Kind::List(&AMOUNT)),
            "pairs of EFLOPS and points, from 0 up",
        ),
    ],
};

pub(super) static FACILITY: Shape = Shape {
    what: "a facility assignment",
    keys: with_common![
        key(
            "single_source",
            Kind::Flag,
            "whether one facility serves all of a customer"
        ),
        required(
            "sites",
            Kind::List(&Kind::Table(&FACILITY_SITE)),
            "facilities that can open"
        ),
        required("demands", Kind::List(&Kind::Table(&DEMAND)), "customers"),
    ],
};

static FACILITY_SITE: Shape = Shape {
    what: "a facility",
    keys: &[
        required("id", Kind::Text, "name"),
        key("name", Kind::Text, "name for people; not read"),
        required("capacity", AMOUNT, "demand it can serve"),
        required("open_cost", AMOUNT, "cost of opening it"),
    ],
};

static DEMAND: Shape = Shape {
    what: "a customer",
    keys: &[
        required("id", Kind::Text, "name"),
        key("name", Kind::Text, "name for people; not read"),
        required("demand", AMOUNT, "how much is asked for"),
        required(
            "cost",
            Kind::List(&AMOUNT),
            "cost of serving all of it from each facility",
        ),
    ],
};
