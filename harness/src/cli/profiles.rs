//! Target files: those of a folder, and the built-in ones.

use std::path::{Path, PathBuf};

use include_dir::{Dir, include_dir};

use super::ExitCode;
use super::files;
use super::suite::show;
use super::trouble::Trouble;
use crate::report::Paint;
use crate::scenario::Source;
use crate::target::profile::Profile;

static EMBEDDED: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/../targets");

/// The folder that is looked into if none is named.
const USUAL_FOLDER: &str = "targets";

/// A target file.
pub(super) struct ProfileFile {
    pub(super) profile: Profile,
    pub(super) text: String,
    /// Where it lies, unless it is built in.
    pub(super) path: Option<PathBuf>,
}

/// Finds and reads the file of a target.
pub(super) fn find(name: &str, folder: Option<&Path>) -> Result<ProfileFile, Trouble> {
    let file = format!("{name}.toml");
    if name.contains(['/', '\\']) {
        return Err(unknown(name));
    }
    let path = folder
        .unwrap_or_else(|| Path::new(USUAL_FOLDER))
        .join(&file);
    if path.is_file() {
        let text = files::read(&path)?;
        let profile = parse(&path.to_string_lossy(), &text)?;
        return Ok(ProfileFile {
            profile,
            text,
            path: Some(path),
        });
    }
    let built_in = EMBEDDED
        .get_file(&file)
        .and_then(|file| file.contents_utf8());
    match built_in {
        Some(text) if folder.is_none() => {
            let profile = parse(&format!("{USUAL_FOLDER}/{file}"), text)?;
            Ok(ProfileFile {
                profile,
                text: text.to_owned(),
                path: None,
            })
        }
        _ => Err(unknown(name)),
    }
}

/// Reads a target file that is known to be at `file`.
pub(super) fn parse(file: &str, text: &str) -> Result<Profile, Trouble> {
    Profile::parse(text).map_err(|error| {
        let source = Source {
            file: file.to_owned(),
            text: text.to_owned(),
        };
        let place = source.place(&error.span);
        let shown = show(file, &place, &error.message, Paint::Plain);
        Trouble::new(
            ExitCode::WrongFile,
            format!("the target file cannot be used: {shown}"),
        )
    })
}

fn unknown(name: &str) -> Trouble {
    let built_in = EMBEDDED
        .files()
        .filter_map(|file| file.path().file_stem()?.to_str());
    let mut known: Vec<&str> = built_in.chain(["reference"]).collect();
    known.sort_unstable();
    Trouble::usage(format!(
        "no target file is called {name}.toml; known are {}, a URL, and the files of --targets",
        known.join(", ")
    ))
}
