//! Runs two versions of a module in Node on the same inputs.

use std::path::Path;
use std::process::Command;

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

/// Packages that pages import, as far as they need them.
const STAND_INS: [(&str, &str); 2] =
    [("react", include_str!("stand_ins/react.mjs")), ("zod", include_str!("stand_ins/zod.mjs"))];

pub(crate) fn compare(original: &str, patched: &str) -> Result<(), String> {
    let folder = tempfile::tempdir().map_err(|error| error.to_string())?;
    let files = [("original.mjs", original), ("patched.mjs", patched), ("driver.mjs", DRIVER)];
    for (package, text) in STAND_INS {
        let package = folder.path().join("node_modules").join(package);
        std::fs::create_dir_all(&package).map_err(|error| error.to_string())?;
        std::fs::write(package.join("index.mjs"), text).map_err(|error| error.to_string())?;
        let description = r#"{ "exports": "./index.mjs" }"#;
        std::fs::write(package.join("package.json"), description)
            .map_err(|error| error.to_string())?;
    }
    for (name, text) in files {
        std::fs::write(folder.path().join(name), text).map_err(|error| error.to_string())?;
    }
    run_node(folder.path())
}

fn run_node(folder: &Path) -> Result<(), String> {
    let output = Command::new("node").arg("driver.mjs").current_dir(folder).output();
    let output = output.map_err(|error| {
        format!("could not start `node`: {error}; install Node 20 or later from https://nodejs.org and put it on PATH")
    })?;
    if output.status.success() {
        return Ok(());
    }
    Err(String::from_utf8_lossy(&output.stderr).into_owned())
}
