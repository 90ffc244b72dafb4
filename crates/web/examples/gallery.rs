//! Every page from prepared views, to be looked at.
//!
//! `cargo run -p luoshi-web --example gallery -- write FOLDER` writes them as files;
//! `… -- serve PORT` serves them on this machine, already signed in by the cookie that `/sign-in/demo` sets.

#[allow(dead_code)]
#[path = "../tests/fixture/mod.rs"]
mod fixture;

use std::path::Path;
use std::sync::Arc;

use axum::body::Body;
use axum::http::Request;
use http_body_util::BodyExt;
use luoshi_web::{App, router};
use tower::ServiceExt;

#[tokio::main]
async fn main() -> Result<(), Box<dyn std::error::Error>> {
    let app = App::new(Arc::new(fixture::FixtureBureau::default()), false);
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.iter().map(String::as_str).collect::<Vec<_>>()[..] {
        ["serve", port] => {
            let listener = tokio::net::TcpListener::bind(("127.0.0.1", port.parse()?)).await?;
            println!("http://127.0.0.1:{port}/sign-in");
            luoshi_web::serve(listener, app).await?;
        }
        ["write", folder] => write(app, Path::new(folder)).await?,
        _ => eprintln!("gallery write FOLDER | gallery serve PORT"),
    }
    Ok(())
}

async fn write(app: App, folder: &Path) -> Result<(), Box<dyn std::error::Error>> {
    std::fs::create_dir_all(folder)?;
    for sheet in fixture::PAGES {
        let page = text(&app, sheet.request()).await?;
        for asset in assets(&page) {
            let file = folder.join(asset.trim_start_matches('/').replace('/', "-"));
            if !file.exists() {
                std::fs::write(&file, text(&app, Request::get(&asset).body(Body::empty())?).await?)?;
            }
        }
        std::fs::write(folder.join(format!("{}.html", sheet.name)), flat(&page))?;
        println!("{}.html {} bytes", sheet.name, page.len());
    }
    Ok(())
}

async fn text(app: &App, request: Request<Body>) -> Result<String, Box<dyn std::error::Error>> {
    let response = router(app.clone()).oneshot(request).await?;
    Ok(String::from_utf8(response.into_body().collect().await?.to_bytes().into())?)
}

/// Addresses of the files that a page loads.
fn assets(page: &str) -> Vec<String> {
    page.split('"').filter(|part| part.starts_with("/asset/")).map(String::from).collect()
}

/// The page with its files beside it.
fn flat(page: &str) -> String {
    assets(page).iter().fold(page.to_string(), |page, asset| {
        page.replace(asset.as_str(), &asset.trim_start_matches('/').replace('/', "-"))
    })
}
