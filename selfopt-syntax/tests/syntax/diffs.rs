//! Diffs: round trips, git's own forms, and what must be refused.

use proptest::prelude::*;
use selfopt_syntax::{ChangeKind, DiffError, DiffSet, DiffStats, FileChange, unified};

fn one(path: &str, before: &str, after: &str) -> String {
    unified(&[FileChange { path, before, after }])
}

#[test]
fn the_form_is_gits() {
    let before = "a\nb\nc\nd\ne\nf\n";
    let diff = one("src/[id]/x.ts", before, "a\nb\nc\nD\ne\nf");
    let expected = "\
diff --git a/src/[id]/x.ts b/src/[id]/x.ts
--- a/src/[id]/x.ts
+++ b/src/[id]/x.ts
@@ -1,6 +1,6 @@
 a
 b
 c
-d
+D
 e
-f
+f
\\ No newline at end of file
";
    assert_eq!(diff, expected);
    let set = DiffSet::parse(&diff).unwrap();
    assert_eq!(set.stats(), DiffStats { files: 1, added: 2, removed: 2 });
    assert_eq!(set.apply("src/[id]/x.ts", before).unwrap(), "a\nb\nc\nD\ne\nf");
}

#[test]
fn files_are_sorted_and_unchanged_ones_left_out() {
    let change = |path, before, after| FileChange { path, before, after };
    let diff = unified(&[
        change("b.ts", "1\n", "2\n"),
        change("same.ts", "x", "x"),
        change("a.ts", "", "n\n"),
    ]);
    let set = DiffSet::parse(&diff).unwrap();
    assert_eq!(set.files().iter().map(|f| f.path.as_str()).collect::<Vec<_>>(), ["a.ts", "b.ts"]);
    assert_eq!(set.apply("a.ts", "").unwrap(), "n\n");
    assert_eq!(unified(&[]), "");
    assert!(DiffSet::parse("").unwrap().files().is_empty());
}

#[test]
fn what_git_diff_prints_is_read() {
    let text = "\
diff --git a/new.ts b/new.ts
new file mode 100644
index 0000000..6178079
--- /dev/null
+++ b/new.ts
@@ -0,0 +1 @@
+b
diff --git a/old.ts b/old.ts
deleted file mode 100644
index 6178079..0000000
--- a/old.ts
+++ /dev/null
@@ -1 +0,0 @@
-b
diff --git a/from.ts b/to.ts
similarity index 66%
rename from from.ts
rename to to.ts
index 1111111..2222222 100644
--- a/from.ts
+++ b/to.ts
@@ -1,2 +1,2 @@ function f() {
 same
-x
+y
diff --git a/run.sh b/run.sh
old mode 100644
new mode 100755
diff --git a/logo.png b/logo.png
index 1111111..2222222 100644
Binary files a/logo.png and b/logo.png differ
diff --git \"a/z\\303\\263\\305\\202w.ts\" \"b/z\\303\\263\\305\\202w.ts\"
index 1111111..2222222 100644
--- \"a/z\\303\\263\\305\\202w.ts\"
+++ \"b/z\\303\\263\\305\\202w.ts\"
@@ -3,0 +4 @@ f
+inserted
diff --git a/with space.ts b/with space.ts
index 1111111..2222222 100644
--- a/with space.ts\t
+++ b/with space.ts\t
@@ -1 +1 @@
-a
+b
";
    let set = DiffSet::parse(text).unwrap();
    let found: Vec<_> = set.files().iter().map(|f| (f.path.as_str(), &f.kind)).collect();
    let renamed = ChangeKind::Renamed { from: "from.ts".to_owned() };
    assert_eq!(
        found,
        [
            ("new.ts", &ChangeKind::Created),
            ("old.ts", &ChangeKind::Deleted),
            ("to.ts", &renamed),
            ("run.sh", &ChangeKind::ModeChanged),
            ("logo.png", &ChangeKind::Binary),
            ("zółw.ts", &ChangeKind::Modified),
            ("with space.ts", &ChangeKind::Modified),
        ]
    );
    assert_eq!(set.stats(), DiffStats { files: 7, added: 4, removed: 3 });
    assert_eq!(set.apply("zółw.ts", "1\n2\n3\n4\n").unwrap(), "1\n2\n3\ninserted\n4\n");
    assert_eq!(set.apply("old.ts", "b\n").unwrap(), "");
    assert!(set.apply("logo.png", "x").is_err());
    assert!(set.apply("absent.ts", "x").is_err());
}

#[test]
fn plain_unified_diffs_are_read() {
    let text = "--- a/x.ts\n+++ b/x.ts\n@@ -1 +1 @@\n-a\n+b\n--- a/y.ts\n+++ b/y.ts\n@@ -1 +1 @@\n-a\n+b\n";
    assert_eq!(DiffSet::parse(text).unwrap().stats(), DiffStats { files: 2, added: 2, removed: 2 });
}

#[test]
fn what_means_two_things_is_refused() {
    let check = |text: &str, expected: &str| {
        let error = DiffSet::parse(text).expect_err(text);
        assert!(error.to_string().contains(expected), "{error} for {text:?}");
    };
    let header = "diff --git a/x b/x\n--- a/x\n+++ b/x\n";
    check("nonsense", "neither header nor hunk");
    check(&format!("{header}@@ -1 +1 @@\n-a\n+b\nsurplus\n"), "neither header nor hunk");
    check(&format!("{header}@@ -1 +1 @@\n-a\n+b\n+c\n"), "neither header nor hunk");
    check(&format!("{header}@@ -1,2 +1 @@\n-a\n+b\n"), "does not have the lines");
    check(&format!("{header}@@ -1 +1\n-a\n+b\n"), "does not have the lines");
    check(&format!("{header}@@ -1 +99999999999999999999999 @@\n-a\n+b\n"), "");
    check("@@ -1 +1 @@\n-a\n+b\n", "malformed");
    let file = format!("{header}@@ -1 +1 @@\n-a\n+b\n");
    check(&format!("{file}{file}"), "occurs twice");
    check(&file.replace("/x", "/../x"), "not a path inside");
    check(&file.replace("/x", "/.git/config"), "not a path inside");
    check("--- a/x\n+++ b/y\n@@ -1 +1 @@\n-a\n+b\n", "malformed");
}

#[test]
fn a_hunk_applies_at_its_line_or_not_at_all() {
    let set = DiffSet::parse(&one("x", "1\n2\n3\n", "1\nB\n3\n")).unwrap();
    for other in ["0\n1\n2\n3\n", "1\n2\n", "", "1\r\n2\r\n3\r\n"] {
        assert!(set.apply("x", other).is_err(), "{other:?}");
    }
}

#[test]
fn what_does_not_fit_says_where_and_what_was_expected() {
    let lines: Vec<String> = (1..=30).map(|n| n.to_string()).collect();
    let before = lines.join("\n") + "\n";
    let after = before.replace("\n3\n", "\nC\n").replace("\n25\n", "\nY\n");
    let set = DiffSet::parse(&one("x", &before, &after)).unwrap();
    let refused = |text: &str| match set.apply("x", text) {
        Err(DiffError::Mismatch { line, hunk, expected, found, .. }) => {
            (line, hunk, expected, found)
        }
        other => panic!("{other:?}"),
    };
    let text = |text: &str| Some(text.to_owned());
    assert_eq!(refused(&before.replace("\n24\n", "\nz\n")), (24, 2, text("24"), text("z")));
    assert_eq!(refused("1\n2\n"), (3, 1, text("3"), None));
    let short = before.split("20\n").next().unwrap();
    assert_eq!(refused(short), (22, 2, None, None));
}

fn any_text() -> impl Strategy<Value = String> {
    prop::collection::vec("(a|b|ż|🐢|-|\\+|@@ -1 \\+1 @@|--- a/x|)(\r\n|\n)", 0..12)
        .prop_flat_map(|lines| "(end)?".prop_map(move |end| format!("{}{end}", lines.concat())))
}

proptest! {
    #[test]
    fn applying_a_diff_gives_the_changed_text(
        first in (any_text(), any_text()),
        second in (any_text(), any_text()),
    ) {
        let paths = ["dir/with space \"q\".ts", "żółw/\u{1f422}.ts"];
        let change = |path, texts: &(String, String)| (path, texts.0.clone(), texts.1.clone());
        let all = [change(paths[0], &first), change(paths[1], &second)];
        let diff = unified(&all.each_ref().map(|(path, before, after)| FileChange { path, before, after }));
        let set = DiffSet::parse(&diff).map_err(|e| TestCaseError::fail(format!("{e}\n{diff}")))?;
        for (path, before, after) in &all {
            if before == after {
                prop_assert!(set.file(path).is_none());
            } else {
                prop_assert_eq!(&set.apply(path, before).expect("it fits"), after);
            }
        }
    }

    #[test]
    fn no_text_makes_the_reader_panic(text in "(diff --git a/x b/x|--- a/x|\\+\\+\\+ b/x|@@ -1 \\+1 @@|@@ -0,0 \\+1 @@|[-+ a\\\\]|rename from x|GIT binary patch|\n){0,20}") {
        let _ = DiffSet::parse(&text).map(|set| set.apply("x", "a\n"));
    }
}
