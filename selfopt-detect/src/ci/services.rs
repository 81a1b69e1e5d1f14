//! Containers that a job has beside it.

use selfopt_core::EvidenceLine;
use serde_yaml_ng::Value;

use super::Ci;
use super::file::{File, scalar};
use crate::kind::tokens;

/// A container beside a job that runs tests.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct CiService {
    /// `postgres:16`.
    pub(crate) image: String,
    /// Where it stands.
    pub(crate) line: EvidenceLine,
}

/// Words of a command that runs tests.
const TEST_WORDS: [&str; 8] =
    ["test", "tests", "spec", "unit", "coverage", "jest", "vitest", "mocha"];

/// Notes the containers of a job that runs tests.
pub(super) fn job_services(job: &Value, file: &File, ci: &mut Ci) {
    let Some(services) = job.get("services").and_then(Value::as_mapping) else {
        return;
    };
    let steps = job.get("steps").and_then(Value::as_sequence).into_iter().flatten();
    let runs_tests = steps
        .filter_map(|step| step.get("run")?.as_str())
        .flat_map(tokens)
        .any(|token| TEST_WORDS.contains(&token.as_str()));
    if !runs_tests {
        return;
    }
    for service in services.values() {
        let image = scalar(service).or_else(|| scalar(service.get("image")?));
        if let Some(image) = image {
            let line = file.line_containing(&image);
            ci.add_service(CiService { image, line });
        }
    }
}
