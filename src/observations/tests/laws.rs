//! The laws of merging, over values whose keys are fields, many fields, or data.

use proptest::{collection::vec, prelude::*};
use serde_json::{Map, Value, json};

use super::{admits, merged, shape};
use crate::observations::{Kind, Shape, settle::MAX_NODES};

fn value() -> impl Strategy<Value = Value> {
    let scalar = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<f64>().prop_filter("JSON has no infinity", |number| number.is_finite()).prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<String>().prop_map(Value::from),
    ];
    let field = prop_oneof![8 => "[a-d]", 1 => "k[0-9]{2}", 1 => any::<String>()];
    let wide =
        vec(("[a-z]{2}", Just(json!(1))), 0..100).prop_map(|members| Value::Object(members.into_iter().collect()));
    prop_oneof![4 => scalar, 1 => wide].prop_recursive(5, 60, 8, move |inner| {
        prop_oneof![
            vec(inner.clone(), 0..6).prop_map(Value::from),
            vec((field.clone(), inner), 0..6)
                .prop_map(|members| Value::Object(members.into_iter().collect::<Map<_, _>>())),
        ]
    })
}

proptest! {
    #[test]
    fn the_shape_of_a_value_admits_it(value in value()) {
        let mut shape = shape(&value);
        prop_assert!(admits(&shape, &value), "{shape:?}");
        shape.settle();
        prop_assert!(admits(&shape, &value), "{shape:?}");
    }

    #[test]
    fn merging_admits_what_either_did(values in vec(value(), 0..5)) {
        let mut shape = merged(values.iter().map(shape));
        prop_assert_eq!(shape.count(), values.len() as u64);
        for _ in 0..2 {
            for value in &values {
                prop_assert!(admits(&shape, value), "{value} is not in {shape:?}");
            }
            shape.settle();
        }
    }

    #[test]
    fn merging_is_associative_and_commutative(a in value(), b in value(), c in value()) {
        let [a, b, c] = [a, b, c].map(|value| shape(&value));
        let left = merged([merged([a.clone(), b.clone()]), c.clone()]);
        let right = merged([a.clone(), merged([b.clone(), c.clone()])]);
        prop_assert_eq!(&left, &right);
        prop_assert_eq!(&left, &merged([c, b, a]));
        prop_assert_eq!(&left, &merged([Shape::default(), left.clone()]));
    }

    #[test]
    fn an_array_has_the_merged_shape_of_its_elements(values in vec(value(), 1..5)) {
        let whole = shape(&Value::from(values.clone()));
        prop_assert_eq!(whole.element(), Some(&merged(values.iter().map(shape))));
    }

    #[test]
    fn settling_settles_and_saving_keeps(values in vec(value(), 0..5)) {
        let mut once = merged(values.iter().map(shape));
        once.settle();
        prop_assert!(once.nodes() <= MAX_NODES);
        let mut twice = once.clone();
        twice.settle();
        prop_assert_eq!(&once, &twice);
        let text = serde_json::to_string(&once).expect("a shape is plain data");
        prop_assert_eq!(once, serde_json::from_str::<Shape>(&text).expect("a shape"));
    }
}

#[test]
fn says_what_occurred() {
    let values =
        [json!({"id": 1, "tags": ["a", null]}), json!({"id": 2, "tags": [], "note": "x"}), json!([]), json!(null)];
    let shape = merged(values.iter().map(shape));
    let kinds = [(Kind::Null, 1), (Kind::Array, 1), (Kind::Object, 2)];
    assert_eq!(shape.kinds().collect::<Vec<_>>(), kinds);
    assert!(shape.element().is_none() && shape.as_map().is_none() && !shape.is_unknown());
    let fields: Vec<_> = shape.fields().map(|(key, field, required)| (key, field.count(), required)).collect();
    assert_eq!(fields, [("id", 2, true), ("note", 1, false), ("tags", 2, true)]);
    let tags = shape.fields().find(|(key, ..)| *key == "tags").and_then(|(_, tags, _)| tags.element());
    let kinds: Vec<_> = tags.expect("there was a tag").kinds().collect();
    assert_eq!(kinds, [(Kind::Null, 1), (Kind::String, 1)]);
}

#[test]
fn an_object_with_one_key_that_is_data_makes_maps_of_all() {
    let shape = merged([json!({"total": 1}), json!({"alice@example.com": "x", "bob": null})].iter().map(shape));
    let member = shape.as_map().expect("a map");
    assert_eq!(member.kinds().collect::<Vec<_>>(), [(Kind::Null, 1), (Kind::Number, 1), (Kind::String, 1)]);
    assert_eq!(shape.fields().count(), 0);
}

#[test]
fn members_that_are_alike_make_a_map() {
    let person = json!({"age": 1, "city": "x"});
    assert!(shape(&json!({"alice": person, "bob": person, "carol": person})).as_map().is_some());
    for record in [
        json!({"home": person, "work": person}),
        json!({"alice": person, "bob": person, "total": 3}),
        json!({"width": 1, "height": 2, "depth": 3}),
        json!({"first": {"id": 1}, "second": {"id": 2}, "third": {"id": 3}}),
        json!({"first": {"id": 1, "a": 1}, "second": {"id": 2, "b": 2}, "third": {"id": 3, "a": 3}}),
    ] {
        assert!(shape(&record).as_map().is_none(), "{record}");
    }
}
