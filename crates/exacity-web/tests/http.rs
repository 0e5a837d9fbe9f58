//! The workbench as requests meet it, friendly and hostile, without a socket.

#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::float_cmp,
    reason = "tests fail by panicking, write files where they lie, and compare numbers on purpose"
)]

mod bench;

use axum::http::StatusCode;
use bench::{Bench, CONFIG, META, Reply, many};
use serde_json::{Value, json};

fn settings(value: &Value) -> Value {
    json!({ "settings": value })
}

fn ids(rows: &Value) -> Vec<&str> {
    rows.as_array()
        .unwrap()
        .iter()
        .map(|row| row["id"].as_str().unwrap())
        .collect()
}

#[test]
fn strangers_are_turned_away() {
    let bench = Bench::new(&[]);
    let with = |host: &str, origin: Option<&str>, cookie: bool| {
        bench.get_as("/api/files", host, origin, cookie).status
    };
    let own = Bench::host();
    assert_eq!(with(&own, None, true), StatusCode::OK);
    assert_eq!(
        with(&own, Some(&format!("http://{own}")), true),
        StatusCode::OK
    );
    assert_eq!(with("localhost:8123", None, true), StatusCode::OK);
    for host in [
        "evil.example:8123",
        "127.0.0.1:9",
        "127.0.0.1",
        "exacity.attacker.example",
    ] {
        assert_eq!(with(host, None, true), StatusCode::FORBIDDEN, "{host}");
    }
    for origin in [
        "http://evil.example",
        "null",
        "https://127.0.0.1:8123",
        "http://127.0.0.1:9",
    ] {
        assert_eq!(
            with(&own, Some(origin), true),
            StatusCode::FORBIDDEN,
            "{origin}"
        );
    }
    assert_eq!(with(&own, None, false), StatusCode::FORBIDDEN);
}

#[test]
fn the_link_becomes_a_cookie_and_leaves_the_address() {
    let bench = Bench::new(&[]);
    let wrong = bench.get_as("/?token=wrong", &Bench::host(), None, false);
    assert_eq!(wrong.status, StatusCode::FORBIDDEN);
    let right = bench.get_as("/?token=secret", &Bench::host(), None, false);
    assert_eq!(
        (right.status, right.header("location")),
        (StatusCode::SEE_OTHER, "/")
    );
    let cookie = right.header("set-cookie");
    for part in ["exacity-8123=secret", "HttpOnly", "SameSite=Strict"] {
        assert!(cookie.contains(part), "{cookie}");
    }
}

#[test]
fn every_answer_is_sealed_and_the_page_runs_nothing_inline() {
    let bench = Bench::new(&[]);
    for path in [
        "/",
        "/assets/main.js",
        "/assets/nothing.js",
        "/api/files",
        "/nowhere",
    ] {
        let reply = bench.get(path);
        let policy = reply.header("content-security-policy");
        assert!(
            policy.contains("script-src 'self';") && !policy.contains("unsafe-eval"),
            "{path}"
        );
        assert_eq!(reply.header("x-content-type-options"), "nosniff", "{path}");
    }
    let page = bench.get("/").text;
    assert!(!page.contains("<script>") && !page.contains(" style=") && !page.contains(" onclick="));
    assert!(!page.contains("http://") && !page.contains("https://"));
    // Every module that a script asks for is there.
    for name in page
        .split("/assets/")
        .skip(1)
        .map(|rest| rest.split('"').next().unwrap())
    {
        assert_eq!(
            bench.get(&format!("/assets/{name}")).status,
            StatusCode::OK,
            "{name}"
        );
    }
    let main = bench.get("/assets/main.js").text;
    for name in main
        .split(" './")
        .skip(1)
        .map(|rest| rest.split('\'').next().unwrap())
    {
        assert_eq!(
            bench.get(&format!("/assets/{name}")).status,
            StatusCode::OK,
            "{name}"
        );
    }
}

#[test]
fn moved_weights_give_the_ranking_of_the_same_settings() {
    let bench = Bench::new(&[]);
    let moved = json!({
        "seq": 7, "settings": {}, "moved": { "id": "a", "to": 80 }, "window": [0, 10],
    });
    let answer = bench.post("/api/whatif", &moved).json();
    assert_eq!(answer["seq"], 7);
    assert_eq!(answer["shares"], json!({ "a": 80.0, "b": 12.0, "c": 8.0 }));
    let sets = json!({ "sets": ["weights.w.a=80", "weights.w.b=12", "weights.w.c=8"] });
    let same = json!({ "seq": 8, "settings": sets, "window": [0, 10] });
    let same = bench.post("/api/whatif", &same).json();
    let plain = |rows: &Value| -> Vec<Value> {
        let rows = rows.as_array().unwrap().iter();
        rows.map(|row| json!([row["id"], row["rank"], row["score"], row["parts"]]))
            .collect()
    };
    assert_eq!(plain(&answer["rows"]), plain(&same["rows"]));
    assert_eq!(ids(&answer["rows"])[0], "x");
    // Under the weights of the file, y leads: the move is told against that.
    assert_eq!(answer["rows"][0]["move"], 1);
    let held = json!({ "seq": 9, "settings": { "shares": answer["shares"] }, "rows": ["y", "x", "nobody"] });
    let held = bench.post("/api/whatif", &held).json();
    assert_eq!(ids(&held["rows"]), ["y", "x", "nobody"]);
    assert_eq!(held["rows"][2]["rank"], Value::Null);
}

#[test]
fn a_drag_there_and_back_changes_nothing_and_locks_hold() {
    let bench = Bench::new(&[]);
    let ask = |to: f64, locks: &[&str]| {
        let body = json!({
            "seq": 1, "settings": {}, "moved": { "id": "a", "to": to }, "locks": locks, "window": [0, 3],
        });
        bench.post("/api/whatif", &body)
    };
    assert_eq!(
        ask(50.0, &[]).json()["shares"],
        json!({ "a": 50.0, "b": 30.0, "c": 20.0 })
    );
    assert_eq!(
        ask(60.0, &["c"]).json()["shares"],
        json!({ "a": 60.0, "b": 8.0, "c": 32.0 })
    );
    let over = ask(90.0, &["b", "c"]);
    assert_eq!(over.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert_eq!(over.code(), "E0706");
    assert_eq!(ask(40.0, &["b", "c"]).code(), "E0706");
    assert_eq!(ask(-1.0, &[]).code(), "E0706");
}

#[test]
fn weights_that_are_all_zero_are_refused_with_a_code() {
    let bench = Bench::new(&[]);
    let body =
        json!({ "seq": 1, "settings": { "shares": { "a": 0, "b": 0, "c": 0 } }, "window": [0, 3] });
    let reply = bench.post("/api/whatif", &body);
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "E0706".to_owned())
    );
    let unknown = json!({ "seq": 1, "settings": { "shares": { "q": 5 } }, "window": [0, 3] });
    assert_eq!(bench.post("/api/whatif", &unknown).code(), "E0706");
    // The next valid settings work as if nothing had happened.
    let fine = json!({ "seq": 2, "settings": {}, "window": [0, 3] });
    assert_eq!(bench.post("/api/whatif", &fine).json()["total"], 3);
}

#[test]
fn malformed_requests_and_invalid_settings_are_told_apart() {
    let bench = Bench::new(&[]);
    for text in [
        "",
        "{",
        "[]",
        "{\"seq\":1}",
        "{\"seq\":1,\"settings\":{\"weigths\":1}}",
        "\u{0}",
    ] {
        assert_eq!(
            bench.post_text("/api/whatif", text).status,
            StatusCode::BAD_REQUEST,
            "{text}"
        );
    }
    let body =
        json!({ "seq": 1, "settings": { "sets": ["scoring.mising=zero"] }, "window": [0, 3] });
    let reply = bench.post("/api/whatif", &body);
    assert_eq!(reply.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(reply.code().starts_with("E01"), "{}", reply.text);
    let profile = json!({ "seq": 1, "settings": { "profile": "none" }, "window": [0, 3] });
    assert_eq!(bench.post("/api/whatif", &profile).code(), "E0106");
}

#[test]
fn bands_are_exact_for_weighted_sums() {
    let bench = Bench::new(&[]);
    let answer = bench.post("/api/stability", &settings(&json!({}))).json();
    let band = &answer["bands"]["a"];
    assert_eq!(band["exact"], true);
    // x = 10a + 4c, y = 10b + 2c on goalposts 0 to 10, b : c = 3 : 2 in what a leaves:
    // 100a + 16(1 - a) = 60(1 - a) + 8(1 - a), so a = 52 / 152.
    let high = band["first"][1].as_f64().unwrap();
    assert!((high - 5_200.0 / 152.0).abs() < 0.006, "{high}");
    assert_eq!(band["first"][0], 0.0);
}

#[test]
fn a_save_changes_numbers_and_keeps_comments() {
    let bench = Bench::new(&[]);
    let version = bench.version();
    let shares = json!({ "a": 50.5, "b": 29.5, "c": 20 });
    let save = json!({ "settings": { "shares": shares }, "version": version });
    let reply = bench.post("/api/save", &save).json();
    assert_eq!(reply["path"], "exacity.toml");
    let expected = CONFIG
        .replace("a = 20 ", "a = 50.5 ")
        .replace("b = 48 ", "b = 29.5 ")
        .replace("\"c\" = 32", "\"c\" = 20");
    assert_eq!(bench.read("exacity.toml"), expected);
    // What was on screen is what the file now says.
    let now = bench
        .post(
            "/api/whatif",
            &json!({ "seq": 1, "settings": {}, "window": [0, 3] }),
        )
        .json();
    assert_eq!(now["weights"]["a"][0], 50.5);
    assert_eq!(now["version"], reply["version"]);
}

#[test]
fn a_save_writes_what_was_chosen_too() {
    let bench = Bench::new(&[]);
    let save = |sets: &[&str], shares: serde_json::Value| {
        let settings = json!({ "sets": sets, "shares": shares });
        bench.post(
            "/api/save",
            &json!({ "settings": settings, "version": bench.version() }),
        )
    };
    // A choice alone leaves the weights as they are; what only the defaults say is new in its table.
    let reply = save(&["scoring.method=\"topsis\""], json!({}));
    assert_eq!(reply.status, StatusCode::OK, "{}", reply.text);
    let expected = CONFIG.replace("# fixed ends\n", "# fixed ends\nmethod = \"topsis\"\n");
    assert_eq!(bench.read("exacity.toml"), expected);
    // Choice and weights in one go, into one file; the comment behind a value stays.
    let reply = save(
        &["scoring.normalise.high=20", "scoring.method=\"weighted\""],
        json!({ "a": 50, "b": 30, "c": 20 }),
    );
    assert_eq!(reply.json()["path"], "exacity.toml", "{}", reply.text);
    let expected = expected
        .replace("high = 10 }   # fixed", "high = 20 }   # fixed")
        .replace("method = \"topsis\"", "method = \"weighted\"")
        .replace("a = 20 ", "a = 50 ")
        .replace("b = 48 ", "b = 30 ")
        .replace("\"c\" = 32", "\"c\" = 20");
    assert_eq!(bench.read("exacity.toml"), expected);
    // Somebody else wrote meanwhile: nothing is written, neither weights nor choices.
    let version = bench.version();
    let theirs = expected.replace("# first", "# theirs");
    bench.write("exacity.toml", &theirs);
    let settings = json!({ "sets": ["scoring.method=\"topsis\""] });
    let reply = bench.post(
        "/api/save",
        &json!({ "settings": settings, "version": version }),
    );
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::PRECONDITION_FAILED, "E0707".to_owned())
    );
    assert_eq!(bench.read("exacity.toml"), theirs);
    // A criterion stands in a list, which is for the file's own editor.
    bench.reread();
    let reply = save(&["criteria.a.direction=\"lower\""], json!({}));
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::CONFLICT, "E0707".to_owned())
    );
    assert_eq!(bench.read("exacity.toml"), theirs);
}

#[test]
fn a_save_over_a_reading_that_the_page_has_not_seen_is_refused() {
    let bench = Bench::new(&[]);
    let version = bench.version();
    let changed = CONFIG.replace("a = 20 ", "a = 21 ");
    bench.write("exacity.toml", &changed);
    // Before the server has noticed, and after.
    for reread in [false, true] {
        if reread {
            bench.reread();
        }
        let save =
            json!({ "settings": { "shares": { "a": 50, "b": 30, "c": 20 } }, "version": version });
        let reply = bench.post("/api/save", &save);
        assert_eq!(
            (reply.status, reply.code()),
            (StatusCode::PRECONDITION_FAILED, "E0707".to_owned())
        );
        assert_eq!(bench.read("exacity.toml"), changed);
    }
}

#[test]
fn weights_can_be_saved_as_a_new_set_once() {
    let bench = Bench::new(&[]);
    let save = |name: &str| {
        let body = json!({
            "settings": { "shares": { "a": 50, "b": 30, "c": 20 } }, "version": bench.version(), "new": name,
        });
        bench.post("/api/save", &body)
    };
    assert_eq!(save("mine").json()["path"], "rules/weights/mine.toml");
    let text = bench.read("rules/weights/mine.toml");
    assert!(text.contains("a = 50\nb = 30\nc = 20\n"), "{text}");
    assert_eq!(save("mine").status, StatusCode::PRECONDITION_FAILED);
    for name in ["../x", "a/b", "", "A", "w", ".."] {
        let reply = save(name);
        assert!(reply.status.is_client_error(), "{name}: {}", reply.text);
    }
    let ranked =
        json!({ "seq": 1, "settings": { "sets": ["scoring.weights=\"mine\""] }, "window": [0, 3] });
    assert_eq!(bench.post("/api/whatif", &ranked).json()["set"], "mine");
}

#[test]
fn the_last_good_state_stays_while_files_are_broken() {
    let bench = Bench::new(&[]);
    let whatif = json!({ "seq": 1, "settings": {}, "window": [0, 3] });
    let before = bench.post("/api/whatif", &whatif).json();
    bench.write("exacity.toml", "[project\nname = ");
    bench.reread();
    let broken = bench.post("/api/whatif", &whatif).json();
    assert_eq!(broken["broken"], true);
    assert_eq!(broken["rows"], before["rows"]);
    let choices = bench.post("/api/choices", &settings(&json!({}))).json();
    assert_eq!(choices["news"]["findings"][0]["file"], "exacity.toml");
    assert!(
        choices["news"]["findings"][0]["line"].is_number(),
        "{choices}"
    );
    let save = json!({ "settings": { "shares": { "a": 50, "b": 30, "c": 20 } }, "version": bench.version() });
    assert_eq!(
        bench.post("/api/save", &save).status,
        StatusCode::PRECONDITION_FAILED
    );
    bench.write("exacity.toml", &CONFIG.replace("a = 20 ", "a = 90 "));
    bench.reread();
    let mended = bench.post("/api/whatif", &whatif).json();
    assert_eq!(
        (mended["broken"].clone(), ids(&mended["rows"])[0]),
        (json!(false), "x")
    );
}

#[test]
fn a_project_that_is_broken_from_the_start_says_what_is_wrong() {
    let bench = Bench::new(&[("exacity.toml", "[scoring]\nweigths = \"x\"\n")]);
    let reply = bench.post("/api/choices", &settings(&json!({})));
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::UNPROCESSABLE_ENTITY, "E0103".to_owned())
    );
    assert_eq!(bench.get("/").status, StatusCode::OK);
}

#[test]
fn no_path_leads_out_of_the_project() {
    let bench = Bench::new(&[("secret.txt", "no")]);
    let outside = bench
        .folder
        .path()
        .parent()
        .unwrap()
        .join("exacity-outside.toml");
    for path in [
        "../exacity-outside.toml",
        "rules/../../exacity-outside.toml",
        "/etc/passwd",
        "..%2f..%2fetc%2fpasswd",
        "rules/%2e%2e/%2e%2e/etc/passwd",
        "secret.txt",
        "m.csv",
        "",
        "rules",
        "C:\\x.toml",
        "rules/a\0.rhai",
    ] {
        let path = path.replace('\0', "%00").replace('\\', "%5C");
        let url = format!("/api/file?path={path}");
        assert!(bench.get(&url).status.is_client_error(), "{path}");
        let put = bench.put(&url, "x = 1", None);
        assert!(put.status.is_client_error(), "{path}");
    }
    assert!(!outside.exists());
    assert_eq!(
        bench.get("/assets/..%2fCargo.toml").status,
        StatusCode::NOT_FOUND
    );
}

#[cfg(unix)]
#[test]
fn a_link_that_leads_out_is_not_written_through() {
    let bench = Bench::new(&[]);
    let elsewhere = tempfile::tempdir().unwrap();
    std::fs::remove_dir_all(bench.folder.path().join("rules")).unwrap();
    std::os::unix::fs::symlink(elsewhere.path(), bench.folder.path().join("rules")).unwrap();
    let put = bench.put(
        "/api/file?path=rules/new.rhai",
        "fn score(part) { part.a }",
        None,
    );
    assert!(put.status.is_client_error());
    assert_eq!(std::fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn files_are_written_over_what_was_loaded_and_nothing_else() {
    let bench = Bench::new(&[]);
    let url = "/api/file?path=rules/r.rhai";
    let loaded = bench.get(url);
    let tag = loaded.header("etag").to_owned();
    assert_eq!(
        bench.put_bare(url, "x").status,
        StatusCode::PRECONDITION_REQUIRED
    );
    let written = bench.put(url, "fn score(part) {\n    part.b\n}\n", Some(&tag));
    assert_eq!(written.status, StatusCode::NO_CONTENT, "{}", written.text);
    assert_eq!(bench.get(url).header("etag"), written.header("etag"));
    let stale = bench.put(url, "fn score(part) {\n    part.a\n}\n", Some(&tag));
    assert_eq!(stale.status, StatusCode::PRECONDITION_FAILED);
    assert!(bench.read("rules/r.rhai").contains("part.b"));
    assert_eq!(
        bench.put(url, "new", None).status,
        StatusCode::PRECONDITION_FAILED
    );
    let fresh = bench.put(
        "/api/file?path=rules/fresh.rhai",
        "fn score(part) {\n    part.a\n}\n",
        None,
    );
    assert_eq!(fresh.status, StatusCode::NO_CONTENT, "{}", fresh.text);
}

#[test]
fn a_rule_under_hand_shows_its_line_its_tests_and_its_ranking() {
    let bench = Bench::new(&[]);
    let check = |path: &str, text: &str| {
        let script = path == "rules/r.rhai";
        let text = format!("{}{text}", if script { META } else { "" });
        bench
            .post("/api/check", &json!({ "path": path, "text": text }))
            .json()
    };
    let fine = check("rules/r.rhai", "fn score(part) {\n    part.a\n}\n");
    assert_eq!(fine["diagnostics"], json!([]), "{fine}");
    assert_eq!(fine["judged"], json!([3, 3]));
    assert_eq!(ids(&fine["preview"])[0], "x");
    assert_eq!(fine["tests"]["outcomes"][0]["failure"], Value::Null);
    let failing = check("rules/r.rhai", "fn score(part) {\n    part.a / 2\n}\n");
    assert!(
        failing["tests"]["outcomes"][0]["failure"].is_string(),
        "{failing}"
    );
    assert!(failing["tests"]["outcomes"][0]["line"].is_number());
    let broken = check("rules/r.rhai", "fn score(part) {\n    part.a +\n}\n");
    assert_eq!(broken["diagnostics"][0]["file"], "rules/r.rhai");
    assert_eq!(broken["diagnostics"][0]["line"], 7);
    let unknown = check("rules/r.rhai", "fn score(part) {\n    part.nothing\n}\n");
    assert_eq!(unknown["diagnostics"][0]["line"], 6, "{unknown}");
    let toml = check("exacity.toml", "[scoring]\nweigths = \"w\"\n");
    assert_eq!(toml["diagnostics"][0]["line"], 2);
    // Nothing was written.
    assert!(bench.read("rules/r.rhai").contains("part.a\n"));
    let endless = check("rules/r.rhai", "fn score(part) {\n    loop { }\n}\n");
    assert!(!endless["diagnostics"].as_array().unwrap().is_empty());
}

#[test]
fn draws_are_followed_in_order_and_end_with_a_result() {
    let bench = Bench::new(&[]);
    let body = json!({ "settings": { "shares": { "a": 34, "b": 40, "c": 26 } }, "draws": 2000, "seed": 3 });
    let started = bench.post("/api/robustness", &body);
    assert_eq!(started.status, StatusCode::ACCEPTED);
    let events = bench.events(started.json()["run"].as_u64().unwrap());
    let kinds: Vec<&str> = events.iter().map(|(kind, _)| kind.as_str()).collect();
    assert_eq!(kinds.last(), Some(&"result"));
    assert_eq!(kinds.iter().filter(|kind| **kind == "partial").count(), 2);
    let result = &events.last().unwrap().1;
    assert_eq!(result["study"]["counted"], 2000);
    assert!(result["main"].as_str().unwrap().contains("data-figure"));
    // The same draws give the same counts, also for somebody who comes late.
    let again = bench.events(started.json()["run"].as_u64().unwrap());
    assert_eq!(again.last(), events.last());
}

#[test]
fn a_run_that_is_cancelled_ends_with_what_it_has() {
    let bench = Bench::new(&[]);
    let body = json!({ "settings": {}, "draws": 10_000_000, "seed": 1 });
    let run = bench.post("/api/robustness", &body).json()["run"]
        .as_u64()
        .unwrap();
    assert_eq!(
        bench.delete(&format!("/api/runs/{run}")).status,
        StatusCode::NO_CONTENT
    );
    let (kind, result) = bench.events(run).pop().unwrap();
    assert_eq!(
        (kind.as_str(), &result["stopped"]),
        ("result", &json!(true))
    );
    assert!(result["study"]["counted"].as_u64().unwrap() < 10_000_000);
    assert_eq!(bench.delete("/api/runs/999").status, StatusCode::NOT_FOUND);
    assert_eq!(
        bench.get("/api/runs/x/events").status,
        StatusCode::BAD_REQUEST
    );
    let none = json!({ "settings": {}, "draws": 0 });
    assert_eq!(bench.post("/api/robustness", &none).code(), "E0608");
}

#[test]
fn what_varies_can_be_asked_for_and_mistakes_in_it_are_told() {
    let bench = Bench::new(&[]);
    let body = json!({ "settings": {}, "draws": 500, "vary": ["weigths=uniform"] });
    let run = bench.post("/api/robustness", &body).json()["run"]
        .as_u64()
        .unwrap();
    let (kind, data) = bench.events(run).pop().unwrap();
    assert_eq!(kind, "failed");
    assert!(data["diagnostics"][0]["code"].is_string(), "{data}");
}

#[test]
fn why_and_briefs_are_about_what_is_on_screen() {
    let bench = Bench::new(&[]);
    let why = json!({ "settings": {}, "a": "x", "b": "y" });
    let text = bench.post("/api/why", &why).json()["main"].to_string();
    assert!(text.contains("is before"), "{text}");
    let place = json!({ "settings": {}, "place": "x" });
    assert_eq!(bench.post("/api/place", &place).status, StatusCode::OK);
    for (path, body) in [
        (
            "/api/why",
            json!({ "settings": {}, "a": "x", "b": "nobody" }),
        ),
        ("/api/place", json!({ "settings": {}, "place": "nobody" })),
    ] {
        assert_eq!(
            bench.post(path, &body).status,
            StatusCode::NOT_FOUND,
            "{path}"
        );
    }
}

#[test]
fn hostile_names_stay_text() {
    let rows = "id,a,b,c\n<img src=x>,10,0,4\n\"\"\"><script>alert(1)</script>\",0,10,2\nz,1,1,1\n";
    let bench = Bench::new(&[("m.csv", rows)]);
    let view = bench.post("/api/view", &settings(&json!({}))).json();
    let main = view["main"].as_str().unwrap();
    assert!(!main.contains("<img") && !main.contains("<script"));
    let place = json!({ "settings": {}, "place": "<img src=x>" });
    let brief = bench.post("/api/place", &place).json();
    assert!(!brief["main"].as_str().unwrap().contains("<img"));
}

#[test]
fn five_hundred_places_one_place_and_none_are_all_answered() {
    for (count, total) in [(500, 500), (1, 1), (0, 0)] {
        let bench = Bench::new(&[("m.csv", &many(count))]);
        let body = json!({ "seq": 1, "settings": {}, "window": [0, 60] });
        let reply = bench.post("/api/whatif", &body);
        if count == 0 {
            // A table without a row is a mistake that the engine names.
            assert!(
                reply.status.is_client_error() || reply.json()["total"] == 0,
                "{}",
                reply.text
            );
            continue;
        }
        let answer = reply.json();
        assert_eq!(answer["total"], total);
        assert_eq!(answer["rows"].as_array().unwrap().len(), total.min(60));
        let view = bench.post("/api/view", &settings(&json!({})));
        assert_eq!(view.status, StatusCode::OK);
        let bands = bench.post("/api/stability", &settings(&json!({})));
        assert_eq!(bands.status, StatusCode::OK);
    }
}

#[test]
fn exports_are_the_files_that_report_writes() {
    let bench = Bench::new(&[]);
    let export = |format: &str| bench.post(&format!("/api/export/{format}"), &settings(&json!({})));
    let csv = export("csv");
    assert!(
        csv.text.starts_with("rank,place,name,score"),
        "{}",
        csv.text
    );
    let html = export("html");
    assert!(html.text.starts_with("<!doctype html>"));
    assert!(
        html.header("content-disposition")
            .contains("exacity-report.html")
    );
    assert_eq!(export("xlsx").status, StatusCode::OK);
    assert_eq!(export("md").status, StatusCode::OK);
    assert_eq!(export("exe").status, StatusCode::NOT_FOUND);
}

#[test]
fn the_built_in_project_can_be_looked_at_and_not_changed() {
    let bench = Bench::builtin();
    let body = json!({ "seq": 1, "settings": {}, "window": [0, 60] });
    assert!(
        bench.post("/api/whatif", &body).json()["total"]
            .as_u64()
            .unwrap()
            > 5
    );
    let plans = bench.get("/api/plans").json();
    assert!(plans["plans"].as_array().unwrap().len() >= 3);
    let save = json!({ "settings": { "shares": { "academia": 40, "ecosystem": 30, "compute": 20, "subsidies": 10 } }, "version": bench.version() });
    let reply = bench.post("/api/save", &save);
    assert_eq!(
        (reply.status, reply.code()),
        (StatusCode::CONFLICT, "E0707".to_owned())
    );
    let plan = json!({ "path": "../plan.toml" });
    assert_eq!(
        bench.post("/api/plans", &plan).status,
        StatusCode::NOT_FOUND
    );
}

#[test]
fn further_questions_show_the_plan_first() {
    let bench = Bench::new(&[]);
    let case = include_str!("../../../tests/reference/planning/tiny-3x4x2.json");
    let mut case: serde_json::Value = serde_json::from_str(case).unwrap();
    case["scenarios"] =
        json!([{ "name": "less", "because": "budgets shrink", "set": { "budget": "*0.9" } }]);
    bench.write("rules/plans/tiny.json", &case.to_string());
    let body = json!({ "path": "rules/plans/tiny.json", "further": true });
    let started = bench.post("/api/plans", &body);
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    let events = bench.events(started.json()["run"].as_u64().unwrap());
    let main = |kind: &str| {
        let told = events.iter().find(|(known, _)| known == kind);
        told.map(|(_, data)| data["main"].as_str().unwrap_or_default().to_owned())
            .unwrap_or_default()
    };
    let (plan, all) = (main("partial"), main("result"));
    assert!(plan.contains("plan-orders") && !plan.contains("plan-frontier"));
    for figure in ["plan-orders", "plan-frontier", "plan-regret"] {
        assert!(all.contains(figure), "{figure}");
    }
}

#[test]
fn a_plan_is_solved_and_shown() {
    let bench = Bench::builtin();
    let body = json!({ "path": "rules/plans/guizhou.toml", "sets": [] });
    let started = bench.post("/api/plans", &body);
    assert_eq!(started.status, StatusCode::ACCEPTED, "{}", started.text);
    let (kind, result) = bench
        .events(started.json()["run"].as_u64().unwrap())
        .pop()
        .unwrap();
    assert_eq!(kind, "result");
    assert!(
        result["main"].as_str().unwrap().contains("What to order"),
        "{result}"
    );
    let typo: Reply = bench.post(
        "/api/plans",
        &json!({ "path": "rules/plans/guizhou.toml", "sets": ["budgte=*2"] }),
    );
    assert_eq!(typo.status, StatusCode::UNPROCESSABLE_ENTITY);
}
