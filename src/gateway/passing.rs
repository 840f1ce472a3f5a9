//! Resources and prompts of the servers, under names that say whose they are.
//!
//! A resource is shown as `codefirst://<server>/<its own URI>`, a prompt as `<server>__<its own name>`. A URI without that prefix,
//! as tools give in their results, is looked for at every server that has resources.

use std::sync::Arc;

use rmcp::model::{ErrorData, Prompt, ReadResourceResult, Resource, ResourceContents, ResourceTemplate};

use crate::upstream::{PoolHost, RequestError};

const SCHEME: &str = "codefirst://";
const SEPARATOR: &str = "__";

/// The URI of a server's resource as clients see it. Also that of a template, whose braces stay what they are.
pub(super) fn shown_uri(server: &str, uri: &str) -> String {
    format!("{SCHEME}{}/{uri}", encoded(server))
}

/// The server, as it is written in URIs, and the URI that it knows itself.
fn split_uri(uri: &str) -> Option<(&str, &str)> {
    uri.strip_prefix(SCHEME)?.split_once('/')
}

/// A server's name without characters that would end it, or that URIs do not have.
fn encoded(server: &str) -> String {
    let mut text = String::new();
    for byte in server.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' => text.push(byte.into()),
            _ => text.push_str(&format!("%{byte:02X}")),
        }
    }
    text
}

pub(super) async fn resources(host: &PoolHost) -> Vec<Resource> {
    let mut all = Vec::new();
    for (server, resources) in host.resources().await {
        all.extend(resources.into_iter().map(|mut resource| {
            resource.uri = shown_uri(&server, &resource.uri);
            resource
        }));
    }
    all
}

pub(super) async fn templates(host: &PoolHost) -> Vec<ResourceTemplate> {
    let mut all = Vec::new();
    for (server, templates) in host.resource_templates().await {
        all.extend(templates.into_iter().map(|mut template| {
            template.uri_template = shown_uri(&server, &template.uri_template);
            template
        }));
    }
    all
}

pub(super) async fn prompts(host: &PoolHost) -> Vec<Prompt> {
    let mut all = Vec::new();
    for (server, prompts) in host.prompts().await {
        all.extend(prompts.into_iter().map(|mut prompt| {
            prompt.name = format!("{server}{SEPARATOR}{}", prompt.name);
            prompt
        }));
    }
    all
}

/// The server of a prompt that clients call by this name, and its own name for it.
pub(super) fn prompt_of<'a>(servers: &[Arc<str>], name: &'a str) -> Result<(Arc<str>, &'a str), ErrorData> {
    let own =
        |server: &Arc<str>| name.strip_prefix(&**server)?.strip_prefix(SEPARATOR).map(|own| (server.clone(), own));
    // Of two servers that could be meant, that with the longer name is: the other would have to have it in its prompt's.
    let found = servers.iter().filter_map(own).min_by_key(|(_, own)| own.len());
    found.ok_or_else(|| ErrorData::invalid_params(format!("there is no prompt {name}"), None))
}

/// The server of a resource that clients know by this URI, and its own URI for it. `None` if it does not say.
pub(super) fn resource_of<'a>(servers: &[Arc<str>], uri: &'a str) -> Option<(Arc<str>, &'a str)> {
    let (server, own) = split_uri(uri)?;
    let server = servers.iter().find(|name| encoded(name) == server)?;
    Some((server.clone(), own))
}

pub(super) async fn read(host: &PoolHost, servers: &[Arc<str>], uri: &str) -> Result<ReadResourceResult, ErrorData> {
    let not_found = || ErrorData::resource_not_found(format!("there is no resource {uri}"), None);
    if let Some((server, own)) = resource_of(servers, uri) {
        let mut result = host.read_resource(&server, own).await.map_err(refused)?;
        for contents in &mut result.contents {
            rename(contents, |uri| shown_uri(&server, uri));
        }
        return Ok(result);
    }
    for server in host.servers_with_resources().await {
        if let Ok(result) = host.read_resource(&server, uri).await {
            return Ok(result);
        }
    }
    Err(not_found())
}

fn rename(contents: &mut ResourceContents, name: impl Fn(&str) -> String) {
    match contents {
        ResourceContents::TextResourceContents { uri, .. } | ResourceContents::BlobResourceContents { uri, .. } => {
            *uri = name(uri);
        }
        _ => {}
    }
}

/// What a client is told of a request that a server has not answered.
pub(super) fn refused(error: RequestError) -> ErrorData {
    match error {
        RequestError::Refused(error) => error,
        RequestError::Unavailable(message) => {
            ErrorData::internal_error(format!("the server is unavailable: {message}"), None)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_servers() {
        let servers: Vec<Arc<str>> = ["a", "a__b", "my files"].map(Arc::from).into();
        for (server, uri) in [("a", "file:///x/y.txt"), ("my files", "x://{path}/%20"), ("a__b", "")] {
            let shown = shown_uri(server, uri);
            assert_eq!(resource_of(&servers, &shown), Some((server.into(), uri)), "{shown}");
        }
        assert_eq!(shown_uri("my files", "file:///x"), "codefirst://my%20files/file:///x");
        for uri in ["file:///x", "codefirst://b/x", "codefirst://a"] {
            assert_eq!(resource_of(&servers, uri), None, "{uri}");
        }
        assert_eq!(prompt_of(&servers, "a__b__c").expect("a prompt"), ("a__b".into(), "c"));
        assert_eq!(prompt_of(&servers, "a__x").expect("a prompt"), ("a".into(), "x"));
        assert!(prompt_of(&servers, "x").is_err());
    }
}
