//! Decides whether `src/sandbox/no_wasm.rs` has to define the symbols of the WebAssembly engine.
//!
//! It has to when `WAMR_LIB_DIR` names a folder whose `libvmlib.a` is an empty archive, as `.cargo/config.toml` does; with a
//! real archive, or none named (v8x then builds WAMR itself, which takes cmake), the symbols are already there.

use std::{env, fs, path::Path};

const EMPTY_ARCHIVE: &[u8] = b"!<arch>\n";

fn main() {
    println!("cargo::rustc-check-cfg=cfg(no_wasm)");
    println!("cargo::rerun-if-env-changed=WAMR_LIB_DIR");
    let Some(folder) = env::var_os("WAMR_LIB_DIR") else { return };
    let archive = Path::new(&folder).join("libvmlib.a");
    println!("cargo::rerun-if-changed={}", archive.display());
    if fs::read(&archive).is_ok_and(|bytes| bytes == EMPTY_ARCHIVE) {
        println!("cargo::rustc-cfg=no_wasm");
    }
}
