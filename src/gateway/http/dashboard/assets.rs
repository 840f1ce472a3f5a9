//! The style sheet, the script and the icon, each at an address that changes with its contents and can be kept for ever.

use std::sync::LazyLock;

use axum::{
    extract::Path,
    http::{
        StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE},
    },
    response::{IntoResponse, Response},
};
use sha2::{Digest, Sha256};

pub(super) static STYLE: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("style", "css", "text/css; charset=utf-8", include_str!("style.css")));
pub(super) static SCRIPT: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("script", "js", "text/javascript; charset=utf-8", include_str!("script.js")));
pub(super) static ICON: LazyLock<Asset> =
    LazyLock::new(|| Asset::new("icon", "svg", "image/svg+xml", include_str!("icon.svg")));

/// A file that is part of this program.
pub(super) struct Asset {
    name: String,
    media_type: &'static str,
    contents: &'static str,
}

impl Asset {
    fn new(name: &str, extension: &str, media_type: &'static str, contents: &'static str) -> Self {
        let hash: String = Sha256::digest(contents).iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        Self { name: format!("{name}-{hash}.{extension}"), media_type, contents }
    }

    pub(super) fn path(&self) -> String {
        format!("/assets/{}", self.name)
    }
}

pub async fn asset(Path(name): Path<String>) -> Response {
    let assets = [&*STYLE, &*SCRIPT, &*ICON];
    match assets.into_iter().find(|asset| asset.name == name) {
        Some(asset) => {
            let headers = [(CONTENT_TYPE, asset.media_type), (CACHE_CONTROL, "private, max-age=31536000, immutable")];
            (headers, asset.contents).into_response()
        }
        None => StatusCode::NOT_FOUND.into_response(),
    }
}
