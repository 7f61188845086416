//! Files and folders.

use std::fs;
use std::io;
use std::path::Path;

use super::trouble::Trouble;
use crate::scenario::Source;

/// The text of a file.
pub(super) fn read(path: &Path) -> Result<String, Trouble> {
    fs::read_to_string(path)
        .map_err(|error| Trouble::file(path, &error, "give a file of text that can be read"))
}

/// Writes a file, or leaves the old one as it is.
pub(super) fn write(path: &Path, text: &str) -> Result<(), Trouble> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(".new");
    let beside = Path::new(&beside);
    fs::write(beside, text)
        .and_then(|()| fs::rename(beside, path))
        .map_err(|error| {
            Trouble::file(
                path,
                &error,
                "give a file in a folder that can be written to",
            )
        })
}

/// Every TOML file in and below a folder. Their names begin with the folder's own.
pub(super) fn read_folder(folder: &Path) -> Result<Vec<Source>, Trouble> {
    let unreadable =
        |error: &io::Error| Trouble::file(folder, error, "give a folder that holds TOML files");
    let root = folder.canonicalize().map_err(|error| unreadable(&error))?;
    let name = root
        .file_name()
        .map_or_else(|| ".".into(), |name| name.to_string_lossy());
    let mut sources = Vec::new();
    let mut folders = vec![(root.clone(), name.into_owned())];
    while let Some((folder, name)) = folders.pop() {
        for entry in fs::read_dir(&folder).map_err(|error| unreadable(&error))? {
            let path = entry.map_err(|error| unreadable(&error))?.path();
            let Some(file) = path.file_name().and_then(|file| file.to_str()) else {
                continue;
            };
            let file = format!("{name}/{file}");
            if path.is_dir() {
                folders.push((path, file));
            } else if path.extension().is_some_and(|ending| ending == "toml") {
                sources.push(Source {
                    text: read(&path)?,
                    file,
                });
            }
        }
    }
    Ok(sources)
}
