//! Tokens, and whose they are.

use std::fmt;

use axum::http::{HeaderMap, header::AUTHORIZATION};
use base64::{Engine, prelude::BASE64_STANDARD};
use sha2::{Digest, Sha256};
use subtle::{ConditionallySelectable, ConstantTimeEq};

use super::Caller;
use crate::host::Principal;

/// A token, and who has it. Nobody is let in with an empty one.
#[derive(Clone)]
pub struct Credential {
    pub principal: Principal,
    pub token: String,
    /// Whether who has it sees everybody's requests on the dashboard, or only those of its principal.
    pub is_operator: bool,
}

/// Without the token.
impl fmt::Debug for Credential {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { principal, token: _, is_operator } = self;
        let mut shown = f.debug_struct("Credential");
        shown.field("principal", principal).field("is_operator", is_operator).finish_non_exhaustive()
    }
}

/// Why nobody knows who has made a request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unidentified {
    NoToken,
    WrongToken,
}

/// The tokens by their hashes: those are of one length, and comparing them tells nothing of the tokens.
pub(super) struct Credentials {
    /// Whether there are none, and nobody has to say who they are.
    is_open: bool,
    known: Vec<([u8; 32], Caller)>,
}

impl Credentials {
    pub(super) fn new(credentials: &[Credential]) -> Self {
        let known = credentials.iter().filter(|credential| !credential.token.is_empty()).map(|credential| {
            let Credential { principal, token, is_operator } = credential;
            (hash(token), Caller { principal: principal.clone(), is_operator: *is_operator })
        });
        Self { is_open: credentials.is_empty(), known: known.collect() }
    }

    /// Who has made a request with these headers.
    pub(super) fn caller(&self, headers: &HeaderMap) -> Result<Caller, Unidentified> {
        if self.is_open {
            return Ok(Caller { principal: Principal::default(), is_operator: true });
        }
        let token = presented(headers)?;
        let hash = hash(&token);
        // All of them, and without a branch: how long it takes does not depend on which one it is.
        let mut found = 0;
        for (index, (known, _)) in (1u64..).zip(&self.known) {
            found.conditional_assign(&index, known.ct_eq(&hash));
        }
        let caller = (found as usize).checked_sub(1).and_then(|index| self.known.get(index));
        caller.map(|(_, caller)| caller.clone()).ok_or(Unidentified::WrongToken)
    }
}

fn hash(token: &str) -> [u8; 32] {
    Sha256::digest(token.as_bytes()).into()
}

/// The token that a request comes with: a bearer token, or the password of HTTP Basic with any user name, which is what a
/// browser can send.
fn presented(headers: &HeaderMap) -> Result<String, Unidentified> {
    let mut values = headers.get_all(AUTHORIZATION).iter();
    let value = values.next().ok_or(Unidentified::NoToken)?;
    if values.next().is_some() {
        return Err(Unidentified::WrongToken);
    }
    let text = value.to_str().map_err(|_| Unidentified::WrongToken)?;
    let (scheme, rest) = text.split_once(' ').ok_or(Unidentified::WrongToken)?;
    let rest = rest.trim();
    if scheme.eq_ignore_ascii_case("bearer") {
        return Ok(rest.to_owned());
    }
    if !scheme.eq_ignore_ascii_case("basic") {
        return Err(Unidentified::WrongToken);
    }
    let decoded = BASE64_STANDARD.decode(rest).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    let decoded = decoded.ok_or(Unidentified::WrongToken)?;
    let (_, password) = decoded.split_once(':').ok_or(Unidentified::WrongToken)?;
    Ok(password.to_owned())
}
