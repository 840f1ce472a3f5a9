//! JSON that is indented down to the entries of its lists and compact within them.

use std::io::{self, Write};

use serde::Serialize;
use serde_json::ser::{CompactFormatter, Formatter, PrettyFormatter, Serializer};

/// An object's fields and their entries have lines of their own; what is deeper shares them.
const DEPTH: usize = 2;

pub fn write(record: &impl Serialize) -> Result<String, serde_json::Error> {
    let mut bytes = Vec::new();
    record
        .serialize(&mut Serializer::with_formatter(&mut bytes, Lines { pretty: PrettyFormatter::new(), depth: 0 }))?;
    bytes.push(b'\n');
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

struct Lines<'a> {
    pretty: PrettyFormatter<'a>,
    depth: usize,
}

/// Hands on to the formatter of the depth; what opens a list or an object goes one deeper, what closes it comes back.
macro_rules! by_depth {
    ($($method:ident($($argument:ident: $kind:ty)?) enters $enter:literal leaves $leave:literal;)*) => {
        $(fn $method<W: ?Sized + Write>(&mut self, writer: &mut W $(, $argument: $kind)?) -> io::Result<()> {
            self.depth += $enter;
            let result = if self.depth <= DEPTH {
                self.pretty.$method(writer $(, $argument)?)
            } else {
                CompactFormatter.$method(writer $(, $argument)?)
            };
            self.depth -= $leave;
            result
        })*
    };
}

impl Formatter for Lines<'_> {
    by_depth! {
        begin_array() enters 1 leaves 0;
        end_array() enters 0 leaves 1;
        begin_array_value(first: bool) enters 0 leaves 0;
        end_array_value() enters 0 leaves 0;
        begin_object() enters 1 leaves 0;
        end_object() enters 0 leaves 1;
        begin_object_key(first: bool) enters 0 leaves 0;
        begin_object_value() enters 0 leaves 0;
        end_object_value() enters 0 leaves 0;
    }
}
