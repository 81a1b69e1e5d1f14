//! Files that are no packs, or want what packs do not get.

use selfopt::packs::{PackError, inspect};

use crate::{CORE, host, pack};

fn component(text: &str) -> Vec<u8> {
    wat::parse_str(text).expect("the text is a component")
}

/// A component that exports an interface of this version, empty.
fn speaking(version: &str) -> Vec<u8> {
    component(&format!(
        r#"(component
             (component $empty)
             (instance $guest (instantiate $empty))
             (export "selfopt:rules/guest@{version}" (instance $guest)))"#
    ))
}

#[test]
fn too_new_and_too_old_are_two_errors() {
    for version in ["0.1.1", "0.2.0", "1.0.0"] {
        let error = host().load(&speaking(version)).unwrap_err();
        assert!(matches!(error, PackError::TooNew { .. }), "{version}: {error}");
        assert!(error.to_string().contains(version) && error.hint().contains("upgrade selfopt"));
    }
    for version in ["0.0.1", "0.0.9"] {
        let error = host().load(&speaking(version)).unwrap_err();
        assert!(matches!(error, PackError::TooOld { .. }), "{version}: {error}");
        assert!(error.hint().contains("newer version of the pack"), "{}", error.hint());
    }
}

#[test]
fn an_interface_in_name_alone_is_none() {
    assert!(matches!(host().load(&speaking("0.1.0")), Err(PackError::NotAPack)));
    let other = component("(component)");
    assert!(matches!(host().load(&other), Err(PackError::NotAPack)));
}

#[test]
fn wasi_is_refused_by_name() {
    let wasi = component(
        r#"(component
             (import "wasi:filesystem/types@0.2.0" (instance))
             (component $empty)
             (instance $guest (instantiate $empty))
             (export "selfopt:rules/guest@0.1.0" (instance $guest)))"#,
    );
    let error = host().load(&wasi).unwrap_err();
    assert!(error.to_string().contains("wasi:filesystem/types@0.2.0"), "{error}");
    assert!(error.hint().contains("not for WASI"), "{}", error.hint());
}

#[test]
fn a_core_module_is_named_as_one() {
    let error = host().load(&component("(module)")).unwrap_err();
    assert!(error.to_string().contains("it is a core module"), "{error}");
}

#[test]
fn more_memory_than_there_is_is_refused_before_it_runs() {
    let huge = component(
        r#"(component
             (core module $m (memory 60000))
             (core instance $i (instantiate $m))
             (component $empty)
             (instance $guest (instantiate $empty))
             (export "selfopt:rules/guest@0.1.0" (instance $guest)))"#,
    );
    assert!(host().load(&huge).is_err());
}

#[test]
fn a_start_function_that_does_not_end_is_ended() {
    let endless = component(
        r#"(component
             (core module $m (func $f (loop br 0)) (start $f))
             (core instance $i (instantiate $m))
             (component $empty)
             (instance $guest (instantiate $empty))
             (export "selfopt:rules/guest@0.1.0" (instance $guest)))"#,
    );
    assert!(host().load(&endless).is_err());
}

#[test]
fn a_pack_that_was_cut_off_is_refused() {
    let whole = pack(CORE);
    for end in [0, 1, 4, 8, 9, 100, whole.len() / 2, whole.len() - 1] {
        assert!(host().load(&whole[..end]).is_err(), "{end} bytes");
    }
}

#[test]
fn changed_bytes_are_refused_or_run_within_their_limits() {
    let whole = pack(CORE);
    // A fixed sequence of places, most of them in the outer sections.
    let mut state = 0x5e1f_0971_u64;
    for _ in 0..300 {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        let mut bytes = whole[..whole.len().min(60_000)].to_vec();
        let at = usize::try_from(state >> 33).expect("fits") % bytes.len();
        bytes[at] ^= 1 << (state % 8);
        // Cut off, so that whatever is changed there is no pack in it; reading it must not panic.
        assert!(inspect(&bytes).is_err());
        assert!(host().load(&bytes).is_err());
    }
}

#[test]
fn random_bytes_are_refused() {
    let mut state = 1_u64;
    for len in 0..300 {
        let mut bytes = b"\0asm\x0d\0\x01\0".to_vec();
        for _ in 0..len {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            bytes.push(u8::try_from(state >> 56).expect("fits"));
        }
        assert!(host().load(&bytes).is_err());
    }
}
