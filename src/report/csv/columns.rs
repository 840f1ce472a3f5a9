//! The columns of each file, and what they mean.

pub const TRIALS: [(&str, &str); 8] = [
    ("scenario", "name of the scenario"),
    ("class", "headline, ordinary, losing or robustness: what the scenario is there to show"),
    ("seed", "what the data of the trial were drawn with; the task does not depend on it"),
    ("arm", "direct, search, code or code+cache"),
    ("correct", "true if the answer was the expected one; a trial with false has one row, without numbers"),
    (
        "measure",
        "what is counted: context (everything that entered the model’s context, once), cumulative_input (the whole input of every request, added up) or output (everything that the model emitted)",
    ),
    ("part", "where the tokens came from: prompt, definitions, discovery, results, reasoning, calls, code or answer"),
    ("tokens", "how many; those of a trial and a measure sum to its total in results.csv"),
];

pub const RESULTS: [(&str, &str); 19] = [
    ("scenario", "name of the scenario"),
    ("class", "headline, ordinary, losing or robustness: what the scenario is there to show"),
    ("seed", "what the data of the trial were drawn with; the task does not depend on it"),
    ("arm", "direct, search, code or code+cache"),
    ("correct", "true if the answer was the expected one; a row with false has no numbers"),
    ("failure", "why there are no numbers; empty if there are"),
    ("context_tokens", "everything that entered the model’s context, counted once"),
    ("cumulative_input_tokens", "the whole input of every request to the model, added up"),
    ("output_tokens", "everything that the model emitted"),
    ("turns", "requests to the model"),
    ("tool_calls", "calls made to upstream tools"),
    ("cache_hits", "calls answered by the cache or together with another caller’s; not among tool_calls"),
    ("fallback", "the kind of failure from which the program fell back to the direct route; empty if it did not"),
    (
        "exposed",
        "whether text that tries to instruct the model came into its context; empty where there is no such text",
    ),
    ("cost_<prices>_uncached", "US dollars by the price table of this name, every input token at the full price"),
    ("cost_<prices>_cached", "the same with prompt caching; empty for a table that has no prices for it"),
    ("model_seconds", "how long a model would have taken, by the assumed rates: modelled, not measured"),
    ("measured_seconds", "clock time of the trial, without any model; empty if not measured"),
    ("tools_seconds", "the part of measured_seconds during which at least one tool call was in flight"),
];

pub const COMPARISONS: [(&str, &str); 9] = [
    ("scenario", "name of the scenario"),
    ("class", "headline, ordinary, losing or robustness: what the scenario is there to show"),
    ("arm", "the arm that is compared"),
    ("against", "the arm that it is compared with"),
    (
        "measure",
        "context, cumulative_input, output, model_time, cost_<prices>_uncached or cost_<prices>_cached, as in results.csv",
    ),
    (
        "median",
        "what the arm saves, 1 − arm / against, as a fraction: the median over the seeds; negative where it costs more",
    ),
    ("low", "lower end of the 95 % bootstrap interval of the median"),
    ("high", "upper end of the 95 % bootstrap interval of the median"),
    ("seeds", "how many seeds were compared: those with which both arms were right"),
];

pub const SWEEP: [(&str, &str); 9] = [
    ("tools", "tools on offer"),
    ("result_tokens", "tokens of the result of one call"),
    ("steps", "calls, one after the other"),
    ("arm", "direct, search, code or code+cache"),
    ("context_tokens", "everything that entered the model’s context, counted once"),
    ("cumulative_input_tokens", "the whole input of every request to the model, added up"),
    ("output_tokens", "everything that the model emitted"),
    ("cost", "US dollars by the first price table, with prompt caching"),
    ("model_seconds", "how long a model would have taken, by the assumed rates: modelled, not measured"),
];

pub const BREAK_EVEN: [(&str, &str); 5] = [
    ("tools", "tools on offer"),
    ("steps", "calls, one after the other"),
    ("against", "the arm that code is compared with: direct or search"),
    ("measure", "context, cumulative, cost or model_time"),
    (
        "result_tokens",
        "the smallest result, in tokens, with which code takes no more; 0 if it always pays, empty if it never does within the sweep",
    ),
];

pub const DICTIONARY: [(&str, &str); 3] = [
    ("file", "name of the file"),
    ("column", "name of the column; <prices> stands for the name of a price table"),
    ("meaning", "what the column holds"),
];
