//! Random policies against an implementation that is plainly right: rules as data, globs by recursion, one loop for each
//! attribute.

use proptest::{option, prelude::*, sample::select};

use super::*;

/// A rule as its attributes are written.
#[derive(Clone, Debug)]
struct WrittenRule {
    patterns: Vec<(String, String)>,
    access: Option<&'static str>,
    effect: Option<&'static str>,
    cacheable: Option<&'static str>,
    timeout: Option<u64>,
    rate: Option<u32>,
    server_rate: Option<u32>,
}

impl WrittenRule {
    fn text(&self) -> String {
        use std::fmt::Write;
        let patterns: Vec<_> = self.patterns.iter().map(|(server, tool)| format!("\"{server}/{tool}\"")).collect();
        let mut text = format!("tools = [{}]\n", patterns.join(", "));
        let mut line = |line: Option<String>| line.map_or(Ok(()), |line| writeln!(text, "{line}")).expect("memory");
        line(self.access.map(|access| format!("access = \"{access}\"")));
        line(self.effect.map(|effect| format!("effect = \"{effect}\"")));
        line(self.cacheable.map(|cacheable| format!("cacheable = {cacheable}")));
        line(self.timeout.map(|seconds| format!("timeout = \"{seconds}s\"")));
        line(self.rate.map(|calls| format!("rate = \"{calls}/min\"")));
        line(self.server_rate.map(|calls| format!("server_rate = \"{calls}/h\"")));
        text
    }

    fn sets_something(&self) -> bool {
        self.text().lines().count() > 1
    }
}

fn glob(pattern: &[u8], name: &[u8]) -> bool {
    match (pattern, name) {
        ([], []) => true,
        ([b'*', rest @ ..], _) => glob(rest, name) || (!name.is_empty() && glob(pattern, &name[1..])),
        ([b'?', rest @ ..], [_, name @ ..]) => glob(rest, name),
        ([literal, rest @ ..], [first, name @ ..]) => literal == first && glob(rest, name),
        _ => false,
    }
}

fn reference(trusted: &[String], rules: &[WrittenRule], server: &str, tool: &str, hint: Option<bool>) -> Ruling {
    fn decide<T>(
        rules: &[WrittenRule],
        names: impl Fn(&(String, String)) -> bool,
        attribute: impl Fn(&WrittenRule) -> Option<T>,
    ) -> Option<T> {
        for rule in rules {
            let value = attribute(rule);
            if rule.patterns.iter().any(&names) && value.is_some() {
                return value;
            }
        }
        None
    }
    let is = |pattern: &str, name: &str| glob(pattern.as_bytes(), name.as_bytes());
    let tool_is = |pattern: &(String, String)| is(&pattern.0, server) && is(&pattern.1, tool);
    let rate = |period| move |calls| Rate { calls: std::num::NonZeroU32::new(calls).expect("not 0"), period };

    let reads = hint == Some(true) && trusted.iter().any(|pattern| is(pattern, server));
    let effect = match decide(rules, tool_is, |rule| rule.effect) {
        Some("read") => Effect::Read,
        None if reads => Effect::Read,
        _ => Effect::Write,
    };
    Ruling {
        access: match decide(rules, tool_is, |rule| rule.access) {
            Some("deny") => Access::Deny,
            Some("approve") => Access::Approve,
            _ => Access::Allow,
        },
        effect,
        caching: match decide(rules, tool_is, |rule| rule.cacheable) {
            Some("true") => Caching::Default,
            Some("false") => Caching::No,
            Some(_) => Caching::For(Duration::from_secs(600)),
            None if reads && effect == Effect::Read => Caching::Default,
            None => Caching::No,
        },
        timeout: decide(rules, tool_is, |rule| rule.timeout).map(Duration::from_secs),
        rate: decide(rules, tool_is, |rule| rule.rate).map(rate(Period::Minute)),
        server_rate: decide(rules, |pattern| is(&pattern.0, server), |rule| rule.server_rate).map(rate(Period::Hour)),
    }
}

/// Without `**`, which globset reads as whole directories.
fn pattern(expression: &str) -> impl Strategy<Value = String> {
    let texts = proptest::string::string_regex(expression).expect("an expression");
    texts.prop_filter("no directories", |text| !text.contains("**"))
}

fn written_rule() -> impl Strategy<Value = WrittenRule> {
    let patterns = prop::collection::vec((pattern("[ab*?]{1,3}"), pattern("[ab*?/]{1,4}")), 1..3);
    let access = option::of(select(vec!["allow", "deny", "approve"]));
    let effect = option::of(select(vec!["read", "write"]));
    let cacheable = option::of(select(vec!["true", "false", "\"10m\""]));
    (patterns, access, effect, cacheable, option::of(1..9_u64), option::of(1..9_u32), option::of(1..9_u32))
        .prop_map(|(patterns, access, effect, cacheable, timeout, rate, server_rate)| WrittenRule {
            patterns,
            access,
            effect,
            cacheable,
            timeout,
            rate,
            server_rate,
        })
        .prop_filter("a rule sets something", WrittenRule::sets_something)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn a_ruling_is_what_a_plain_reading_of_the_rules_gives(
        trusted in prop::collection::vec(pattern("[ab*?]{1,2}"), 0..2),
        rules in prop::collection::vec(written_rule(), 0..5),
        names in prop::collection::vec(("[ab]{1,2}", "[ab/]{1,3}", any::<Option<bool>>()), 1..6),
    ) {
        let texts: String = rules.iter().map(|rule| format!("[[policy.rules]]\n{}", rule.text())).collect();
        let policy = parse(&format!("[policy]\ntrusted = {trusted:?}\n{texts}")).expect("a policy");
        for (server, tool, hint) in names {
            let ruling = policy.ruling(&server, &def_with_hint(&tool, hint));
            prop_assert_eq!(ruling, reference(&trusted, &rules, &server, &tool, hint), "{}/{}", server, tool);
        }
    }
}
