//! Why a request is turned away, and how whoever made it is told.

use std::time::Duration;

use axum::{
    http::{
        HeaderValue, StatusCode,
        header::{CONTENT_TYPE, RETRY_AFTER, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS},
    },
    response::{IntoResponse, Response},
};
use bytesize::ByteSize;

use super::credentials::Unidentified;

/// The texts quote nothing of the request.
#[derive(Debug, thiserror::Error)]
pub(super) enum Refusal {
    #[error(
        "this gateway is not asked by that host name. If you reach it by a name of its own, add the name to allowed_hosts \
         under [http] in codefirst.toml"
    )]
    Host,
    #[error(
        "pages of that origin may not call this gateway. If they should, add the origin to allowed_origins under [http] \
         in codefirst.toml"
    )]
    Origin,
    #[error("{}", match failure {
        Unidentified::NoToken => "a token is needed: Authorization: Bearer <token>",
        Unidentified::WrongToken => "that is not a token of this gateway",
    })]
    Unauthenticated { failure: Unidentified, offers_basic: bool },
    #[error("too many requests; try again in {} s", whole_seconds(*retry_after))]
    TooOften { retry_after: Duration },
    #[error("the body is longer than {} bytes", limit.as_u64())]
    TooLarge { limit: ByteSize },
    #[error("the body took too long to arrive")]
    TooSlow,
    #[error("the body did not arrive whole")]
    Incomplete,
}

impl Refusal {
    fn status(&self) -> StatusCode {
        match self {
            Self::Host | Self::Origin => StatusCode::FORBIDDEN,
            Self::Unauthenticated { .. } => StatusCode::UNAUTHORIZED,
            Self::TooOften { .. } => StatusCode::TOO_MANY_REQUESTS,
            Self::TooLarge { .. } => StatusCode::PAYLOAD_TOO_LARGE,
            Self::TooSlow => StatusCode::REQUEST_TIMEOUT,
            Self::Incomplete => StatusCode::BAD_REQUEST,
        }
    }
}

impl IntoResponse for Refusal {
    fn into_response(self) -> Response {
        let mut response = (self.status(), format!("{self}\n")).into_response();
        let headers = response.headers_mut();
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("text/plain; charset=utf-8"));
        headers.insert(X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff"));
        match self {
            Self::Unauthenticated { failure, offers_basic } => {
                let bearer = match failure {
                    Unidentified::NoToken => "Bearer",
                    Unidentified::WrongToken => "Bearer error=\"invalid_token\"",
                };
                headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(bearer));
                if offers_basic {
                    let basic = "Basic realm=\"codefirst\", charset=\"UTF-8\"";
                    headers.append(WWW_AUTHENTICATE, HeaderValue::from_static(basic));
                }
            }
            Self::TooOften { retry_after } => {
                headers.insert(RETRY_AFTER, HeaderValue::from(whole_seconds(retry_after)));
            }
            _ => {}
        }
        response
    }
}

/// So that who waits that long has waited long enough.
fn whole_seconds(duration: Duration) -> u64 {
    duration.as_secs() + u64::from(duration.subsec_nanos() > 0)
}
