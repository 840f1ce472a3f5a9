//! What a model is given on the code route instead of hundreds of tools: three of ours.
//!
//! The texts are the gateway's own, and the harness counts them in every code arm, so their length is part of the result.

mod surface;

pub use surface::{EXECUTE_CODE, SEARCH_TOOLS, code_route_tools};
