//! How the browser's file is linked.

fn main() {
    println!("cargo:rerun-if-changed=build.rs");
    // The linker leaves strings as they are instead of folding all into one: what is one piece
    // lies in the first file whole, whichever page needs it. The compiler has merged equal ones.
    if std::env::var("CARGO_CFG_TARGET_FAMILY").is_ok_and(|family| family == "wasm") {
        println!("cargo:rustc-link-arg-cdylib=-O0");
    }
}
