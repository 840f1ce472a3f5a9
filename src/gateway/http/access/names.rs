//! Under which names we may be asked, and from which sites' pages.
//!
//! A page of a hostile site can make its own name resolve to this machine (DNS rebinding), and its requests come with that
//! name as `Host`; or it can send a request to our name, which then comes with its `Origin`. Both are turned away.

use std::net::{IpAddr, SocketAddr};

use axum::{
    extract::Request,
    http::{
        HeaderValue,
        header::{HOST, ORIGIN},
        uri::Authority,
    },
};

use super::refusal::Refusal;

pub(super) struct Names {
    bound: IpAddr,
    hosts: Vec<Place>,
    /// In lower case, without a slash at the end.
    origins: Vec<String>,
}

/// A host's name in lower case, and its port if it has one.
#[derive(Debug, PartialEq, Eq)]
struct Place {
    host: String,
    port: Option<u16>,
}

impl Place {
    fn of(authority: &Authority) -> Option<Self> {
        let is_plain = !authority.as_str().contains('@');
        is_plain.then(|| Self { host: authority.host().to_ascii_lowercase(), port: authority.port_u16() })
    }

    fn parse(text: &str) -> Option<Self> {
        Self::of(&text.parse().ok()?)
    }

    fn address(&self) -> Option<IpAddr> {
        let host = self.host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(&self.host);
        host.parse().ok()
    }
}

impl Names {
    pub(super) fn new(bound: SocketAddr, hosts: &[String], origins: &[String]) -> Self {
        Self {
            bound: bound.ip(),
            hosts: hosts.iter().filter_map(|host| Place::parse(host)).collect(),
            origins: origins.iter().map(|origin| origin.trim_end_matches('/').to_ascii_lowercase()).collect(),
        }
    }

    /// Gives the origin of a request that comes from another site's page, one that is allowed to.
    pub(super) fn check<'a>(&self, request: &'a Request) -> Result<Option<&'a HeaderValue>, Refusal> {
        let host = self.host(request)?;
        let mut origins = request.headers().get_all(ORIGIN).iter();
        let Some(value) = origins.next() else { return Ok(None) };
        let origin = value.to_str().unwrap_or_default().to_ascii_lowercase();
        if origins.next().is_none() {
            if is_of_page_at(&origin, &host) {
                return Ok(None);
            }
            if self.origins.contains(&origin) {
                return Ok(Some(value));
            }
        }
        Err(Refusal::Origin)
    }

    /// Where a request says that it goes: by its `Host` header, by the address in its first line, or by both.
    fn host(&self, request: &Request) -> Result<Place, Refusal> {
        let from_headers = request.headers().get_all(HOST).iter();
        let mut places: Vec<_> = from_headers.map(|host| Place::parse(host.to_str().ok()?)).collect();
        places.extend(request.uri().authority().map(Place::of));
        match places.into_iter().collect::<Option<Vec<_>>>().unwrap_or_default().as_mut_slice() {
            [] => Err(Refusal::Host),
            [first, rest @ ..] if rest.iter().all(|place| place == first) && self.is_ours(first) => {
                Ok(Place { host: std::mem::take(&mut first.host), port: first.port })
            }
            _ => Err(Refusal::Host),
        }
    }

    fn is_ours(&self, place: &Place) -> bool {
        if let Some(address) = place.address() {
            // An address cannot be rebound; if we listen at all of them, any may be ours.
            if address.is_loopback() || address == self.bound || self.bound.is_unspecified() {
                return true;
            }
        }
        let is_known = |known: &Place| known.host == place.host && (known.port.is_none() || known.port == place.port);
        place.host == "localhost" || self.hosts.iter().any(is_known)
    }
}

/// Whether an origin is that of pages at this place. Whether they come by TLS is not known here, behind a proxy.
fn is_of_page_at(origin: &str, place: &Place) -> bool {
    let authority = origin.strip_prefix("http://").or_else(|| origin.strip_prefix("https://"));
    authority.and_then(Place::parse).is_some_and(|origin| origin == *place)
}
