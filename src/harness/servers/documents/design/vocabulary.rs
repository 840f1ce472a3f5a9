//! What design notes argue with.

/// Sentences that fit into any section.
pub(super) const ARGUMENTS: &[&str] = &[
    "At present every request to the {system} waits for {team}'s own service, which adds {span} to the slowest ones.",
    "The {metric} has grown by {share} {time}, while the number of orders has hardly changed.",
    "We counted the cases: {share} of them come from {cause}, and the rest cannot be told apart.",
    "Nothing in the interface has to change for customers who do not ask for it.",
    "The data that is kept today fits on one machine with room to spare, so that no sharding is needed at first.",
    "A reader of the code will ask why there are two queues; the answer is that they fail for different reasons.",
    "An earlier attempt was given up {time}, mostly because {team} had no capacity to test it.",
    "It has to be possible to switch it off for a single tenant without a deploy.",
    "When the {system} is down we prefer a late answer to a wrong one.",
    "The cost is {share} more storage, and in return the {metric} no longer depends on the largest tenant.",
    "{^team} would have to be told about each new event, so the list of events is kept short.",
    "Every write carries a key that the client chose, and the second write with the same key is answered from the first.",
    "The worker takes {20..200} entries at a time and gives up after {3..9} attempts.",
    "Two numbers tell whether it works: the {metric} and the age of the oldest entry.",
    "What remains is a window of {span} in which both versions are in use.",
    "The table grows by {4..90} million rows a year, of which {share} are never read again.",
    "It would be tempting to reuse the {system} for this, but its guarantees are weaker than they look.",
    "Clocks of different machines are never compared; the order comes from the database alone.",
    "In the test environment the new path held {3..15} times the load of the busiest day.",
    "If {harm}, the person on duty can replay the last {2..48} hours from the archive.",
    "The contract with the provider allows {100..900} calls a minute, and we use {share} of that.",
    "Migrating a tenant takes {span} and can be stopped at any point.",
    "The old field stays in the answer until {share} of the clients have moved.",
    "Security asked that the payload never appears in a log, which rules out the simplest form of tracing.",
    "A small prototype exists; it was written in {span} and is to be thrown away.",
    "Support sees the state of each entry on one page and can mark it as settled.",
    "For {share} of the tenants the setting will be chosen by a script, for the others by {team}.",
    "The failure that worries us most is silent: {harm}, and no alert is raised.",
    "Everything that is written can be rebuilt from the orders, so that a lost table costs {span} and no data.",
    "There is a limit of {8..64} entries for one tenant at a time, so that nobody is starved.",
    "We looked at how {team} solved it for the {system} and took over the format of the keys.",
    "The change is behind a flag, and the flag has an owner and a date on which it is removed.",
    "Measured at the client, the difference is {11..90} milliseconds for a typical page.",
    "Backwards compatibility matters here, because {share} of the integrations were written by agencies that are gone.",
    "The index on the second column is what makes the query fast, and also what makes the write slow.",
    "Reports are built from a copy that may be {span} old, which {team} have agreed to.",
    "An entry that cannot be processed is put aside after {3..12} attempts and shown to {team}.",
    "It is better to refuse a request at the door than to accept it and forget it.",
    "The sizes were taken from production {time}: the median entry has {1..6} kilobytes, the largest {2..9} megabytes.",
    "No answer is cached for longer than {10..300} seconds, and an error not at all.",
];

/// The sections, and how many paragraphs each has.
pub(super) const SECTIONS: [(&str, usize); 12] = [
    ("Context", 2),
    ("Problem", 1),
    ("Goals", 1),
    ("What we have today", 2),
    ("Proposal", 2),
    ("Data model", 2),
    ("Alternatives considered", 3),
    ("Cost", 1),
    ("Migration", 2),
    ("Risks", 1),
    ("Observability", 1),
    ("Open questions and decision", 1),
];

/// One sentence of weight for each of five sections: the section, and ways to say it.
pub(super) const POINTS: [(&str, &[&str]); 5] = [
    (
        "Problem",
        &[
            "The problem to solve is {cause} in the {system}: because of it {harm} in {share} of the cases.",
            "What has to end is that {harm}, which happens in {share} of the cases and goes back to {cause}.",
        ],
    ),
    (
        "Proposal",
        &[
            "The proposal is to {fix}, beginning with the {system}.",
            "We propose to {fix} and to leave everything else in the {system} as it is.",
        ],
    ),
    (
        "Cost",
        &[
            "All in all it takes {2..6} people {3..14} weeks and {400..4000} euros a month to run.",
            "The work is estimated at {3..14} weeks for {2..6} people, the running cost at {400..4000} euros a month.",
        ],
    ),
    (
        "Risks",
        &[
            "The main risk is that {harm} while both versions run side by side.",
            "If it goes wrong, the likely form is that {harm} until {team} switch it off.",
        ],
    ),
    (
        "Open questions and decision",
        &[
            "It was decided to go ahead {deadline}, with {team} as the owner.",
            "The decision is to start {deadline}, and {team} own the result.",
        ],
    ),
];
