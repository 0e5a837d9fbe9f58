//! Reach, allocation, sizes and utilisation on the shipped project.

use exacity::config::{Request, load};
use exacity::model::PlaceId;
use exacity::plan::forecast::Desk;
use exacity::plan::reach::allocate::allocate;
use exacity::plan::reach::levers::{Levers, read};
use exacity::plan::reach::place::{Goal, Question, Reached, Rivals, reach};
use exacity::plan::sizing::place::{Question as Size, answer as size};
use exacity::plan::utilisation::place::{Verdict, reported};
use exacity::project::Project;
use exacity::sources::{Sources, builtin::BuiltinSources};

fn project(request: &Request) -> Project {
    load(&BuiltinSources, request).value.unwrap().project
}

fn shipped_levers(project: &Project) -> Levers {
    let name = "rules/levers/compute-and-programmes.toml";
    let text = String::from_utf8(BuiltinSources.read(name).unwrap()).unwrap();
    let checked = read(name, &text, project);
    checked
        .value
        .unwrap_or_else(|| panic!("{:?}", checked.diagnostics))
}

fn ask(
    project: &Project,
    place: &str,
    goal: Goal,
    rivals: Rivals,
    levers: Option<Levers>,
) -> Reached {
    let question = Question {
        place: project.position(place).unwrap(),
        goal,
        margin: 0.1,
        rivals,
        levers,
        only: vec![],
    };
    reach(project, &question).unwrap()
}

fn year_end() -> Rivals {
    Rivals::Forecast(chrono::NaiveDate::from_ymd_opt(2026, 12, 31).unwrap())
}

#[test]
fn rivals_that_move_are_harder_to_pass() {
    let project = project(&Request::default());
    let shanghai = project.position("shanghai").unwrap();
    let hold = ask(
        &project,
        "shenzhen",
        Goal::Overtake(shanghai),
        Rivals::Hold,
        None,
    );
    let moved = ask(
        &project,
        "shenzhen",
        Goal::Overtake(shanghai),
        year_end(),
        None,
    );
    assert!(hold.moves.is_empty() && !moved.moves.is_empty());
    assert!(moved.goal_score > hold.goal_score);
    assert!(
        hold.adds_up,
        "the shipped score is a weighted sum on fixed scales"
    );
    // What everything together reaches is what is claimed.
    if let Some(all) = &moved.together {
        assert!(all.standing.score >= moved.goal_score - 1e-6);
    }
}

#[test]
fn a_figure_that_is_enough_alone_is_least() {
    let project = project(&Request::default());
    let goal = Goal::Rank(3);
    let told = ask(&project, "shenzhen", goal, Rivals::Hold, None);
    for lever in told.levers.iter().filter(|l| l.alone.is_some()) {
        let one = |cap: f64| {
            let question = Question {
                place: project.position("shenzhen").unwrap(),
                goal,
                margin: 0.1,
                rivals: Rivals::Hold,
                levers: None,
                only: vec![(lever.leaf, Some(cap))],
            };
            reach(&project, &question).unwrap().impossible
        };
        let value = lever.alone.unwrap();
        assert!(!one(value) && one(lever.now + (value - lever.now) * 0.999));
    }
}

#[test]
fn the_least_cost_reaches_the_goal_and_no_share_of_it_does() {
    let project = project(&Request::default());
    let levers = shipped_levers(&project);
    let told = ask(
        &project,
        "shenzhen",
        Goal::Score(60.0),
        Rivals::Hold,
        Some(levers.clone()),
    );
    let cheapest = told.cheapest.unwrap();
    assert!(cheapest.to.is_some());
    assert!(cheapest.standing.score >= 60.0 - 1e-6 && cheapest.standing.score < 60.01);
    // The same money, spent for the most points, brings the same points.
    let place = project.position("shenzhen").unwrap();
    let spent = allocate(&project, &[place], &levers, cheapest.cost).unwrap();
    assert!(
        (spent.places[0].after.score - 60.0).abs() < 0.02,
        "{:?}",
        spent.places[0].after
    );
    let less = allocate(&project, &[place], &levers, cheapest.cost * 0.9).unwrap();
    assert!(less.places[0].after.score < 60.0);
}

#[test]
fn an_impossible_score_is_proven_with_the_best_there_is() {
    let project = project(&Request::default());
    let told = ask(&project, "shenzhen", Goal::Score(99.9), Rivals::Hold, None);
    assert!(told.impossible && told.together.is_none());
    assert!(told.best.score < 99.9 && told.best.score > told.now.score);
}

#[test]
fn a_rule_is_scored_again_by_the_engine() {
    let request = Request {
        strategy: Some("rules/niche.rhai".to_owned()),
        ..Request::default()
    };
    let project = project(&request);
    let levers = shipped_levers(&project);
    let told = ask(
        &project,
        "shenzhen",
        Goal::Rank(4),
        Rivals::Hold,
        Some(levers),
    );
    assert!(!told.adds_up);
    let cheapest = told.cheapest.unwrap();
    if cheapest.to.is_some() {
        assert!(cheapest.standing.rank <= 4.0, "{cheapest:?}");
    }
}

#[test]
fn money_spread_over_two_places_gains_no_less_than_in_one() {
    let project = project(&Request::default());
    let levers = shipped_levers(&project);
    let [one, two] = ["shenzhen", "hangzhou"].map(|p| project.position(p).unwrap());
    let gain = |places: &[usize]| allocate(&project, places, &levers, 1000.0).unwrap().gain;
    let both = gain(&[one, two]);
    assert!(both >= gain(&[one]) - 1e-9 && both >= gain(&[two]) - 1e-9);
}

#[test]
fn sizes_come_from_the_catalogue_and_say_what_is_assumed() {
    let project = project(&Request::default());
    let question = Size {
        gap: Some(15.0),
        chip: "ascend-910b".to_owned(),
        ..Size::default()
    };
    let told = size(&project, &question).unwrap();
    let sized = told.case.sized.unwrap();
    // Epoch's row (tier B) gives 376 TFLOPS, another source 320: 15e6 / 376 = 39893.6.
    assert_eq!(sized.accelerators, 39_894.0);
    assert!(told.basis.iter().any(|b| b.assumed) && told.basis.iter().any(|b| !b.assumed));
    assert!(
        told.case
            .swings
            .iter()
            .any(|s| s.uncertain.range == (320.0, 376.0))
    );
    let fp32 = Size {
        precision: Some("FP32".to_owned()),
        ..question.clone()
    };
    assert_eq!(size(&project, &fp32).unwrap_err().code.0, "E0538");
    let unknown = Size {
        chip: "ascend-911".to_owned(),
        ..question
    };
    assert_eq!(size(&project, &unknown).unwrap_err().code.0, "E0537");
}

#[test]
fn the_gap_of_a_place_is_that_to_its_open_target() {
    let project = project(&Request::default());
    let question = Size {
        place: Some(PlaceId::new("guizhou")),
        chip: "ascend-910b".to_owned(),
        ..Size::default()
    };
    let told = size(&project, &question).unwrap();
    assert!((told.case.need.eflops - 40.0).abs() < 1e-9, "190 less 150");
}

#[test]
fn a_site_takes_its_figures_from_the_data_where_there_are_some() {
    let project = project(&Request::default());
    let question = Size {
        gap: Some(1.0),
        place: Some(PlaceId::new("zhongwei")),
        chip: "ascend-910b".to_owned(),
        ..Size::default()
    };
    let told = size(&project, &question).unwrap();
    let basis = |what: &str| told.basis.iter().find(|b| b.what == what).unwrap();
    for what in ["PUE", "energy price"] {
        assert!(!basis(what).assumed, "{:?}", basis(what));
    }
    assert!(basis("load factor").assumed);
}

#[test]
fn places_without_a_figure_of_use_cannot_be_judged() {
    let project = project(&Request::default());
    let desk = Desk::new(&project);
    let verdict = |place: &str| reported(&desk, &PlaceId::new(place)).verdict;
    assert_eq!(verdict("beijing"), Verdict::InUse);
    assert_eq!(verdict("shanghai"), Verdict::CannotBeJudged);
    // A single centre says nothing of the city, and an occupied rack nothing of its use.
    assert_eq!(verdict("qingyang"), Verdict::CannotBeJudged);
    assert_eq!(verdict("tianjin"), Verdict::CannotBeJudged);
}
