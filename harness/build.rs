//! The suite is compiled into the binary; a new scenario file must lead to a new binary.

fn main() {
    for folder in ["../scenarios", "../targets"] {
        println!("cargo::rerun-if-changed={folder}");
    }
}
