//! Frameworks and tools: tags, and the commands that they bring along where no
//! script says more.

use selfopt_core::{Claim, CommandSource, Detector, Fact, SourceTree};

use super::{is_claimed, manager_so_far};
use crate::evidence::{claim, whole_file};
use crate::manager::exec_prefix;
use crate::manifest::Manifest;
use crate::shell::split;
use crate::tree_facts::has_tests;

pub(super) struct Frameworks;

/// Dependencies and the tags that they give.
const BY_DEPENDENCY: [(&str, &str); 62] = [
    ("typescript", "typescript"),
    ("react", "react"),
    ("preact", "preact"),
    ("vue", "vue"),
    ("svelte", "svelte"),
    ("solid-js", "solid"),
    ("@angular/core", "angular"),
    ("lit", "lit"),
    ("next", "next"),
    ("nuxt", "nuxt"),
    ("astro", "astro"),
    ("gatsby", "gatsby"),
    ("@remix-run/react", "remix"),
    ("@sveltejs/kit", "sveltekit"),
    ("@nestjs/core", "nest"),
    ("express", "express"),
    ("fastify", "fastify"),
    ("koa", "koa"),
    ("hono", "hono"),
    ("@hapi/hapi", "hapi"),
    ("elysia", "elysia"),
    ("electron", "electron"),
    ("react-native", "react-native"),
    ("vite", "vite"),
    ("webpack", "webpack"),
    ("rollup", "rollup"),
    ("esbuild", "esbuild"),
    ("parcel", "parcel"),
    ("tsup", "tsup"),
    ("tsdown", "tsdown"),
    ("@babel/core", "babel"),
    ("@swc/core", "swc"),
    ("gulp", "gulp"),
    ("grunt", "grunt"),
    ("vitest", "vitest"),
    ("jest", "jest"),
    ("mocha", "mocha"),
    ("ava", "ava"),
    ("uvu", "uvu"),
    ("tap", "tap"),
    ("tape", "tape"),
    ("jasmine", "jasmine"),
    ("@hapi/lab", "lab"),
    ("qunit", "qunit"),
    ("borp", "borp"),
    ("@playwright/test", "playwright"),
    ("playwright", "playwright"),
    ("cypress", "cypress"),
    ("karma", "karma"),
    ("prisma", "prisma"),
    ("@prisma/client", "prisma"),
    ("drizzle-orm", "drizzle"),
    ("mongoose", "mongoose"),
    ("graphql", "graphql"),
    ("@trpc/server", "trpc"),
    ("tinybench", "tinybench"),
    ("benchmark", "benchmark"),
    ("mitata", "mitata"),
    ("turbo", "turbo"),
    ("nx", "nx"),
    ("lerna", "lerna"),
    ("eslint", "eslint"),
];

/// Configuration files of frameworks, the tag and the build command.
const BY_FILE: [(&str, &str, Option<&str>); 9] = [
    ("next.config.", "next", Some("next build")),
    ("nuxt.config.", "nuxt", Some("nuxt build")),
    ("astro.config.", "astro", Some("astro build")),
    ("nest-cli.json", "nest", Some("nest build")),
    ("angular.json", "angular", Some("ng build")),
    ("vite.config.", "vite", None),
    ("vitest.config.", "vitest", None),
    ("jest.config.", "jest", None),
    (".mocharc.", "mocha", None),
];

impl Detector for Frameworks {
    fn detect(&self, tree: &dyn SourceTree, so_far: &[Claim]) -> Vec<Claim> {
        let manifest = Manifest::root_or_default(tree);
        let manager = manager_so_far(so_far);
        let mut claims = Vec::new();
        let tag = |name: &str, line| {
            claim(Fact::Tag(name.to_owned()), 0.9, CommandSource::Framework, vec![line])
        };
        for (dependency, name) in BY_DEPENDENCY {
            claims.extend(
                manifest.dependencies.get(dependency).map(|field| tag(name, field.line.clone())),
            );
        }
        for (start, name, build) in BY_FILE {
            let Some(path) = at_root(tree, start) else {
                continue;
            };
            claims.push(tag(name, whole_file(path)));
            let is_used = manifest
                .depends_on(build.map_or("", |cmd| cmd.split(' ').next().unwrap_or_default()));
            if let Some(build) = build
                .filter(|_| is_used && !is_claimed(so_far, |fact| matches!(fact, Fact::Build(_))))
            {
                let cmd = format!("{} {build}", exec_prefix(manager));
                claims.push(claim(
                    Fact::Build(Some(cmd)),
                    0.45,
                    CommandSource::Framework,
                    vec![whole_file(path)],
                ));
            }
        }
        if manifest.is_library {
            claims.push(tag("library", whole_file("package.json")));
        }
        let node_test = manifest.scripts.iter().find(|script| {
            let commands = split(&script.text);
            commands.iter().any(|command| command.words.iter().any(|word| word == "--test"))
        });
        claims.extend(node_test.map(|script| tag("node:test", script.line.clone())));
        claims.extend(runner_without_script(tree, so_far, &manifest, exec_prefix(manager)));
        claims
    }
}

/// A runner that is a dependency, tests that are there, and no script.
fn runner_without_script(
    tree: &dyn SourceTree,
    so_far: &[Claim],
    manifest: &Manifest,
    exec: &str,
) -> Option<Claim> {
    if is_claimed(so_far, |fact| matches!(fact, Fact::Test(_))) || !has_tests(tree) {
        return None;
    }
    let runners = [("vitest", "vitest run"), ("jest", "jest"), ("ava", "ava"), ("mocha", "mocha")];
    let (cmd, line) = runners
        .into_iter()
        .find_map(|(runner, cmd)| Some((cmd, manifest.dependencies.get(runner)?.line.clone())))?;
    Some(claim(
        Fact::Test(Some(format!("{exec} {cmd}"))),
        0.45,
        CommandSource::Framework,
        vec![line],
    ))
}

/// A file at the root whose name starts like this.
fn at_root<'a>(tree: &'a dyn SourceTree, start: &str) -> Option<&'a str> {
    let mut entries = tree.entries().iter().map(|entry| entry.path.as_str());
    entries.find(|path| path.starts_with(start) && !path.contains('/'))
}
