//! Turns `static/openapi.json` into the tables and ready-made JSON of `src/catalog`.

use anyhow::{Context, Result};
use openapi_tools::{Catalogue, Options, Output, emit};
use std::path::PathBuf;
use std::{env, fs};

const DOCUMENT: &str = "static/openapi.json";

fn main() -> Result<()> {
    println!("cargo::rerun-if-changed={DOCUMENT}");
    println!("cargo::rerun-if-changed=build.rs");
    let text = fs::read_to_string(DOCUMENT).context(DOCUMENT)?;
    let options = Options {
        prefix: "tokportal_".to_owned(),
        dry_run_header: Some(("dry_run".to_owned(), "X-TokPortal-Dry-Run".to_owned())),
        idempotency_header: Some(("idempotency_key".to_owned(), "Idempotency-Key".to_owned())),
        // The whole list has to stay below 120 kB, since clients keep it in the model's context.
        output: Output {
            depth: 2,
            max_bytes: 290,
        },
        ..Options::default()
    };
    // Warnings are for `openapi-tools check`, which `make check` runs: every build would repeat them.
    let catalogue = Catalogue::from_json(&text, &options).context(DOCUMENT)?;
    let out = PathBuf::from(env::var_os("OUT_DIR").context("OUT_DIR")?);
    fs::write(out.join("catalogue.rs"), emit::rust(&catalogue))?;
    let document: serde_json::Value = serde_json::from_str(&text).context(DOCUMENT)?;
    fs::write(out.join("openapi.min.json"), document.to_string())?;
    Ok(())
}
