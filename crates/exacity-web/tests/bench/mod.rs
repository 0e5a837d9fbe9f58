//! A workbench over a folder of its own, asked without a socket.

use axum::body::Body;
use axum::http::header::{CONTENT_TYPE, COOKIE, HOST, IF_MATCH, IF_NONE_MATCH, ORIGIN};
use axum::http::{HeaderMap, Request, StatusCode};
use axum::{Router, http::request::Builder};
use exacity::sources::builtin::BuiltinSources;
use exacity::sources::disk::DiskSources;
use exacity_web::guard::Door;
use exacity_web::{App, router};
use http_body_util::BodyExt;
use serde_json::Value;
use std::fmt::Write as _;
use std::sync::Arc;
use tempfile::TempDir;
use tokio::runtime::Runtime;
use tower::ServiceExt;

/// A project with three criteria; comments and spacing are a planner's own.
pub(crate) const CONFIG: &str = "\
# A small project.
[project]
name = \"Small\"
[data]
matrix = { file = \"m.csv\", id = \"id\", name = \"id\" }
[scoring]
weights   = \"w\"
normalise = { method = \"goalposts\", low = 0, high = 10 }   # fixed ends

[weights.w]
about = \"as agreed\"   # in March
a = 20   # first
b = 48     # second
\"c\" = 32

[[criteria]]
id = \"a\"
indicator = \"a\"
direction = \"higher\"
[[criteria]]
id = \"b\"
indicator = \"b\"
direction = \"higher\"
[[criteria]]
id = \"c\"
indicator = \"c\"
direction = \"higher\"
";
const ROWS: &str = "id,a,b,c\nx,10,0,4\ny,0,10,2\nz,1,1,1\n";
/// The head that every script has; what follows starts at line 5.
pub(crate) const META: &str = "fn meta() {\n    #{ title: \"A\", version: 1, params: #{} }\n}\n\n";
const RULE: &str = "fn score(part) {\n    part.a\n}\n";
const TESTS: &str = "[[case]]\nname = \"a is the score\"\npart = { a = 40 }\nexpect = 40\n";

pub(crate) struct Bench {
    pub(crate) folder: TempDir,
    app: App,
    router: Router,
    runtime: Runtime,
}

/// An answer.
pub(crate) struct Reply {
    pub(crate) status: StatusCode,
    pub(crate) text: String,
    headers: HeaderMap,
}

impl Reply {
    pub(crate) fn header(&self, name: &str) -> &str {
        self.headers
            .get(name)
            .map_or("", |value| value.to_str().unwrap())
    }

    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|error| panic!("{error}: {}", self.text))
    }

    pub(crate) fn code(&self) -> String {
        let code = self.json()["diagnostics"][0]["code"].clone();
        code.as_str().unwrap_or_default().to_owned()
    }
}

impl Bench {
    /// The small project, with files replaced or added.
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let own = [
            ("exacity.toml", CONFIG),
            ("m.csv", ROWS),
            ("rules/r.test.toml", TESTS),
        ];
        std::fs::create_dir(folder.path().join("rules")).unwrap();
        for (path, text) in own.iter().chain(files) {
            std::fs::write(folder.path().join(path), text).unwrap();
        }
        let rule = format!("{META}{RULE}");
        std::fs::write(folder.path().join("rules/r.rhai"), rule).unwrap();
        let shelf = Arc::new(DiskSources::new(folder.path()));
        let root = Some(folder.path().to_owned());
        Self::of(folder, App::new(shelf, root, None))
    }

    pub(crate) fn builtin() -> Self {
        let app = App::new(Arc::new(BuiltinSources), None, None);
        Self::of(tempfile::tempdir().unwrap(), app)
    }

    fn of(folder: TempDir, app: App) -> Self {
        let door = Door::new("127.0.0.1:8123".parse().unwrap(), "secret");
        Self {
            folder,
            router: router(app.clone(), door),
            app,
            runtime: tokio::runtime::Builder::new_current_thread()
                .enable_all()
                .build()
                .unwrap(),
        }
    }

    pub(crate) fn host() -> String {
        "127.0.0.1:8123".to_owned()
    }

    fn ask(&self, request: Builder, body: impl Into<Body>) -> Reply {
        let request: Request<Body> = request.body(body.into()).unwrap();
        let router = self.router.clone();
        self.runtime.block_on(async {
            let response = router.oneshot(request).await.unwrap();
            let (parts, body) = response.into_parts();
            let bytes = body.collect().await.unwrap().to_bytes();
            Reply {
                status: parts.status,
                text: String::from_utf8_lossy(&bytes).into_owned(),
                headers: parts.headers,
            }
        })
    }

    fn request(method: &str, path: &str) -> Builder {
        Request::builder()
            .method(method)
            .uri(path)
            .header(HOST, Self::host())
            .header(COOKIE, "other=1; exacity-8123=secret")
    }

    pub(crate) fn get(&self, path: &str) -> Reply {
        self.ask(Self::request("GET", path), Body::empty())
    }

    pub(crate) fn get_as(
        &self,
        path: &str,
        host: &str,
        origin: Option<&str>,
        cookie: bool,
    ) -> Reply {
        let mut request = Request::builder().uri(path).header(HOST, host);
        if let Some(origin) = origin {
            request = request.header(ORIGIN, origin);
        }
        if cookie {
            request = request.header(COOKIE, "exacity-8123=secret");
        }
        self.ask(request, Body::empty())
    }

    pub(crate) fn post(&self, path: &str, body: &Value) -> Reply {
        self.post_text(path, &body.to_string())
    }

    pub(crate) fn post_text(&self, path: &str, body: &str) -> Reply {
        let request = Self::request("POST", path).header(CONTENT_TYPE, "application/json");
        self.ask(request, body.to_owned())
    }

    pub(crate) fn put(&self, path: &str, text: &str, tag: Option<&str>) -> Reply {
        let request = Self::request("PUT", path);
        let request = match tag {
            Some(tag) => request.header(IF_MATCH, tag),
            None => request.header(IF_NONE_MATCH, "*"),
        };
        self.ask(request, text.to_owned())
    }

    pub(crate) fn put_bare(&self, path: &str, text: &str) -> Reply {
        self.ask(Self::request("PUT", path), text.to_owned())
    }

    pub(crate) fn delete(&self, path: &str) -> Reply {
        self.ask(Self::request("DELETE", path), Body::empty())
    }

    /// Follows a run to its end.
    pub(crate) fn events(&self, run: u64) -> Vec<(String, Value)> {
        let text = self.get(&format!("/api/runs/{run}/events")).text;
        let events = text.split("\n\n").filter(|event| event.contains("event:"));
        events
            .map(|event| {
                let line = |key: &str| {
                    let mut lines = event.lines().filter_map(|line| line.strip_prefix(key));
                    lines.next().unwrap_or_default().trim().to_owned()
                };
                (
                    line("event:"),
                    serde_json::from_str(&line("data:")).unwrap(),
                )
            })
            .collect()
    }

    /// The reading that a page that has just been opened knows.
    pub(crate) fn version(&self) -> u64 {
        let choices = serde_json::json!({ "settings": {} });
        self.post("/api/choices", &choices).json()["news"]["version"]
            .as_u64()
            .unwrap()
    }

    pub(crate) fn write(&self, path: &str, text: &str) {
        let file = self.folder.path().join(path);
        std::fs::create_dir_all(file.parent().unwrap()).unwrap();
        std::fs::write(file, text).unwrap();
    }

    pub(crate) fn read(&self, path: &str) -> String {
        std::fs::read_to_string(self.folder.path().join(path)).unwrap()
    }

    /// What the watcher does when a file has changed; requests after it see the new state.
    pub(crate) fn reread(&self) {
        self.app.reload();
    }
}

/// A table with as many places.
pub(crate) fn many(count: usize) -> String {
    (0..count).fold("id,a,b,c\n".to_owned(), |mut text, at| {
        let _ = writeln!(text, "p{at},{},{},{}", at % 11, at * 7 % 11, at * 3 % 10);
        text
    })
}
