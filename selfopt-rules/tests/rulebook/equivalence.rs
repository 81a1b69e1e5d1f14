//! Runs two versions of a module in Node on the same inputs.

use std::path::Path;
use std::process::Command;

use selfopt_syntax::Language;

/// Calls `subject` of both modules with every argument list that `inputs`
/// yields. Results, thrown errors, key order, and what became of the arguments
/// must be equal.
const DRIVER: &str = r"
import assert from 'node:assert/strict';
import * as original from './original.mjs';
import * as patched from './patched.mjs';

// A fixed sequence (Mulberry32): the same inputs in every run.
const random = () => {
  let state = 0x5e1f0971;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
};
const keyOrder = (value, seen = new Set()) => {
  if (typeof value !== 'object' || value === null || seen.has(value)) return null;
  seen.add(value);
  return Reflect.ownKeys(value).map((key) => [key, keyOrder(value[key], seen)]);
};
const run = async (subject, args) => {
  try {
    return { value: await subject(...args), args };
  } catch (error) {
    return { error: error?.name, message: error?.message, args };
  }
};

let count = 0;
const left = original.inputs(random())[Symbol.iterator]();
for (const args of patched.inputs(random())) {
  const before = await run(original.subject, left.next().value);
  const after = await run(patched.subject, args);
  const shown = JSON.stringify(args)?.slice(0, 200);
  assert.deepStrictEqual(after, before, `arguments ${count}: ${shown}`);
  assert.deepStrictEqual(keyOrder(after), keyOrder(before), `key order, arguments ${count}: ${shown}`);
  if (before.value && typeof before.value === 'object') {
    assert.equal(Object.getPrototypeOf(after.value)?.constructor, Object.getPrototypeOf(before.value)?.constructor);
  }
  count += 1;
}
assert.ok(count >= 20, `only ${count} inputs`);
";

/// Takes types and JSX out of both modules, and says what cannot be read.
const COMPILER: &str = r"
import { readFileSync, writeFileSync } from 'node:fs';
import ts from 'typescript';

const compilerOptions = {
  jsx: ts.JsxEmit.ReactJSX,
  module: ts.ModuleKind.ESNext,
  target: ts.ScriptTarget.ES2022,
};
for (const name of ['original', 'patched']) {
  const fileName = `${name}.tsx`;
  const text = readFileSync(fileName, 'utf8');
  const compiled = ts.transpileModule(text, { compilerOptions, fileName, reportDiagnostics: true });
  for (const { messageText } of compiled.diagnostics) throw new Error(`${fileName}: ${messageText}`);
  writeFileSync(`${name}.mjs`, compiled.outputText);
}
";

/// Modules that pages import and npm has not, or not as small.
const STAND_INS: [(&str, &str); 2] = [
    ("rendered", include_str!("stand_ins/rendered.mjs")),
    ("zod", include_str!("stand_ins/zod.mjs")),
];

/// Where `cargo xtask setup` puts what the lock file in `packages/` says.
const PACKAGES: &str = concat!(env!("CARGO_TARGET_TMPDIR"), "/../page-packages/node_modules");

pub(crate) fn compare(language: Language, original: &str, patched: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let write = |name: &str, text: &str| {
        std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())
    };
    for (package, text) in STAND_INS {
        let package = Path::new("node_modules").join(package);
        std::fs::create_dir_all(folder.path().join(&package)).map_err(|error| error.to_string())?;
        write(&format!("{}/index.mjs", package.display()), text)?;
        let description = r#"{ "exports": "./index.mjs" }"#;
        write(&format!("{}/package.json", package.display()), description)?;
    }
    write("driver.mjs", DRIVER)?;
    let is_compiled = language.has_jsx() || language.is_typescript();
    let extension = if is_compiled { "tsx" } else { "mjs" };
    write(&format!("original.{extension}"), original)?;
    write(&format!("patched.{extension}"), patched)?;
    if is_compiled {
        link_packages(folder.path())?;
        write("compiler.mjs", COMPILER)?;
        run_node(folder.path(), "compiler.mjs")?;
    }
    run_node(folder.path(), "driver.mjs")
}

/// The real packages, beside the stand-ins.
fn link_packages(folder: &Path) -> Result<(), String> {
    for package in ["react", "react-test-renderer", "typescript"] {
        let installed = Path::new(PACKAGES).join(package);
        if !installed.exists() {
            let place = installed.display();
            return Err(format!("`{place}` is not there\n\nhint: run `cargo xtask setup`"));
        }
        std::os::unix::fs::symlink(installed, folder.join("node_modules").join(package))
            .map_err(|error| error.to_string())?;
    }
    Ok(())
}

fn run_node(folder: &Path, script: &str) -> Result<(), String> {
    let output = Command::new("node").arg(script).current_dir(folder).output();
    let output = output.map_err(|error| {
        format!("could not start `node`: {error}; install Node 20 or later from https://nodejs.org and put it on PATH")
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
