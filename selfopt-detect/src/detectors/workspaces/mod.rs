//! Workspaces: their packages, what each of them runs and depends on, commands
//! that run in every package where the root has none of its own, and projects
//! that lie side by side without a workspace.

mod address;
mod apart;
mod build_all;
mod commands;
mod delegated;
mod detector;
mod globs;
mod links;
mod member_tree;
mod members;
mod nx;
mod root_runner;
mod turbo;

pub(super) use detector::Workspaces;
