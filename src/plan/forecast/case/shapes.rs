//! The keys of a forecast file.

use crate::config::{Kind, Shape, key, required};

const ANY_NUMBER: Kind = Kind::Number(f64::MIN, f64::MAX);
const SHARE: Kind = Kind::Number(0.0, 1.0);
const SIZE: Kind = Kind::Number(0.0, 1e9);

const OBSERVATION: Shape = Shape {
    what: "an observation",
    keys: &[
        required("date", Kind::Date, "the day at which the stock was this"),
        required("eflops", ANY_NUMBER, "the stock"),
        key("source", Kind::Any, "where the figure comes from"),
        key("note", Kind::Any, "a remark"),
    ],
};

const TARGET: Shape = Shape {
    what: "a target",
    keys: &[
        required("date", Kind::Date, "the day it is due"),
        required("eflops", ANY_NUMBER, "the stock aimed at"),
        key("note", Kind::Any, "a remark"),
    ],
};

const PLACE: Shape = Shape {
    what: "a place",
    keys: &[
        required("id", Kind::Text, "its name"),
        required(
            "observations",
            Kind::List(&Kind::Table(&OBSERVATION)),
            "its figures",
        ),
        required("target", Kind::Table(&TARGET), "its target"),
        key("note", Kind::Any, "a remark"),
    ],
};

const SLIP: Shape = Shape {
    what: "a slip",
    keys: &[
        required("years", Kind::Number(-50.0, 50.0), "years of delay"),
        required("p", SHARE, "its probability"),
    ],
};

const PROJECT: Shape = Shape {
    what: "a project",
    keys: &[
        required("id", Kind::Text, "its name"),
        required("eflops", SIZE, "what it adds"),
        required("due", Kind::Date, "the day it is due"),
        key(
            "p_complete",
            SHARE,
            "probability that it is completed at all; 1 if not stated",
        ),
        key(
            "slip_years",
            Kind::List(&Kind::Table(&SLIP)),
            "delays with their probabilities; none if not stated",
        ),
        key("note", Kind::Any, "a remark"),
    ],
};

/// The keys of a forecast file.
pub(super) const CASE: Shape = Shape {
    what: "a forecast",
    keys: &[
        required(
            "schema",
            Kind::Word(&["exacity.forecast/1"]),
            "the format of the file",
        ),
        required(
            "kind",
            Kind::Word(&["single", "pooled", "pipeline"]),
            "what is forecast from",
        ),
        key("name", Kind::Text, "name of the case"),
        key("note", Kind::Text, "a remark"),
        key(
            "unit",
            Kind::Text,
            "unit of the stocks, for people; EFLOPS if not stated",
        ),
        key("level", SHARE, "coverage of the bands; 0.8 if not stated"),
        key(
            "observations",
            Kind::List(&Kind::Table(&OBSERVATION)),
            "the figures of a single series",
        ),
        key(
            "methods",
            Kind::List(&Kind::Word(&[
                "rw_drift",
                "loglinear_ols",
                "logit_rw_drift",
            ])),
            "the methods to use",
        ),
        key("ceiling_eflops", SIZE, "an assumed ceiling"),
        key("target", Kind::Table(&TARGET), "what is to be reached"),
        key(
            "places",
            Kind::List(&Kind::Table(&PLACE)),
            "the places to pool",
        ),
        key("current_eflops", SIZE, "the stock now"),
        key(
            "projects",
            Kind::List(&Kind::Table(&PROJECT)),
            "the committed projects",
        ),
        key("expected", Kind::Any, "an answer to compare with; not read"),
        key(
            "tolerance",
            Kind::Any,
            "how close the answer must be; not read",
        ),
    ],
};
