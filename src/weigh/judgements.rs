//! How the ways to weigh that need people describe themselves.

use crate::model::{MethodInfo, Param, ParamKind};

const CRITERIA: Param = Param::required(
    "criteria",
    ParamKind::Ids,
    "the siblings in the order of what follows; that of the project unless stated",
)
.or("");

pub(super) const AHP: MethodInfo = MethodInfo {
    name: "ahp",
    summary: "pairwise comparisons, each pair of siblings judged once",
    formula: "matrix[i][j] says how many times as important i is as j (1 to 9, reciprocals below the \
              diagonal). Weights: the dominant eigenvector (or the geometric means of the rows). \
              Consistency ratio CR = ((λ_max - n) / (n - 1)) / RI(n), RI from the table named",
    params: &[
        Param::required(
            "matrix",
            ParamKind::Matrix,
            "a row of comparisons per sibling",
        ),
        CRITERIA,
        Param::required(
            "prioritisation",
            ParamKind::Word(&["eigenvector", "geometric-mean", "row-sum"]),
            "how comparisons become weights",
        )
        .or("eigenvector"),
        Param::required(
            "random-index",
            ParamKind::Word(&["saaty", "tummala-ling"]),
            "the table of random consistency: Saaty (1980), or Tummala and Ling (1998)",
        )
        .or("saaty"),
        Param::number(
            "limit",
            "1",
            "the largest consistency ratio that is accepted",
        )
        .or("0.1")
        .within(0.0, 10.0),
    ],
    not_when: "there are more than about nine siblings: nobody judges 36 pairs consistently; use \
               `best-worst`, or put a level between",
    reference: "Saaty (1980), The Analytic Hierarchy Process; Crawford and Williams (1985), Journal of \
                Mathematical Psychology 29(4)",
    common: true,
};

pub(super) const BEST_WORST: MethodInfo = MethodInfo {
    name: "best-worst",
    summary: "comparisons with the best and the worst sibling only",
    formula: "minimise ξ with |w_B - a_Bj w_j| <= ξ and |w_j - a_jW w_W| <= ξ, the linear model. \
              Consistency: max_j |a_Bj a_jW - a_BW| / (a_BW² - a_BW)",
    params: &[
        Param::required(
            "best-over",
            ParamKind::Table,
            "how many times as important the best is as each sibling; 1 for the best itself",
        )
        .within(1.0, 100.0),
        Param::required(
            "over-worst",
            ParamKind::Table,
            "how many times as important each sibling is as the worst; 1 for the worst itself",
        )
        .within(1.0, 100.0),
        Param::number(
            "limit",
            "1",
            "the largest consistency ratio that is accepted",
        )
        .or("0.5")
        .within(0.0, 1.0),
    ],
    not_when: "there are two siblings: give shares",
    reference: "Rezaei (2016), Omega 64; Liang, Brunelli, Rezaei (2020), Omega 96, for the consistency \
                of what was said",
    common: true,
};

const ORDER: Param = Param::required(
    "order",
    ParamKind::Order,
    "the siblings, most important first; equals in an array of their own",
);

const ORDER_NOT_WHEN: &str = "people can say by how much one matters more: an order alone fixes little, \
                              and the formula fills in the rest";

pub(super) const RANK_SUM: MethodInfo = MethodInfo {
    name: "rank-sum",
    summary: "weights fall evenly with the rank of importance",
    formula: "w_r ∝ n + 1 - r; equals share the mean of the ranks that they take",
    params: &[ORDER],
    not_when: ORDER_NOT_WHEN,
    reference: "Stillwell, Seaver, Edwards (1981), Organizational Behavior and Human Performance 28(1)",
    common: true,
};

pub(super) const RANK_RECIPROCAL: MethodInfo = MethodInfo {
    name: "rank-reciprocal",
    summary: "weights fall with one over the rank of importance",
    formula: "w_r ∝ 1 / r; equals share the mean of the ranks that they take",
    params: &[ORDER],
    not_when: ORDER_NOT_WHEN,
    reference: "Stillwell, Seaver, Edwards (1981), Organizational Behavior and Human Performance 28(1)",
    common: false,
};

pub(super) const RANK_ORDER_CENTROID: MethodInfo = MethodInfo {
    name: "rank-order-centroid",
    summary: "the centre of all weights that respect the order of importance",
    formula: "w_r = Σ_{k >= r} (1/k) / n; equals share the mean of the ranks that they take",
    params: &[ORDER],
    not_when: ORDER_NOT_WHEN,
    reference: "Barron (1992), Acta Psychologica 80",
    common: true,
};

pub(super) const RANCOM: MethodInfo = MethodInfo {
    name: "rancom",
    summary: "who matters more than whom, counted over all pairs",
    formula: "a_ij = 1 if i matters more than j, ½ if as much (also for i itself), else 0; w_i ∝ Σ_j a_ij",
    params: &[ORDER],
    not_when: ORDER_NOT_WHEN,
    reference: "Więckowski, Kizielewicz, Shekhovtsov, Sałabun (2023), Engineering Applications of \
                Artificial Intelligence 122",
    common: false,
};

pub(super) const BUDGET: MethodInfo = MethodInfo {
    name: "budget",
    summary: "experts hand out a fixed number of points",
    formula: "w_j = mean over experts of points_j / total",
    params: &[
        Param::required(
            "points",
            ParamKind::Tables,
            "a table of points by sibling for each expert",
        ),
        Param::number(
            "total",
            "1",
            "the points that each expert has to hand out in full",
        )
        .or("100")
        .within(f64::MIN_POSITIVE, 1e9),
    ],
    not_when: "there are more than about ten siblings: points then spread evenly for want of attention",
    reference: "OECD/JRC (2008), Handbook on Constructing Composite Indicators, step 6",
    common: true,
};
