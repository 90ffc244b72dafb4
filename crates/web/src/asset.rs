//! Files that pages load: the stylesheet, our script, htmx and the mark. They rest inside the program and are served
//! under their digest, so that a browser keeps them for ever.

use std::fmt::Write as _;
use std::sync::LazyLock;

use axum::extract::Path;
use axum::http::header::{CACHE_CONTROL, CONTENT_TYPE};
use axum::response::{IntoResponse, Response};
use sm3::{Digest, Sm3};

/// Offices that the plan's filter can tell apart; a plan with more lists the rest without a filter.
pub const OFFICES: usize = 32;

/// A file with its address.
pub struct Asset {
    /// `/asset/<digest>/<name>`.
    pub path: String,
    kind: &'static str,
    bytes: Vec<u8>,
}

/// The stylesheet.
pub static STYLE: LazyLock<Asset> = LazyLock::new(|| {
    let sheet = format!("{}{}", include_str!("../assets/luoshi.css"), filter_rules());
    asset("luoshi.css", "text/css; charset=utf-8", sheet.into_bytes())
});
/// Our script: small comforts, every page works without it.
pub static SCRIPT: LazyLock<Asset> = LazyLock::new(|| script("luoshi.js", include_bytes!("../assets/luoshi.js")));
/// htmx 2.0.11 from its npm package; its licence lies beside it.
pub static HTMX: LazyLock<Asset> =
    LazyLock::new(|| script("htmx.min.js", include_bytes!("../assets/htmx/htmx.min.js")));
/// The mark in the browser's tab.
pub static MARK: LazyLock<Asset> =
    LazyLock::new(|| asset("luoshi.svg", "image/svg+xml", include_bytes!("../assets/luoshi.svg").to_vec()));

fn script(name: &str, bytes: &[u8]) -> Asset {
    asset(name, "text/javascript; charset=utf-8", bytes.to_vec())
}

fn asset(name: &str, kind: &'static str, bytes: Vec<u8>) -> Asset {
    let digest: String = Sm3::digest(&bytes).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
    Asset { path: format!("/asset/{digest}/{name}"), kind, bytes }
}

/// Serves a file by its digest; an old digest is not answered with new bytes.
pub async fn serve(Path((digest, name)): Path<(String, String)>) -> Response {
    let path = format!("/asset/{digest}/{name}");
    match [&*STYLE, &*SCRIPT, &*HTMX, &*MARK].into_iter().find(|asset| asset.path == path) {
        Some(asset) => (
            [(CONTENT_TYPE, asset.kind), (CACHE_CONTROL, "public, max-age=31536000, immutable")],
            asset.bytes.as_slice(),
        )
            .into_response(),
        None => axum::http::StatusCode::NOT_FOUND.into_response(),
    }
}

/// The rules by which choosing a light or an office dims the other rows of a plan. Each stands in a block of its own,
/// because a browser that does not know `:has` drops the whole block; there our script sets the attributes instead.
fn filter_rules() -> String {
    let mut rules = String::from("\n/* ---------- 14 筛灯、筛科室 ---------- */\n");
    let dim = "{--dim-ink:var(--ink3);--dim-light:.28}";
    for light in ["g", "b", "y", "r", "n", "u"] {
        let _ = writeln!(rules, ".plan:has(#lf-{light}:checked) .c:not(.{light}){dim}");
        let _ = writeln!(rules, ".plan[data-light={light}] .c:not(.{light}){dim}");
    }
    for office in 0..OFFICES {
        let _ = writeln!(rules, ".plan:has(option[value=o{office}]:checked) .c:not(.o{office}){dim}");
        let _ = writeln!(rules, ".plan[data-office=o{office}] .c:not(.o{office}){dim}");
        let _ = writeln!(rules, ".plan:has(option[value=o{office}]:checked) .p .ub.o{office}{{color:var(--ink)}}");
    }
    rules
}
