//! Files that are there whole or as they were before.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

/// Writes a file beside its place and then puts it there. It is as readable as any file that the user makes.
pub(crate) fn write_whole(path: &Path, contents: &[u8]) -> io::Result<()> {
    let mut builder = tempfile::Builder::new();
    // A temporary file would be private to its owner.
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        builder.permissions(fs::Permissions::from_mode(0o666));
    }
    write(&builder, path, contents)
}

/// The same with a file that only its owner can read.
pub(crate) fn write_whole_private(path: &Path, contents: &[u8]) -> io::Result<()> {
    write(&tempfile::Builder::new(), path, contents)
}

fn write(builder: &tempfile::Builder<'_, '_>, path: &Path, contents: &[u8]) -> io::Result<()> {
    let folder = path.parent().filter(|folder| *folder != Path::new("")).unwrap_or(Path::new("."));
    let mut file = builder.tempfile_in(folder)?;
    file.write_all(contents)?;
    file.persist(path)?;
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_and_nothing_else_stays() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.json");
        for contents in ["first", "second"] {
            write_whole(&path, contents.as_bytes()).unwrap();
            assert_eq!(fs::read_to_string(&path).unwrap(), contents);
        }
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
        assert!(write_whole(&folder.path().join("none/a.json"), b"").is_err());
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let own = folder.path().join("own");
            fs::write(&own, "").unwrap();
            let mode = |path: &Path| fs::metadata(path).unwrap().permissions().mode();
            assert_eq!(mode(&path), mode(&own));
        }
    }
}
