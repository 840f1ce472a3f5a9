//! Which of the compiler's complaints count.
//!
//! A check is there to find calls that are wrong. What would run all the same, and what the program's own compilation
//! has already decided, is not reported.

use super::lsp::RawDiagnostic;

/// The severity of an error; hints are more.
const ERROR: u8 = 1;

/// `return` outside of a function, which a program may use.
const TOP_LEVEL_RETURN: u32 = 1108;
/// A type for the variable of a `catch`: it is removed like any other.
const CATCH_VARIABLE_TYPE: u32 = 1196;
/// Names that are not declared, with advice that is none here: to install @types/node, to change `lib`.
const WITH_ADVICE: [u32; 9] = [2318, 2580, 2581, 2582, 2583, 2584, 2591, 2592, 2593];

/// Whether it is an error that a program's author should hear of.
pub(super) fn counts(diagnostic: &RawDiagnostic) -> bool {
    if diagnostic.severity.is_some_and(|severity| severity != ERROR) {
        return false;
    }
    match diagnostic.code {
        Some(TOP_LEVEL_RETURN | CATCH_VARIABLE_TYPE) => false,
        // Implicit `any`, unreachable code, unused labels, missing returns: style. Models write `(x) => …` and
        // `{}[key]`.
        Some(7000..8000) => false,
        _ => true,
    }
}

/// The message without the compiler's advice on how to configure it.
pub(super) fn without_advice(code: Option<u32>, message: &str) -> &str {
    match code {
        Some(code) if WITH_ADVICE.contains(&code) => match message.split_once(". ") {
            Some((first, _)) => first,
            None => message,
        },
        _ => message,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::program::check::lsp::{Place, Range};

    #[test]
    fn style_and_hints_do_not_count() {
        let counts_of = |severity, code| {
            let range = Range { start: Place { line: 0, character: 0 } };
            counts(&RawDiagnostic { range, severity, code: Some(code), message: String::new() })
        };
        for (severity, code, expected) in [
            (Some(1), 2322, true),
            (None, 2339, true),
            (Some(1), 1192, true),
            (Some(1), 8000, true),
            (Some(4), 6133, false),
            (Some(2), 2322, false),
            (Some(1), 1108, false),
            (Some(1), 1196, false),
            (Some(1), 7006, false),
        ] {
            assert_eq!(counts_of(severity, code), expected, "{code}");
        }
    }

    #[test]
    fn advice_is_left_out() {
        let message = "Cannot find name 'process'. Do you need to install type definitions for node? Try `npm i`.";
        assert_eq!(without_advice(Some(2591), message), "Cannot find name 'process'");
        assert_eq!(without_advice(Some(2322), "a. b"), "a. b");
    }
}
