//! Patches as people write them.

use selfopt_core::MemoryTree;

use super::*;

const BEFORE: &str = "export function sum(list) {\n  let total = 0;\n  for (const n of list) total += n;\n  return total;\n}\n\nexport class Bag {\n  has(x) {\n    return this.items.indexOf(x) !== -1;\n  }\n}\n";

fn tree() -> MemoryTree {
    MemoryTree::new([
        ("src/a.js", BEFORE),
        ("src/b.js", "export const twice = (x) => x + x;\n"),
        ("test/a.test.js", "1\n"),
        ("package.json", "{}"),
    ])
}

fn commit() -> CommitId {
    CommitId::new("0123456789abcdef0123456789abcdef01234567")
}

fn read_in(subfolder: &str, text: &str) -> Result<Patch, CliError> {
    let tree = tree();
    read(text, &Ground { tree: &tree, commit: &commit(), subfolder }, None)
}

/// A diff as git writes it.
fn diff(path: &str, before: &str, after: &str) -> String {
    unified(&[FileChange { path, before, after }])
}

fn faster() -> String {
    BEFORE.replace("this.items.indexOf(x) !== -1", "this.items.includes(x)")
}

/// What is refused, with what to do.
fn refused(text: &str) -> (String, String) {
    let error = read_in("", text).expect_err(text);
    assert_eq!(error.code().code(), 2);
    let hint = error.hint().expect("a hint");
    (error.to_string(), hint)
}

#[test]
fn a_patch_is_a_candidate_of_the_commit() {
    let text = diff("src/a.js", BEFORE, &faster());
    let patch = read_in("", &text).expect("it fits");
    let candidate = &patch.candidate;
    assert_eq!(candidate.title, "Change Bag.has in src/a.js");
    assert_eq!((candidate.rule.as_str(), candidate.rule_risk), ("patch", 1));
    assert_eq!(candidate.files[0].after, faster());
    assert_eq!(candidate.diff, text);
    assert!(patch.left_out.is_empty() && candidate.obligations.is_empty());
    // The same text gives the same ids, another one others.
    assert_eq!(read_in("", &text).expect("it fits").candidate, *candidate);
    let other = diff("src/a.js", BEFORE, &BEFORE.replace("total", "all"));
    let other = read_in("", &other).expect("it fits").candidate;
    assert_ne!((&other.id, &other.opportunity), (&candidate.id, &candidate.opportunity));
    assert_eq!(other.title, "Change sum in src/a.js");
}

#[test]
fn files_come_in_order_and_others_are_left_out() {
    let b = "export const twice = (x) => x + x;\n";
    let text = [
        diff("src/b.js", b, &b.replace("x + x", "x * 2")),
        diff("test/a.test.js", "1\n", "2\n"),
        diff("package.json", "{}", "{\"a\": 1}"),
        diff("src/a.js", BEFORE, &faster()),
    ]
    .concat();
    let patch = read_in("", &text).expect("it fits");
    let paths: Vec<_> = patch.candidate.files.iter().map(|file| file.path.as_str()).collect();
    assert_eq!(paths, ["src/a.js", "src/b.js"]);
    let left_out = ["`test/a.test.js` (a test file)", "`package.json` (a dependency file)"];
    assert_eq!(patch.left_out, left_out);
}

#[test]
fn a_projects_folder_is_told_from_the_repositorys_root() {
    let text =
        [diff("apps/web/src/a.js", BEFORE, &faster()), diff("apps/api/src/x.js", "1\n", "2\n")]
            .concat();
    let patch = read_in("apps/web", &text).expect("it fits");
    assert_eq!(patch.candidate.files[0].path, "src/a.js");
    assert_eq!(patch.left_out, ["`apps/api/src/x.js` (outside of the project's folder)"]);
    let relative = read_in("apps/web", &diff("src/a.js", BEFORE, &faster())).expect("it fits");
    assert_eq!(relative.candidate, patch.candidate);
}

#[test]
fn what_does_not_fit_says_where_and_what_was_expected() {
    let other = BEFORE.replace("items.indexOf", "list.indexOf");
    let (what, hint) = refused(&diff("src/a.js", &other, &other.replace("!== -1", "> -1")));
    assert_eq!(
        what,
        "hunk 1 of `src/a.js` does not fit: line 9 is expected to be `    return this.list.indexOf(x) !== -1;` and is `    return this.items.indexOf(x) !== -1;`"
    );
    assert!(hint.contains("`git diff 0123456789ab`"), "{hint}");
    let (what, _) = refused(&diff("src/none.js", "1\n", "2\n"));
    assert_eq!(what, "`src/none.js` is no text file of commit 0123456789ab");
}

#[test]
fn changes_that_cannot_be_compared_are_refused_with_advice() {
    let header = |path: &str| format!("diff --git a/{path} b/{path}\n");
    let to = header("src/a.js").replace("b/src/a.js", "b/src/c.js");
    let cases = [
        (
            format!(
                "{}new file mode 100644\n--- /dev/null\n+++ b/src/c.js\n@@ -0,0 +1 @@\n+1\n",
                header("src/c.js")
            ),
            "`src/c.js` is new",
        ),
        (
            format!(
                "{}deleted file mode 100644\n--- a/src/b.js\n+++ /dev/null\n@@ -1 +0,0 @@\n-export const twice = (x) => x + x;\n",
                header("src/b.js")
            ),
            "`src/b.js` is deleted",
        ),
        (
            format!("{to}similarity index 100%\nrename from src/a.js\nrename to src/c.js\n"),
            "`src/a.js` is renamed to `src/c.js`",
        ),
        (
            format!("{}old mode 100644\nnew mode 100755\n", header("src/a.js")),
            "only the mode of `src/a.js` changes",
        ),
        (
            format!(
                "{}index 1..2 100644\nBinary files a/src/a.js and b/src/a.js differ\n",
                header("src/a.js")
            ),
            "the change of `src/a.js` is binary",
        ),
        (String::new(), "the patch changes nothing"),
        (diff("package.json", "{}", "{ }"), "the patch changes no source file"),
        ("nonsense\n".to_owned(), "the patch cannot be read: line 1 of the diff"),
        ("From 0123 Mon\nSubject: x\n".to_owned(), "the patch cannot be read"),
    ];
    for (text, expected) in cases {
        let (what, hint) = refused(&text);
        assert!(what.starts_with(expected), "{what}");
        assert!(!hint.is_empty() && !hint.ends_with('.'), "{hint}");
    }
}

#[test]
fn a_title_names_functions_by_what_holds_them() {
    let title = |before: &str, after: &str| {
        names::title(&ChangedFile {
            path: "a.ts".into(),
            before: before.into(),
            after: after.into(),
        })
    };
    assert_eq!(title("const f = (x) => x + 1;\n", "const f = (x) => x + 2;\n"), "Change f in a.ts");
    assert_eq!(
        title("const o = { m: (x) => x };\n", "const o = { m: (y) => y };\n"),
        "Change m in a.ts"
    );
    assert_eq!(
        title("a.b = function () { return 1 };\n", "a.b = function () { return 2 };\n"),
        "Change a.b in a.ts"
    );
    // The outer function is the one that people know.
    let nested = "function outer(l) {\n  return l.map((x) => x + 1);\n}\n";
    assert_eq!(title(nested, &nested.replace("+ 1", "+ 2")), "Change outer in a.ts");
    assert_eq!(title("const a = 1;\n", "const a = 2;\n"), "Change a.ts");
    let many = ["a", "b", "c", "d"].map(|name| format!("function {name}() {{ return 1 }}\n"));
    let many = many.concat();
    assert_eq!(title(&many, &many.replace("return 1", "return 2")), "Change 4 functions in a.ts");
}
