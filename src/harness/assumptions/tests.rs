use super::*;
use crate::{
    harness::summary::{PromptCaching, Seconds},
    tokens::Tokens,
};

/// The built-in text with one piece replaced, read as a user's file.
fn changed(from: &str, to: &str) -> Result<Assumptions, String> {
    assert!(BUILT_IN.contains(from), "{from}");
    read(Path::new("mine.toml"), &BUILT_IN.replacen(from, to, 1)).map_err(|error| error.to_string())
}

/// The number of the built-in text's first line with this in it.
fn line_of(text: &str) -> usize {
    BUILT_IN.lines().position(|line| line.contains(text)).unwrap() + 1
}

#[test]
fn the_built_in_assumptions_can_be_reckoned_with_and_name_their_sources() {
    let assumptions = Assumptions::built_in().unwrap();
    let [current, flat] = &assumptions.prices[..] else { panic!("{assumptions:?}") };
    assert_eq!((current.bills, current.input_per_million, current.output_per_million), (Bills::Requests, 3.0, 15.0));
    let caching = PromptCaching { write: 1.25, read: 0.1, minimum_prefix: Tokens(1_024), ttl_seconds: Seconds(300.0) };
    assert_eq!(current.caching, Some(caching));
    assert_eq!((flat.name.as_str(), flat.bills, flat.workflows_per_month), ("flat", Bills::Context, 10_000));
    for source in [&current.source, &flat.source, &assumptions.model.source] {
        assert!(source.contains("https://") && source.contains("20"), "{source}");
    }
}

#[test]
fn what_is_wrong_is_told_with_the_line_and_the_remedy() {
    let at = |key: &str, message: &str| format!("mine.toml:{}: {message}", line_of(key));
    for (from, to, expected) in [
        ("read = 0.10", "read = 0", at("read = 0.10", "`caching.read` is 0; it must be a number above 0")),
        (
            "input_per_million = 3.00",
            "input_per_million = -3",
            at("input_per_million", "`input_per_million` is -3; it must be a number above 0"),
        ),
        (
            "decode_per_second = 63",
            "decode_per_second = inf",
            at("decode_per_second = 63", "`decode_per_second` is inf; it must be a number above 0"),
        ),
        (
            "name = \"flat\"",
            "name = \"claude-sonnet-4.5\"",
            at("name = \"flat\"", "another table is called \"claude-sonnet-4.5\" too; give each a name of its own"),
        ),
        ("name = \"flat\"", "name = \" \"", at("name = \"flat\"", "`name` is empty; reports call the table by it")),
        (
            "bills = \"requests\"",
            "bills = \"context\"",
            at(
                "[prices.caching]",
                "`bills = \"context\"` knows no requests, so nothing is cached; leave `caching` out",
            ),
        ),
        (
            "bills = \"requests\"",
            "bills = \"tokens\"",
            at("bills = \"requests\"", "unknown variant `tokens`, expected `requests` or `context`"),
        ),
        (
            "prefill_per_second",
            "prefil_per_second",
            at(
                "prefill_per_second",
                "unknown key `prefil_per_second`, expected one of `source`, `time_to_first_token_seconds`, \
                 `prefill_per_second`, `decode_per_second`",
            ),
        ),
        (
            "input_per_million = 3.00",
            "",
            at(
                "[[prices]]",
                "missing key `input_per_million`; the built-in assumptions.toml shows every key and its meaning",
            ),
        ),
        (
            "input_per_million = 3.00",
            "input_per_million = \"3\"",
            at("input_per_million", "invalid type: string \"3\", expected a number"),
        ),
    ] {
        assert_eq!(changed(from, to).unwrap_err(), expected, "{to}");
    }
}

#[test]
fn a_file_without_prices_is_refused() {
    let model = &BUILT_IN[BUILT_IN.find("[model]").unwrap()..];
    let message = |text: &str| read(Path::new("mine.toml"), text).unwrap_err().to_string();
    assert_eq!(
        message(&format!("\nprices = []\n{model}")),
        "mine.toml:2: there is no price table; add at least one [[prices]]"
    );
    assert!(message(model).starts_with("mine.toml:1: missing key `prices`;"), "{}", message(model));
    assert!(message("[[prices]\n").starts_with("mine.toml:1: "), "{}", message("[[prices]\n"));
}

#[test]
fn a_users_file_is_read_and_one_that_is_not_there_is_named() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("mine.toml");
    let missing = Assumptions::load(&path).unwrap_err().to_string();
    assert!(missing.contains(&path.display().to_string()), "{missing}");
    // A whole number is a price too.
    fs::write(&path, BUILT_IN.replacen("input_per_million = 3.00", "input_per_million = 2", 1)).unwrap();
    assert_eq!(Assumptions::load(&path).unwrap().prices[0].input_per_million, 2.0);
}
