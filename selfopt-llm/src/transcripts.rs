//! Transcripts as files: one a call, named by its request.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use selfopt_core::{ModelError, TRANSCRIPT_SCHEMA, Transcript};

use crate::hash::hash;

/// A transcript that is larger was not written by selfopt.
const MAX_BYTES: u64 = 4 * 1024 * 1024;
const MAX_FILES: usize = 10_000;

/// Writes a transcript into a folder, whole or not at all; one of the same
/// request is replaced.
pub fn write_transcript(folder: &Path, transcript: &Transcript) -> Result<(), ModelError> {
    let path = folder.join(format!("{}.json", transcript.hash));
    let failed = |what: String| ModelError::Transcript { path: path.display().to_string(), what };
    let mut json =
        serde_json::to_vec_pretty(transcript).map_err(|error| failed(error.to_string()))?;
    json.push(b'\n');
    let write = || {
        fs::create_dir_all(folder)?;
        let mut file = tempfile::NamedTempFile::new_in(folder)?;
        file.write_all(&json)?;
        file.persist(&path).map_err(|error| error.error)?;
        Ok::<(), std::io::Error>(())
    };
    write().map_err(|error| failed(error.to_string()))
}

/// Reads a folder of transcripts, in the order of their targets and names. Each
/// must be what its name and its own digest say.
pub fn read_transcripts(folder: &Path) -> Result<Vec<Transcript>, ModelError> {
    let at = |path: &Path, what: String| ModelError::Transcript {
        path: path.display().to_string(),
        what,
    };
    let listed = fs::read_dir(folder).map_err(|error| at(folder, error.to_string()))?;
    let mut transcripts = Vec::new();
    for entry in listed {
        let path = entry.map_err(|error| at(folder, error.to_string()))?.path();
        if path.extension().is_none_or(|extension| extension != "json") {
            continue;
        }
        if transcripts.len() >= MAX_FILES {
            return Err(at(folder, format!("it holds more than {MAX_FILES} transcripts")));
        }
        let read = || {
            let size = fs::metadata(&path).map_err(|error| error.to_string())?.len();
            if size > MAX_BYTES {
                return Err(format!("it has {size} bytes, at most {MAX_BYTES} are read"));
            }
            let bytes = fs::read(&path).map_err(|error| error.to_string())?;
            let transcript: Transcript =
                serde_json::from_slice(&bytes).map_err(|error| error.to_string())?;
            let named = path.file_stem().is_some_and(|name| name == transcript.hash.as_str());
            if transcript.schema != TRANSCRIPT_SCHEMA {
                return Err(format!("its schema is `{}`", transcript.schema));
            }
            if hash(&transcript.request) != transcript.hash || !named {
                return Err("its request is not the one that its name is the digest of".to_owned());
            }
            Ok(transcript)
        };
        transcripts.push(read().map_err(|what| at(&path, what))?);
    }
    transcripts.sort_by(|a, b| (a.number, &a.hash).cmp(&(b.number, &b.hash)));
    Ok(transcripts)
}
