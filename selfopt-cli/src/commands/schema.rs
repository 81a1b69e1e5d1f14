//! `selfopt schema`: JSON schemas, generated from the types.

use schemars::{JsonSchema, schema_for};
use selfopt_core::config::Config;
use selfopt_core::evidence::Manifest;
use selfopt_core::gates::GateRecord;
use selfopt_core::pipeline::RunEvent;
use selfopt_core::report::Report;
use selfopt_core::{ExitCode, Project};

use super::profile::ProfileDocument;
use super::survey::SurveyDocument;
use super::verify::VerifyDocument;
use super::workload::WorkloadDocument;
use crate::args::{Document, SchemaArgs};
use crate::error::CliError;
use crate::render;

pub(crate) fn run(args: &SchemaArgs) -> Result<ExitCode, CliError> {
    match args.document {
        Document::Report => print::<Report>(),
        Document::Project => print::<Project>(),
        Document::Verify => print::<VerifyDocument>(),
        Document::Config => print::<Config>(),
        Document::Manifest => print::<Manifest>(),
        Document::Gates => print::<Vec<GateRecord>>(),
        Document::Event => print::<RunEvent>(),
        Document::Profile => print::<ProfileDocument>(),
        Document::Workload => print::<WorkloadDocument>(),
        Document::Survey => print::<SurveyDocument>(),
    }?;
    Ok(ExitCode::Success)
}

fn print<T: JsonSchema>() -> Result<(), CliError> {
    render::json(&schema_for!(T))
}
