//! The bounds on a shape's size.

use serde_json::{Value, json};

use super::{admits, merged, shape};
use crate::observations::{Shape, read::MAX_GROWTH, settle::MAX_NODES};

/// An identifier for each number.
fn word(number: usize) -> String {
    let letter = |at: usize| char::from(b'a' + (at % 20) as u8);
    format!("w{}{}{}", letter(number / 400), letter(number / 20), letter(number))
}

/// An object that has so many members at each of so many levels, no two objects with the same keys.
fn tree(width: usize, depth: usize, seed: &mut usize) -> Value {
    if depth == 0 {
        return json!("x");
    }
    let members = (0..width).map(|_| {
        *seed += 1;
        (word(*seed), tree(width, depth - 1, seed))
    });
    Value::Object(members.collect())
}

#[test]
fn a_large_shape_loses_its_deepest_levels() {
    let mut value = tree(15, 3, &mut 0);
    value["small"] = json!({"deeper": "x"});
    let mut shape = shape(&value);
    shape.settle();
    assert!(shape.nodes() <= MAX_NODES, "{} nodes", shape.nodes());
    assert!(admits(&shape, &value));
    // There is room for two levels of keys, not for three.
    for (key, level, is_required) in shape.fields() {
        let unknown: Vec<bool> = level.fields().map(|(_, deeper, _)| deeper.is_unknown()).collect();
        assert!(is_required);
        assert_eq!(unknown, if key == "small" { vec![false] } else { vec![true; 15] }, "{key}");
    }
}

#[test]
fn reading_bounds_what_it_holds() {
    let value = json!([tree(100, 2, &mut 0), tree(12, 4, &mut 7), tree(2, 11, &mut 70)]);
    let shape = shape(&value);
    assert!(shape.nodes() <= MAX_NODES + MAX_GROWTH, "{} nodes", shape.nodes());
    assert!(admits(&shape, &value));
}

#[test]
fn an_object_with_too_many_keys_is_a_map() {
    let wide = |count| shape(&Value::Object((0..count).map(|number| (word(number), json!(1))).collect()));
    assert_eq!(wide(128).fields().count(), 128);
    assert_eq!(wide(129).as_map().map(Shape::count), Some(129));
}

#[test]
fn objects_whose_keys_differ_too_much_are_maps() {
    let settled = |values: Vec<Value>| {
        let mut shape = merged(values.iter().map(shape));
        shape.settle();
        shape
    };
    let one_key_each = |count| (0..count).map(|number| json!({ word(number): 1 })).collect::<Vec<_>>();
    assert_eq!(settled(one_key_each(16)).fields().count(), 16);
    assert_eq!(settled(one_key_each(17)).as_map().map(Shape::count), Some(17));
    // One answer of another kind says nothing about the rest, however often it comes.
    let mut record_and_errors = vec![json!({"error": "x"}); 100];
    record_and_errors.push(Value::Object((0..30).map(|number| (word(number), json!(1))).collect()));
    assert_eq!(settled(record_and_errors).fields().count(), 31);
}
