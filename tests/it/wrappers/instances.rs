//! Values that a JSON Schema accepts, made from the schema and then shown to a validator, which alone decides.
//!
//! In: a schema document and a seed. Out: distinct values, the same for the same seed: one with nothing optional, one
//! with everything, then others until every alternative and every listed value has been tried.

use std::collections::{HashMap, HashSet};

use jsonschema::Validator;
use proptest::{
    strategy::{Strategy, ValueTree},
    string::string_regex,
    test_runner::TestRunner,
};
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;
use serde_json::{Map, Value, json};

/// Values nested deeper have nothing optional, and soon nothing at all.
const MAX_DEPTH: usize = 6;
/// Values whose JSON is longer are left out.
const MAX_BYTES: usize = 6_000;
/// What one value may cost before it is given up.
const MAX_STEPS: usize = 4_000;

/// The validator of a schema in its own dialect, formats aside; none if it is no valid schema.
pub fn validator(schema: &Value) -> Option<Validator> {
    jsonschema::options().should_validate_formats(false).build(schema).ok()
}

/// Which properties a value may have that its schema does not name.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Extras {
    /// All that are not forbidden.
    Unsaid,
    /// Only those that the schema speaks of.
    Said,
}

/// About `count` values that the validator accepts, more if the schema has more alternatives.
pub fn valid(schema: &Value, validator: &Validator, extras: Extras, seed: u64, count: usize) -> Vec<Value> {
    let mut generator = Generator::new(schema, extras, seed);
    let mut seen = HashSet::new();
    let mut values = Vec::new();
    for attempt in 0..count * 20 {
        generator.style = match attempt {
            0 => Style::Least,
            1 => Style::Most,
            _ => Style::Mixed,
        };
        generator.steps = 0;
        let value = generator.value(&[schema], 0).filter(|value| validator.is_valid(value));
        let text = value.as_ref().map(Value::to_string).unwrap_or_default();
        if let Some(value) = value.filter(|_| text.len() <= MAX_BYTES && seen.insert(text)) {
            values.push(value);
        }
        if values.len() >= count * 4 || (values.len() >= count && generator.has_tried_all()) {
            break;
        }
    }
    values
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Style {
    Least,
    Most,
    Mixed,
}

struct Generator<'a> {
    root: &'a Value,
    extras: Extras,
    /// Up to draft 7, what stands beside a `$ref` counts for nothing.
    reference_is_all: bool,
    style: Style,
    steps: usize,
    random: ChaCha8Rng,
    texts: TestRunner,
    /// How often each option of each list in the schema was taken, by the list's address.
    taken: HashMap<usize, Vec<u32>>,
}

impl<'a> Generator<'a> {
    fn new(root: &'a Value, extras: Extras, seed: u64) -> Self {
        let dialect = root["$schema"].as_str().unwrap_or("");
        Self {
            root,
            extras,
            reference_is_all: ["draft-04", "draft-06", "draft-07"].iter().any(|draft| dialect.contains(draft)),
            style: Style::Least,
            steps: 0,
            random: ChaCha8Rng::seed_from_u64(seed),
            texts: TestRunner::deterministic(),
            taken: HashMap::new(),
        }
    }

    fn has_tried_all(&self) -> bool {
        self.taken.values().flatten().all(|count| *count > 0)
    }

    fn below(&mut self, bound: usize) -> usize {
        usize::try_from(self.random.next_u32()).expect("32 bits") % bound.max(1)
    }

    fn one_in(&mut self, bound: usize) -> bool {
        self.below(bound) == 0
    }

    /// The place of one of the options taken least often so far.
    fn choose(&mut self, list: &'a Value, options: usize) -> usize {
        let start = self.below(options);
        let taken = self.taken.entry(std::ptr::from_ref(list).addr()).or_default();
        taken.resize(options.max(taken.len()), 0);
        let rarest = (start..options).chain(0..start).min_by_key(|place| taken[*place]);
        if let Some(place) = rarest {
            taken[place] += 1;
        }
        rarest.unwrap_or(0)
    }

    /// A value that all the schemas may accept.
    fn value(&mut self, schemas: &[&'a Value], depth: usize) -> Option<Value> {
        self.steps += 1;
        if self.steps > MAX_STEPS || depth > 3 * MAX_DEPTH {
            return None;
        }
        let mut parts = Vec::new();
        for schema in schemas {
            self.expand(schema, &mut parts, 0)?;
        }
        if let Some(listed) = self.listed(&parts) {
            return listed;
        }
        let kind = self.kind(&parts)?;
        match kind {
            "null" => Some(Value::Null),
            "boolean" => Some(Value::Bool(self.one_in(2))),
            "string" => self.text(&parts),
            "array" => self.array(&parts, depth),
            "object" => self.object(&parts, depth),
            kind => self.number(&parts, kind == "integer"),
        }
    }

    /// The schemas of which each says its part by its own keywords, alternatives being decided.
    fn expand(&mut self, schema: &'a Value, parts: &mut Vec<&'a Map<String, Value>>, depth: usize) -> Option<()> {
        let schema = match schema {
            Value::Bool(true) => return Some(()),
            Value::Object(schema) if depth < 3 * MAX_DEPTH => schema,
            _ => return None,
        };
        if let Some(reference) = schema.get("$ref").and_then(Value::as_str) {
            self.expand(self.root.pointer(reference.strip_prefix('#')?)?, parts, depth + 1)?;
            if self.reference_is_all {
                return Some(());
            }
        }
        for branch in schema.get("allOf").and_then(Value::as_array).into_iter().flatten() {
            self.expand(branch, parts, depth + 1)?;
        }
        for list in ["anyOf", "oneOf"].into_iter().filter_map(|key| schema.get(key)) {
            let branches = list.as_array()?;
            let place = self.choose(list, branches.len());
            self.expand(branches.get(place)?, parts, depth + 1)?;
        }
        parts.push(schema);
        Some(())
    }

    /// One of the values that `const` and `enum` leave, if there is one of these.
    fn listed(&mut self, parts: &[&'a Map<String, Value>]) -> Option<Option<Value>> {
        let fits = |value: &Value| {
            parts.iter().all(|part| {
                part.get("const").is_none_or(|constant| constant == value)
                    && part.get("enum").and_then(Value::as_array).is_none_or(|listed| listed.contains(value))
            })
        };
        if let Some(constant) = parts.iter().find_map(|part| part.get("const")) {
            return Some(Some(constant.clone()).filter(fits));
        }
        let list = parts.iter().find_map(|part| part.get("enum"))?;
        let values = list.as_array()?;
        let place = self.choose(list, values.len());
        Some(values.get(place).cloned().filter(fits))
    }

    /// A kind that all parts admit: one that is said, else one that the keywords are about, else any.
    fn kind(&mut self, parts: &[&'a Map<String, Value>]) -> Option<&'static str> {
        const KINDS: [&str; 7] = ["object", "array", "string", "number", "integer", "boolean", "null"];
        let admits = |said: &Value, kind: &str| {
            let is = |name: &Value| name == kind || (name == "number" && kind == "integer");
            said.as_array().map_or_else(|| is(said), |names| names.iter().any(is))
        };
        let said: Vec<&'a Value> = parts.iter().filter_map(|part| part.get("type")).collect();
        let mut kinds: Vec<&str> =
            KINDS.into_iter().filter(|kind| said.iter().all(|said| admits(said, kind))).collect();
        if kinds.contains(&"number") {
            kinds.retain(|kind| *kind != "integer");
        }
        if let Some(said) = said.first() {
            let place = self.choose(said, kinds.len());
            return kinds.get(place).copied();
        }
        let has = |keys: &[&str]| parts.iter().any(|part| keys.iter().any(|key| part.contains_key(*key)));
        let of_objects = has(&["properties", "required", "additionalProperties", "patternProperties", "propertyNames"]);
        let of_arrays = has(&["items", "prefixItems", "additionalItems"]);
        match (of_objects, of_arrays) {
            (true, _) => Some("object"),
            (false, true) => Some("array"),
            (false, false) => Some(kinds[self.below(kinds.len())]),
        }
    }

    fn text(&mut self, parts: &[&'a Map<String, Value>]) -> Option<Value> {
        const TEXTS: [&str; 8] =
            ["text", "", "a", "2026-01-02", "\"quotes\" \\ and\nlines", "é😀\u{2028}", "1", "null"];
        if let Some(pattern) = parts.iter().find_map(|part| part.get("pattern")) {
            return self.matching(pattern.as_str()?).map(Value::String);
        }
        let bound = |key, default| parts.iter().find_map(|part| part.get(key)?.as_u64()).unwrap_or(default);
        let (least, most) = (bound("minLength", 0), bound("maxLength", 1_000));
        let padding = std::iter::repeat_n('x', usize::try_from(least).ok()?);
        let text = TEXTS[self.below(TEXTS.len())].chars().chain(padding);
        Some(Value::String(text.take(usize::try_from(most).ok()?).collect()))
    }

    /// A text that a regular expression matches, if it is one of the simpler ones.
    fn matching(&mut self, pattern: &str) -> Option<String> {
        let from_start = pattern.strip_prefix('^');
        let inner = from_start.unwrap_or(pattern);
        let inner = inner.strip_suffix('$').unwrap_or(inner);
        // ASCII only, which is what the authors of patterns think of.
        let inner = inner.replace("\\d", "[0-9]").replace("\\w", "[a-z_]");
        let strategy = string_regex(&inner).ok()?;
        Some(strategy.new_tree(&mut self.texts).expect("a text of the pattern").current())
    }

    fn number(&mut self, parts: &[&'a Map<String, Value>], is_integer: bool) -> Option<Value> {
        let bounds = |key: &str| parts.iter().filter_map(|part| part.get(key)?.as_f64()).collect::<Vec<_>>();
        let (least, most) = (bounds("minimum"), bounds("maximum"));
        let (above, below, factors) = (bounds("exclusiveMinimum"), bounds("exclusiveMaximum"), bounds("multipleOf"));
        let mut candidates = vec![0.0, 1.0, 2.0, -1.0, 1.5, 100.0, 1e9];
        candidates.extend(least.iter().chain(&above).flat_map(|bound| [*bound, bound + 1.0]));
        candidates.extend(most.iter().chain(&below).flat_map(|bound| [*bound, bound - 1.0]));
        candidates.extend(&factors);
        candidates.retain(|number| {
            least.iter().all(|bound| number >= bound)
                && most.iter().all(|bound| number <= bound)
                && above.iter().all(|bound| number > bound)
                && below.iter().all(|bound| number < bound)
                && factors.iter().all(|factor| (number / factor).fract() == 0.0)
                && !(is_integer && number.fract() != 0.0)
        });
        let number = *candidates.get(self.below(candidates.len()))?;
        #[allow(clippy::cast_possible_truncation)]
        Some(if number.fract() == 0.0 { json!(number as i64) } else { json!(number) })
    }

    fn array(&mut self, parts: &[&'a Map<String, Value>], depth: usize) -> Option<Value> {
        let bounds = |key: &str| parts.iter().filter_map(|part| part.get(key)?.as_u64()).collect::<Vec<_>>();
        let least = usize::try_from(bounds("minItems").into_iter().max().unwrap_or(0)).ok()?;
        let most = usize::try_from(bounds("maxItems").into_iter().min().unwrap_or(1_000)).ok()?;
        let placed = parts.iter().map(|part| places(part).0.len()).max().unwrap_or(0);
        let usual = (placed + 1).max(least + 1).min(most);
        let length = match self.style {
            Style::Least => least,
            _ if depth > MAX_DEPTH => least,
            Style::Most => usual,
            Style::Mixed => least + self.below((usual + 2).saturating_sub(least)),
        };
        let is_set = parts.iter().any(|part| part.get("uniqueItems") == Some(&Value::Bool(true)));
        let mut items: Vec<Value> = Vec::new();
        for place in 0..length.min(most) {
            let schemas: Vec<&'a Value> = parts.iter().filter_map(|part| item_schema(part, place)).collect();
            match self.value(&schemas, depth + 1) {
                Some(item) if is_set && items.contains(&item) => {}
                Some(item) => items.push(item),
                None if place >= least => break,
                None => return None,
            }
        }
        Some(Value::Array(items))
    }

    fn object(&mut self, parts: &[&'a Map<String, Value>], depth: usize) -> Option<Value> {
        let required: HashSet<&str> = strings(parts, "required").collect();
        let mut names: Vec<&str> = maps(parts, "properties").flat_map(Map::keys).map(String::as_str).collect();
        names.extend(strings(parts, "required"));
        let mut seen = HashSet::new();
        names.retain(|name| seen.insert(*name));
        let mut object = Map::new();
        for name in names {
            let is_wanted = required.contains(name)
                || match self.style {
                    Style::Least => false,
                    _ if depth > MAX_DEPTH => false,
                    Style::Most => true,
                    Style::Mixed => self.one_in(2),
                };
            if is_wanted {
                match self.value(&property_schemas(parts, name), depth + 1) {
                    Some(value) => object.insert(name.to_owned(), value),
                    None if required.contains(name) => return None,
                    None => None,
                };
            }
        }
        let wants_more = depth <= MAX_DEPTH
            && match self.style {
                Style::Least => false,
                Style::Most => true,
                Style::Mixed => self.one_in(2),
            };
        for name in if wants_more { self.extra_names(parts, depth) } else { Vec::new() } {
            if seen.contains(&*name) {
                continue;
            }
            if let Some(value) = self.value(&property_schemas(parts, &name), depth + 1) {
                object.insert(name, value);
            }
        }
        Some(Value::Object(object))
    }

    /// Names that no part has a property for.
    fn extra_names(&mut self, parts: &[&'a Map<String, Value>], depth: usize) -> Vec<String> {
        // Not `toString` and its like: for them, the compiler looks at the functions of that name first.
        const NAMES: [&str; 4] = ["extra", "another name", "0", "x"];
        let mut names: Vec<String> =
            maps(parts, "patternProperties").flat_map(Map::keys).filter_map(|pattern| self.matching(pattern)).collect();
        let of_names: Vec<&'a Value> = parts.iter().filter_map(|part| part.get("propertyNames")).collect();
        if !of_names.is_empty() {
            let made: Vec<Option<Value>> = (0..2).map(|_| self.value(&of_names, depth + 1)).collect();
            names.extend(made.iter().flatten().filter_map(Value::as_str).map(str::to_owned));
        } else if self.extras == Extras::Unsaid || parts.iter().any(|part| part.contains_key("additionalProperties")) {
            names.push(NAMES[self.below(NAMES.len())].to_owned());
        }
        names
    }
}

fn maps<'a>(parts: &[&'a Map<String, Value>], key: &str) -> impl Iterator<Item = &'a Map<String, Value>> {
    parts.iter().filter_map(move |part| part.get(key)?.as_object()).collect::<Vec<_>>().into_iter()
}

fn strings<'a>(parts: &[&'a Map<String, Value>], key: &str) -> impl Iterator<Item = &'a str> {
    let lists = parts.iter().filter_map(|part| part.get(key)?.as_array());
    lists.flatten().filter_map(Value::as_str).collect::<Vec<_>>().into_iter()
}

/// The schemas of a property, whatever each part calls it by.
fn property_schemas<'a>(parts: &[&'a Map<String, Value>], name: &str) -> Vec<&'a Value> {
    let mut schemas = Vec::new();
    for part in parts {
        let before = schemas.len();
        schemas.extend(part.get("properties").and_then(|properties| properties.get(name)));
        let patterns = part.get("patternProperties").and_then(Value::as_object).into_iter().flatten();
        schemas.extend(patterns.filter(|(pattern, _)| matches(pattern, name)).map(|(_, schema)| schema));
        if schemas.len() == before {
            schemas.extend(part.get("additionalProperties"));
        }
    }
    schemas
}

fn matches(pattern: &str, name: &str) -> bool {
    jsonschema::is_valid(&json!({"pattern": pattern}), &json!(name))
}

/// The schemas of the first items, and that of the others.
fn places(part: &Map<String, Value>) -> (&[Value], Option<&Value>) {
    match (part.get("prefixItems"), part.get("items")) {
        (Some(Value::Array(first)), rest) => (first, rest),
        (_, Some(Value::Array(first))) => (first, part.get("additionalItems")),
        (_, items) => (&[], items),
    }
}

fn item_schema(part: &Map<String, Value>, place: usize) -> Option<&Value> {
    let (first, rest) = places(part);
    first.get(place).or(rest)
}
