//! The preload and the reader together, on real processes of Node.

use std::fs;
use std::path::Path;
use std::process::{Command, Output};

use selfopt_core::CollectedFile;
use selfopt_probe::profile::{FunctionShare, ProfileRequest, Recording, SourceMaps, share_of};

const PROGRAM: &str = "
const { slow } = require('./lib/slow.js');
const { fork } = require('child_process');
function fast(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
if (process.argv[2] === 'child') {
  process.send(slow(30) + fast(4e6), () => {});
} else {
  slow(30);
  fast(4e6);
  fork(__filename, ['child']).on('message', function () { this.kill('SIGKILL'); });
}
";

const LIBRARY: &str = "
exports.slow = function slow(n) {
  let x = 0;
  for (let i = 0; i < n; i++) x += step(2e6);
  return x;
};
function step(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
";

/// Runs a command in a folder as a sandbox would, and collects.
fn profiled(root: &Path, working_directory: &str, cmd: &str) -> (Output, Recording) {
    let request = ProfileRequest::new(working_directory).interval_us(200);
    for file in request.files() {
        let path = root.join(&file.path);
        fs::create_dir_all(path.parent().expect("files have folders")).expect("folders are made");
        fs::write(path, file.bytes).expect("files are written");
    }
    let output = Command::new("sh")
        .args(["-c", &request.wrap(cmd)])
        .current_dir(root.join(working_directory))
        .env_remove("NODE_OPTIONS")
        .output()
        .expect("there is a shell");
    let mut files = Vec::new();
    for glob in request.globs() {
        let (folder, suffix) = glob.rsplit_once("/*").expect("a folder and an ending");
        let Ok(entries) = fs::read_dir(root.join(folder)) else { continue };
        for entry in entries {
            let path = entry.expect("the folder reads").path().display().to_string();
            if path.ends_with(suffix) {
                let bytes = fs::read(&path).expect("slices read");
                files.push(CollectedFile { path, bytes });
            }
        }
    }
    files.sort_by(|a, b| a.path.cmp(&b.path));
    (output, request.read(&files, SourceMaps::default()))
}

fn share(recording: &Recording, path: &str, function: &str) -> FunctionShare {
    share_of(&recording.profile, path, function)
        .unwrap_or_else(|| panic!("no `{function}` in {:#?}", recording.profile))
}

#[test]
fn the_hot_function_of_a_program_is_found() {
    let dir = tempfile::tempdir().unwrap();
    let root = dir.path().join("a project's \"root\"");
    fs::create_dir_all(root.join("app/lib")).unwrap();
    fs::write(root.join("app/main.js"), PROGRAM).unwrap();
    fs::write(root.join("app/lib/slow.js"), LIBRARY).unwrap();
    let (output, recording) = profiled(&root, "app", "node main.js");
    assert!(output.status.success(), "{output:?}");
    let profile = &recording.profile;
    assert_eq!(profile.processes, 2, "the parent and the child that it killed");
    assert!(profile.lost.is_nothing(), "{:?}", profile.lost);
    let step = share(&recording, "app/lib/slow.js", "step");
    let slow = share(&recording, "app/lib/slow.js", "slow");
    let fast = share(&recording, "app/main.js", "fast");
    assert_eq!((step.line, slow.line, fast.line), (7, 2, 4));
    // 15 times the iterations of `fast`; the engine may inline one into the other.
    let hot = step.self_us + slow.self_us;
    assert!(hot > 4 * fast.self_us, "{profile:#?}");
    assert!(slow.total_us >= hot, "{profile:#?}");
    assert!(slow.total_us <= profile.beneath_us && profile.own_us <= profile.all_us);
}

/// Options of Node that a command adds, or puts in place of ours.
#[test]
fn a_commands_own_options_and_exit_code_stay_and_the_profiler_too() {
    let dir = tempfile::tempdir().unwrap();
    let program = "function burn(n) { let x = 0; for (let i = 0; i < n; i++) x = (x * 31 + i) % 1000003; return x; }
        burn(4e7);
        console.log(process.execArgv.length, process.throwDeprecation, process.argv.slice(2).join('|'));
        process.exitCode = 9;";
    fs::write(dir.path().join("a.js"), program).unwrap();
    for options in ["\"$NODE_OPTIONS --throw-deprecation\"", "--throw-deprecation"] {
        let cmd = format!("NODE_OPTIONS={options} node a.js 'a b' \"c'd\"");
        let (output, recording) = profiled(dir.path(), ".", &cmd);
        assert_eq!(String::from_utf8_lossy(&output.stdout), "0 true a b|c'd\n", "{output:?}");
        assert_eq!(output.status.code(), Some(9));
        assert!(share(&recording, "a.js", "burn").self_us > 0, "{options}");
        fs::remove_dir_all(dir.path().join("node_modules")).unwrap();
    }
}

#[test]
fn a_process_that_is_not_to_be_looked_at_is_left_alone() {
    let dir = tempfile::tempdir().unwrap();
    fs::write(dir.path().join("a.js"), "console.log(process.env.NODE_OPTIONS);").unwrap();
    let cmd = "unset SELFOPT_PROBE NODE_OPTIONS; node a.js";
    let (output, recording) = profiled(dir.path(), ".", cmd);
    assert_eq!(String::from_utf8_lossy(&output.stdout), "undefined\n");
    assert_eq!(recording.profile.processes, 0);
}

#[test]
fn a_command_without_node_leaves_no_profile() {
    let dir = tempfile::tempdir().unwrap();
    let (output, recording) = profiled(dir.path(), ".", "true");
    assert!(output.status.success());
    assert_eq!(recording.profile.processes, 0);
    assert_eq!(recording.profile.samples, 0);
}
