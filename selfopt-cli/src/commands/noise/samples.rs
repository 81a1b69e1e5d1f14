//! The samples of trials in a file, a JSON document a line, so that a long
//! measurement can be stopped and gone on with.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Read as _, Seek as _, SeekFrom, Write as _};
use std::path::{Path, PathBuf};

use selfopt_core::gates::WorkloadsInputs;
use selfopt_probe::machine::Trial;

use crate::error::CliError;

/// The trials of a file, or of none.
pub(super) struct Samples {
    file: Option<(PathBuf, File)>,
    trials: Vec<Trial>,
}

impl Samples {
    /// Reads what the file holds. A last line that was cut off is written anew.
    pub(super) fn open(path: Option<&Path>) -> Result<Self, CliError> {
        let Some(path) = path else {
            return Ok(Self { file: None, trials: Vec::new() });
        };
        let failed = |source| io("open", path, source);
        let mut file = OpenOptions::new()
            .read(true)
            .write(true)
            .create(true)
            .truncate(false)
            .open(path)
            .map_err(failed)?;
        let mut text = String::new();
        file.read_to_string(&mut text).map_err(|source| io("read", path, source))?;
        let whole = text.rfind('\n').map_or(0, |end| end + 1);
        let mut trials = Vec::new();
        for (number, line) in text[..whole].lines().enumerate() {
            trials.push(serde_json::from_str(line).map_err(|error| {
                CliError::usage(
                    format!("line {} of `{}` is no trial: {error}", number + 1, path.display()),
                    "name another file, or one that `selfopt noise --samples` wrote",
                )
            })?);
        }
        file.set_len(whole as u64).map_err(failed)?;
        file.seek(SeekFrom::End(0)).map_err(failed)?;
        Ok(Self { file: Some((path.to_owned(), file)), trials })
    }

    /// A trial that was run before.
    pub(super) fn trial(&self, kernel: &str, gain: u32, seed: u64, number: u32) -> Option<&Trial> {
        self.of(kernel, seed).find(|trial| trial.gain_percent == gain && trial.number == number)
    }

    /// Noise that was measured before and that candidates can be measured on.
    pub(super) fn noise(&self, kernel: &str, seed: u64) -> Option<WorkloadsInputs> {
        self.of(kernel, seed).find_map(Trial::usable_noise)
    }

    fn of(&self, kernel: &str, seed: u64) -> impl Iterator<Item = &Trial> {
        self.trials
            .iter()
            .filter(move |trial| trial.kernel == kernel && trial.inputs.run_seed == seed)
    }

    /// Adds a trial.
    pub(super) fn keep(&mut self, trial: &Trial) -> Result<(), CliError> {
        if let Some((path, file)) = &mut self.file {
            let mut line = serde_json::to_string(trial)?;
            line.push('\n');
            file.write_all(line.as_bytes())
                .and_then(|()| file.sync_data())
                .map_err(|source| io("write", path, source))?;
        }
        self.trials.push(trial.clone());
        Ok(())
    }
}

fn io(doing: &str, path: &Path, source: std::io::Error) -> CliError {
    let source = match source.kind() {
        ErrorKind::InvalidData => std::io::Error::other("it is not text"),
        _ => source,
    };
    CliError::Io { doing: format!("{doing} `{}`", path.display()), source }
}

#[cfg(test)]
mod tests {
    use selfopt_core::gates::{BenchmarkAnswer, BenchmarkSaid};
    use selfopt_core::statistics::{Budget, Parameters};

    use super::*;

    fn trial(number: u32) -> Trial {
        let inputs = WorkloadsInputs {
            not_needed: None,
            benchmark: BenchmarkSaid { answer: BenchmarkAnswer::CannotTell, reason: String::new() },
            touches: selfopt_core::Touches::default(),
            nothing_to_measure: None,
            measured: Vec::new(),
            parameters: Parameters::default(),
            run_seed: 5,
            base_sha: String::new(),
            diff_sha: String::new(),
            budget: Budget::Open,
        };
        Trial { kernel: "json".to_owned(), gain_percent: 10, number, inputs }
    }

    #[test]
    fn trials_are_found_again_and_a_torn_line_is_dropped() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("trials.jsonl");
        let mut samples = Samples::open(Some(&path)).unwrap();
        samples.keep(&trial(0)).unwrap();
        let mut torn = std::fs::read(&path).unwrap();
        torn.extend_from_slice(b"{\"kernel\":\"js");
        std::fs::write(&path, torn).unwrap();

        let mut samples = Samples::open(Some(&path)).unwrap();
        assert_eq!(samples.trial("json", 10, 5, 0), Some(&trial(0)));
        assert_eq!(samples.trial("json", 0, 5, 0), None, "another gain");
        assert_eq!(samples.trial("json", 10, 6, 0), None, "another seed");
        assert_eq!(samples.noise("json", 5), None, "no noise was measured");
        samples.keep(&trial(1)).unwrap();
        assert_eq!(Samples::open(Some(&path)).unwrap().trials, [trial(0), trial(1)]);
    }

    #[test]
    fn a_file_of_something_else_is_refused() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("notes.txt");
        std::fs::write(&path, "a note\n").unwrap();
        let error = Samples::open(Some(&path)).err().unwrap().to_string();
        assert!(error.contains("line 1 of"), "{error}");
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "a note\n");
    }
}
