//! The door: who may ask at all.
//!
//! A page on a planner's machine can write project files, so any other page open in the same browser is a
//! stranger. `Host` must be the address that is listened on, which closes names that are made to point here
//! (DNS rebinding); `Origin`, where a browser sends it, must be the same; and everything but the page's own
//! scripts and styles needs the token of the printed link, which only whoever reads the terminal has.

use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, COOKIE, HOST, HeaderName, HeaderValue, LOCATION,
    ORIGIN, REFERRER_POLICY, SET_COOKIE, X_CONTENT_TYPE_OPTIONS,
};
use axum::http::{HeaderMap, StatusCode};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

/// What the pages may do. Scripts and styles come from here alone. Bars have their width as a style
/// attribute, and the drawing library fills a style element of its own by rule; neither can load anything.
const POLICY: &str = "default-src 'none'; script-src 'self'; \
    style-src 'self' 'sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU='; style-src-attr 'unsafe-inline'; \
    img-src 'self' data:; connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// Who may come in.
#[derive(Debug, Clone)]
pub struct Door {
    address: SocketAddr,
    token: String,
}

impl Door {
    /// Opens a door at an address for those who have the token.
    pub fn new(address: SocketAddr, token: impl Into<String>) -> Self {
        Self {
            address,
            token: token.into(),
        }
    }

    /// Makes a token that cannot be guessed.
    ///
    /// # Errors
    ///
    /// If the system gives no random bytes.
    pub fn random_token() -> Result<String, getrandom::Error> {
        let mut bytes = [0_u8; 16];
        getrandom::fill(&mut bytes)?;
        Ok(blake3::Hash::from_bytes({
            let mut whole = [0; 32];
            whole[..16].copy_from_slice(&bytes);
            whole
        })
        .to_hex()[..32]
            .to_owned())
    }

    /// Returns the link that lets a browser in.
    pub fn link(&self) -> String {
        format!("http://{}/?token={}", self.address, self.token)
    }

    /// Cookies do not know ports: each server has a name of its own.
    fn cookie(&self) -> String {
        format!("exacity-{}", self.address.port())
    }

    /// Tells whether a host is the address that is listened on. Names other than `localhost` are refused
    /// even where all addresses are listened on: a name can be made to point anywhere.
    fn is_ours(&self, host: &str) -> bool {
        let port = self.address.port();
        let ours = |ip: IpAddr| {
            let every = self.address.ip().is_unspecified();
            let loopback = self.address.ip().is_loopback() && ip.is_loopback();
            every || loopback || ip == self.address.ip()
        };
        let local = self.address.ip().is_loopback() || self.address.ip().is_unspecified();
        match host.parse::<SocketAddr>() {
            Ok(address) => address.port() == port && ours(address.ip()),
            Err(_) => local && host == format!("localhost:{port}"),
        }
    }

    fn knows(&self, token: &str) -> bool {
        // Hashes are compared in constant time, so that a wrong token does not tell how wrong it is.
        blake3::hash(token.as_bytes()) == blake3::hash(self.token.as_bytes())
    }

    fn has_cookie(&self, headers: &HeaderMap) -> bool {
        let name = self.cookie();
        let all = headers.get_all(COOKIE).iter();
        let pairs = all
            .filter_map(|value| value.to_str().ok())
            .flat_map(|value| value.split(';'));
        pairs
            .filter_map(|pair| pair.trim().split_once('='))
            .any(|(key, value)| key == name && self.knows(value))
    }
}

/// Turns strangers away, lets the link in, and seals every answer.
pub(crate) async fn guard(State(door): State<Arc<Door>>, request: Request, next: Next) -> Response {
    let mut response = match refusal(&door, &request) {
        Some(response) => response,
        None => next.run(request).await,
    };
    seal(response.headers_mut());
    response
}

fn refusal(door: &Door, request: &Request) -> Option<Response> {
    let headers = request.headers();
    let text = |name: HeaderName| headers.get(name).and_then(|value| value.to_str().ok());
    let host = text(HOST).or(request
        .uri()
        .authority()
        .map(axum::http::uri::Authority::as_str));
    if !host.is_some_and(|host| door.is_ours(host)) {
        return Some(turned_away(
            "this is not the address that the workbench was started on",
        ));
    }
    let origin = headers
        .get(ORIGIN)
        .map(|value| value.to_str().unwrap_or("?"));
    let same = |origin: &str| origin.strip_prefix("http://") == host;
    if origin.is_some_and(|origin| !same(origin)) {
        return Some(turned_away("another site may not ask the workbench"));
    }
    let path = request.uri().path();
    if path.starts_with("/assets/") {
        return None;
    }
    let token = request.uri().query().and_then(|query| {
        let mut pairs = query.split('&');
        pairs.find_map(|pair| pair.strip_prefix("token="))
    });
    if path == "/" && token.is_some_and(|token| door.knows(token)) {
        return Some(let_in(door));
    }
    if !door.has_cookie(headers) {
        return Some(turned_away(
            "open the link that `exacity serve` printed: it holds the token",
        ));
    }
    None
}

/// Gives the browser the token as a cookie that no other site can send, and takes it out of the address.
fn let_in(door: &Door) -> Response {
    let cookie = format!(
        "{}={}; Path=/; HttpOnly; SameSite=Strict",
        door.cookie(),
        door.token
    );
    let headers = [(SET_COOKIE, cookie), (LOCATION, "/".to_owned())];
    (StatusCode::SEE_OTHER, headers, Body::empty()).into_response()
}

fn turned_away(why: &'static str) -> Response {
    (StatusCode::FORBIDDEN, why).into_response()
}

fn seal(headers: &mut HeaderMap) {
    let all = [
        (CONTENT_SECURITY_POLICY, POLICY),
        (X_CONTENT_TYPE_OPTIONS, "nosniff"),
        (REFERRER_POLICY, "no-referrer"),
        (
            HeaderName::from_static("cross-origin-resource-policy"),
            "same-origin",
        ),
        (
            HeaderName::from_static("cross-origin-opener-policy"),
            "same-origin",
        ),
    ];
    for (name, value) in all {
        headers.insert(name, HeaderValue::from_static(value));
    }
    // Answers are about now; only what is part of the program may be kept.
    headers
        .entry(CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests {
    use super::*;

    fn door(address: &str) -> Door {
        Door::new(address.parse().unwrap(), "t")
    }

    #[test]
    fn only_the_address_itself_is_ours() {
        let local = door("127.0.0.1:8000");
        for host in ["127.0.0.1:8000", "localhost:8000", "[::1]:8000"] {
            assert!(local.is_ours(host), "{host}");
        }
        for host in [
            "127.0.0.1:8001",
            "127.0.0.1",
            "evil.example:8000",
            "10.0.0.1:8000",
            "",
        ] {
            assert!(!local.is_ours(host), "{host}");
        }
        let lan = door("10.0.0.7:8000");
        assert!(lan.is_ours("10.0.0.7:8000") && !lan.is_ours("localhost:8000"));
        let all = door("0.0.0.0:8000");
        assert!(all.is_ours("10.0.0.7:8000") && !all.is_ours("evil.example:8000"));
    }

    #[test]
    fn tokens_are_long_and_differ() {
        let [one, two] = [(); 2].map(|()| Door::random_token().unwrap());
        assert!(one.len() == 32 && one != two);
    }
}
