//! What time is attributed to whom.

use selfopt_core::CollectedFile;
use selfopt_core::paths::PathClass;
use selfopt_probe::profile::{Lost, Merger, SourceMaps, share_of};

use crate::stacks::{recorded, slice, table};

#[test]
fn time_is_on_top_and_beneath() {
    let recording = recorded(&["
        main@/w/a.js:1 = 2
        main@/w/a.js:1 inner@/w/b.js:4 = 3
        main@/w/a.js:1 lodash@/w/node_modules/l/i.js:1 = 4
        main@/w/a.js:1 lodash@/w/node_modules/l/i.js:1 callback@/w/a.js:9 = 1
        npm@/usr/lib/npm/cli.js:1 = 7
        (garbage~collector) = 2
        (program) = 1
        main@/w/a.js:1 readFileSync@node:fs:10 = 5
        (idle) = 90"]);
    assert_eq!(
        table(&recording),
        ["inner b.js:4 3 3 3", "main a.js:1 2 15 2", "callback a.js:9 1 1 1"]
    );
    let profile = &recording.profile;
    assert_eq!((profile.own_us, profile.beneath_us, profile.all_us), (6000, 15_000, 25_000));
    assert_eq!((profile.samples, profile.processes), (25, 1));
    let rest = profile.elsewhere;
    assert_eq!(
        (rest.dependencies_us, rest.node_us, rest.engine_us, rest.collector_us),
        (11_000, 5000, 1000, 2000)
    );
}

#[test]
fn recursion_counts_once() {
    let recording = recorded(&["
        f@/w/a.js:1 f@/w/a.js:1 f@/w/a.js:1 = 3
        f@/w/a.js:1 g@/w/a.js:5 f@/w/a.js:1 = 2
        g@/w/a.js:5 f@/w/a.js:1 g@/w/a.js:5 = 1"]);
    assert_eq!(table(&recording), ["f a.js:1 5 6 5", "g a.js:5 1 3 1"]);
    assert_eq!(recording.profile.beneath_us, 6000);
}

#[test]
fn what_the_engine_does_for_a_function_is_the_functions() {
    let recording = recorded(&["
        f@/w/a.js:1 map = 2
        f@/w/a.js:1 map g@/w/a.js:3 RegExp:x = 3
        dep@/w/node_modules/d/d.js:1 sort = 4"]);
    assert_eq!(table(&recording), ["g a.js:3 3 3 3", "f a.js:1 2 5 2"]);
    assert_eq!(recording.profile.elsewhere.dependencies_us, 4000);
}

#[test]
fn our_own_runtime_and_waiting_are_nobodys() {
    let recording = recorded(&["
        f@/w/a.js:1 send@/w/node_modules/.selfopt/profile.cjs:9 write@node:fs:1 = 50
        f@/w/a.js:1 = 2
        (idle) = 10"]);
    assert_eq!(table(&recording), ["f a.js:1 2 2 2"]);
    assert_eq!(recording.profile.all_us, 2000);
    assert_eq!(recording.profile.samples, 2);
}

#[test]
fn functions_are_told_apart_by_file_and_name_and_unnamed_ones_by_line() {
    // The second process runs a transformed copy, whose lines are off by one.
    let recording = recorded(&[
        "get@/w/a.js:3 = 4
         get@/w/b.js:3 = 1
         @/w/a.js:7 = 2
         @/w/a.js:8 = 3
         Object.<anonymous>@/w/a.js:1 = 1",
        "get@file:///w/a.js?v=2:4 = 5",
    ]);
    assert_eq!(
        table(&recording),
        [
            "get a.js:4 9 9 9",
            "(anonymous) a.js:8 3 3 3",
            "(anonymous) a.js:7 2 2 2",
            "(module) a.js:1 1 1 1",
            "get b.js:3 1 1 1",
        ]
    );
    assert_eq!(recording.profile.functions[0].lines, [3, 4]);
    assert_eq!(recording.profile.processes, 2);
}

#[test]
fn what_was_built_is_its_sources_time() {
    let map = CollectedFile {
        path: "dist/cart.js.map".into(),
        // Line 2 of the build comes from line 5, line 3 from line 7.
        bytes: br#"{"sources":["../src/cart.ts"],"mappings":";AAIA;AAEA"}"#.to_vec(),
    };
    let mut merger = Merger::new().with_maps(SourceMaps::new(vec![map]));
    let stacks = "
        total@/w/dist/cart.js:2 = 4
        total@/w/dist/cart.js:2 @/w/dist/cart.js:3 = 2
        @/w/src/cart.ts:7 = 1
        other@/w/dist/other.js:2 = 1";
    merger.add(&slice(1, stacks)).unwrap();
    assert_eq!(
        table(&merger.finish()),
        [
            "total src/cart.ts:5 4 6 4",
            "(anonymous) src/cart.ts:7 3 3 3",
            "other dist/other.js:2 1 1 1",
        ]
    );
}

#[test]
fn shares_are_of_own_code_and_what_it_calls() {
    let recording = recorded(&["
        total@/w/src/cart.ts:1 = 3
        total@/w/src/cart.ts:1 dep@/w/node_modules/d/d.js:1 = 4
        #sum@/w/src/cart.ts:9 = 1
        @/w/test/cart.test.ts:2 = 2"]);
    let share = |name: &str| share_of(&recording.profile, "src/cart.ts", name);
    let total = share("Cart.prototype.total").expect("it was seen");
    assert_eq!(total, share("total").unwrap());
    assert!((total.self_share.0 - 0.5).abs() < 1e-9, "{total:?}");
    assert!((total.total_share.0 - 0.7).abs() < 1e-9, "{total:?}");
    assert_eq!(total.class, PathClass::Source);
    assert_eq!(share("Cart#sum").map(|share| share.self_us), Some(1000));
    assert_eq!(share("Cart.prototype.#sum").map(|share| share.self_us), Some(1000));
    assert_eq!(share("other"), None);
    assert_eq!(share(""), None);
    assert_eq!(share_of(&recording.profile, "cart.ts", "total"), None);
    assert_eq!(recording.profile.functions[1].class, PathClass::Test);
}

#[test]
fn the_order_of_slices_does_not_matter() {
    let slices: Vec<Vec<u8>> = [
        "f@/w/a.js:1 g@/w/b.js:2 = 3",
        "g@/w/b.js:2 = 3
         h@/w/c.js:2 f@/w/a.js:1 = 6",
        "f@/w/a.js:1 h@/w/c.js:2 = 3",
    ]
    .iter()
    .zip(1..)
    .map(|(stacks, pid)| slice(pid, stacks))
    .collect();
    let profile = |order: [usize; 3]| {
        let mut merger = Merger::new();
        for idx in order {
            merger.add(&slices[idx]).unwrap();
        }
        merger.finish().profile
    };
    let first = profile([0, 1, 2]);
    assert_eq!(first.all_us, 15_000);
    assert_eq!(first, profile([2, 0, 1]));
    assert_eq!(first, profile([1, 2, 0]));
}

#[test]
fn what_is_missing_is_counted() {
    let mut merger = Merger::new();
    merger.add_lost(br#"{"slices":2,"us":900,"stopped":true}"#);
    merger.add_lost(br#"{"slices":1,"us":18446744073709551615,"stopped":false}"#);
    merger.add_lost(b"?");
    assert!(merger.add(b"{").is_err());
    let lost = merger.finish().profile.lost;
    assert_eq!(lost, Lost { slices: 3, us: u64::MAX, stopped: 1, unreadable: 2 });
    assert!(!lost.is_nothing());
    assert!(recorded(&[]).profile.lost.is_nothing());
}
