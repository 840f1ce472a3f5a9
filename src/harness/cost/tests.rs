use super::*;

/// Round numbers, so that expectations can be worked out by hand: $1 a token of input, $10 of output, writes twice the price of
/// input, reads a tenth; a second to the first token, 10 tokens a second in, 2 out.
fn assumptions(ttl: f64) -> Assumptions {
    let caching = PromptCaching { write: 2.0, read: 0.1, minimum_prefix: Tokens(100), ttl_seconds: Seconds(ttl) };
    let prices = |name: &str, bills, caching| Prices {
        name: name.to_owned(),
        source: "made up".to_owned(),
        bills,
        input_per_million: 1e6,
        output_per_million: 1e7,
        workflows_per_month: 1,
        caching,
    };
    Assumptions {
        prices: vec![
            prices("cached", Bills::Requests, Some(caching)),
            prices("plain", Bills::Requests, None),
            prices("context", Bills::Context, None),
        ],
        model: ModelSpeed {
            source: "made up".to_owned(),
            time_to_first_token_seconds: Seconds(1.0),
            prefill_per_second: 10.0,
            decode_per_second: 2.0,
        },
    }
}

fn requests(requests: &[(u64, u64)]) -> Vec<RequestTokens> {
    requests.iter().map(|(input, output)| RequestTokens { input: Tokens(*input), output: Tokens(*output) }).collect()
}

/// With caching, without, and by context.
fn dollars(conversation: &[(u64, u64)], ttl: f64) -> (f64, f64, f64) {
    let costs = costs(&requests(conversation), &assumptions(ttl));
    let [cached, plain, context] = &costs[..] else { panic!("{costs:?}") };
    assert_eq!([&cached.prices, &plain.prices, &context.prices], ["cached", "plain", "context"]);
    assert_eq!(cached.uncached, plain.uncached);
    assert_eq!((plain.cached, context.cached), (None, None));
    (cached.cached.unwrap().0, plain.uncached.0, context.uncached.0)
}

fn seconds(conversation: &[(u64, u64)], ttl: f64) -> f64 {
    model_seconds(&requests(conversation), &assumptions(ttl)).0
}

#[test]
fn the_one_request_of_a_conversation_is_written_and_never_read() {
    // 200 · 2 + 10 · 10, 200 + 100, 210; 1 + 20 + 5.
    assert_eq!(dollars(&[(200, 10)], 1_000.0), (500.0, 300.0, 210.0));
    assert_eq!(seconds(&[(200, 10)], 1_000.0), 26.0);
}

#[test]
fn a_request_reads_the_input_before_it_and_writes_the_rest() {
    let conversation = [(200, 10), (250, 20), (300, 30)];
    // 200 written; 200 read, 50 written; 250 read, 50 written: 300 · 2 + 450 · 0.1, and 60 · 10 for the output.
    // Without: 750 + 600. In the context in the end: 330.
    assert_eq!(dollars(&conversation, 1_000.0), (1_245.0, 1_350.0, 330.0));
    // 1 + 20 + 5, 1 + 5 + 10, 1 + 5 + 15.
    assert_eq!(seconds(&conversation, 1_000.0), 63.0);
}

#[test]
fn what_the_cache_no_longer_keeps_is_written_again() {
    let conversation = [(200, 10), (250, 40), (300, 30)];
    // The first request takes 26 seconds, the second one 1 + 5 + 20 = 26 if it reads, and 1 + 25 + 20 = 46 if it does not.
    assert_eq!(dollars(&conversation, 26.0).0, 300.0 * 2.0 + 450.0 * 0.1 + 800.0);
    assert_eq!(seconds(&conversation, 26.0), 26.0 + 26.0 + 21.0);
    assert_eq!(dollars(&conversation, 25.9).0, 750.0 * 2.0 + 800.0);
    assert_eq!(seconds(&conversation, 25.9), 26.0 + 46.0 + 46.0);
}

#[test]
fn a_miss_is_of_one_request_only() {
    // The first request takes 1 + 20 + 45 = 66 seconds: too long. The second one takes 1 + 25 + 5 = 31: short enough.
    let conversation = [(200, 90), (300, 0), (400, 0)];
    assert_eq!(seconds(&conversation, 40.0), 66.0 + 31.0 + 11.0);
    assert_eq!(dollars(&conversation, 40.0).0, (200.0 + 300.0 + 100.0) * 2.0 + 300.0 * 0.1 + 900.0);
}

#[test]
fn a_request_below_the_minimum_is_billed_in_full_and_puts_nothing_into_the_cache() {
    // 90 in full, 100 written, 100 read and 20 written.
    let conversation = [(90, 0), (100, 0), (120, 0)];
    assert_eq!(dollars(&conversation, 1_000.0).0, 90.0 + 120.0 * 2.0 + 100.0 * 0.1);
    assert_eq!(seconds(&conversation, 1_000.0), 10.0 + 11.0 + 3.0);
}

#[test]
fn without_a_first_table_with_caching_all_input_takes_its_time() {
    let mut assumptions = assumptions(1_000.0);
    assumptions.prices[0].caching = None;
    let conversation = requests(&[(200, 10), (250, 20)]);
    assert_eq!(model_seconds(&conversation, &assumptions), Seconds(1.0 + 20.0 + 5.0 + 1.0 + 25.0 + 10.0));
    assert_eq!(costs(&conversation, &assumptions)[0].cached, None);
}

#[test]
fn no_request_costs_nothing() {
    assert_eq!(dollars(&[], 1_000.0), (0.0, 0.0, 0.0));
    assert_eq!(seconds(&[], 1_000.0), 0.0);
}

#[test]
fn the_built_in_tables_give_the_published_figures() {
    let assumptions = Assumptions::built_in().unwrap();
    let monthly = |input: u64, output| {
        let costs = costs(&requests(&[(1_000, 0), (input, output)]), &assumptions);
        (costs[1].uncached.0 * assumptions.prices[1].workflows_per_month as f64).round()
    };
    assert_eq!((monthly(149_000, 1_000), monthly(1_500, 500)), (30_000.0, 400.0));
    // A million tokens written to the cache and one of output, by the page with the prices: $3.75 and $15.
    let million = costs(&requests(&[(1_000_000, 1_000_000)]), &assumptions);
    assert_eq!(million[0].cached, Some(Dollars(18.75)));
}
