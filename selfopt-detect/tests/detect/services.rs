//! What is needed beside the project, and what only looks like it.

use crate::{detected, with_scripts};

/// The services with their lines.
fn services(files: &[(&str, &str)]) -> Vec<String> {
    let project = detected(files);
    project.services.iter().map(|need| format!("{} {}", need.name, need.evidence)).collect()
}

fn manifest(dependencies: &[&str]) -> String {
    let lines: Vec<_> = dependencies.iter().map(|name| format!("\"{name}\": \"1\"")).collect();
    format!(
        "{{\"scripts\": {{\"test\": \"jest\"}},\n\"devDependencies\": {{{}}}}}",
        lines.join(",")
    )
}

#[test]
fn containers_beside_tests_are_needed() {
    let workflow = |command: &str| {
        format!(
            "on: push\njobs:\n  a:\n    services:\n      db:\n        image: postgis/postgis:16\n      cloud:\n        image: localstack/localstack\n    steps:\n      - run: {command}\n"
        )
    };
    let package = manifest(&[]);
    let with = |workflow: &str| {
        services(&[("package.json", &package), (".github/workflows/ci.yml", workflow)])
    };
    assert_eq!(
        with(&workflow("npm test")),
        ["localstack .github/workflows/ci.yml:8", "postgres .github/workflows/ci.yml:6"]
    );
    assert_eq!(with(&workflow("npm run deploy")), Vec::<String>::new());
}

#[test]
fn dependencies_that_start_something_are_enough() {
    let package = manifest(&["@testcontainers/postgresql"]);
    assert_eq!(
        services(&[("package.json", &package)]),
        ["docker package.json:2", "postgres package.json:2"]
    );
    let package = manifest(&["@playwright/test"]);
    assert_eq!(
        services(&[("package.json", &package), ("e2e/playwright.config.ts", "")]),
        ["chrome e2e/playwright.config.ts"]
    );
    assert_eq!(services(&[("package.json", &package)]), Vec::<String>::new());
}

#[test]
fn scripts_of_tests_start_what_they_need() {
    let project = with_scripts(r#"{"test:e2e": "cypress run"}"#, &[], &[]);
    assert_eq!(project.services[0].name, "chrome");
    let project = with_scripts(r#"{"docker:test": "docker-compose up"}"#, &[], &[]);
    assert_eq!(project.services[0].name, "docker");
    let project = with_scripts(r#"{"docker:prod": "docker-compose up"}"#, &[], &[]);
    assert_eq!(project.services, []);
    let files = [
        ("package.json", r#"{"scripts": {"test": "prisma migrate deploy && jest"}}"#),
        ("prisma/schema.prisma", "datasource db {\n  provider = \"mysql\"\n}\n"),
    ];
    assert_eq!(services(&files), ["mysql prisma/schema.prisma:2"]);
}

#[test]
fn compose_files_count_where_the_project_talks_to_them() {
    let compose = "services:\n  db:\n    image: mongo:6\n  admin:\n    image: mongo-express\n  app:\n    build: .\n";
    let with = |dependencies: &[&str]| {
        services(&[("package.json", &manifest(dependencies)), ("docker-compose.yml", compose)])
    };
    assert_eq!(with(&["mongoose"]), ["mongodb docker-compose.yml:3"]);
    assert_eq!(with(&["express"]), Vec::<String>::new());
    assert_eq!(with(&["mongoose", "mongodb-memory-server"]), Vec::<String>::new());
}

#[test]
fn a_client_counts_where_a_test_loads_it() {
    let with = |test: &str, dependencies: &[&str]| {
        services(&[("package.json", &manifest(dependencies)), ("test/db.test.js", test)])
    };
    assert_eq!(with("\nconst { Pool } = require('pg')\n", &["pg"]), ["postgres test/db.test.js:2"]);
    assert_eq!(
        with("import puppeteer from \"puppeteer\"", &["puppeteer"]),
        ["chrome test/db.test.js:1"]
    );
    let none = Vec::<String>::new();
    assert_eq!(with("import x from '../src'", &["pg"]), none);
    assert_eq!(with("jest.mock('ioredis')\nimport Redis from 'ioredis'", &["ioredis"]), none);
    assert_eq!(with("import Redis from 'ioredis'", &["ioredis", "ioredis-mock"]), none);
    assert_eq!(with("import type { Pool } from 'pg'", &["pg"]), none);
    assert_eq!(with("require('pg')", &[]), none);
}
