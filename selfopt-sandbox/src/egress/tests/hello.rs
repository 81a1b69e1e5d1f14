//! The reader of ClientHello messages, on its own.

use std::ops::ControlFlow;

use proptest::prelude::*;

use super::fake::{extension, handshake, hello, records, server_name};
use crate::egress::hello::{HelloError, HelloReader};

/// What the reader says once it says something, if it does.
fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> Option<Result<String, HelloError>> {
    let mut reader = HelloReader::default();
    pieces.into_iter().find_map(|piece| match reader.push(piece) {
        ControlFlow::Continue(()) => None,
        ControlFlow::Break(said) => Some(said),
    })
}

fn with_extensions(extensions: &[Vec<u8>]) -> Option<Result<String, HelloError>> {
    read([records(&handshake(&extensions.concat()), 16_384).as_slice()])
}

#[test]
fn the_name_is_found() {
    assert_eq!(read([hello("npm.example").as_slice()]), Some(Ok("npm.example".to_owned())));
    assert_eq!(read([hello("NPM.Example").as_slice()]), Some(Ok("npm.example".to_owned())));
}

#[test]
fn what_is_no_hello_is_refused() {
    for (bytes, error) in [
        (&b"GET / HTTP/1.1\r\n\r\n"[..], HelloError::NotTls),
        (b"SSH-2.0-x\r\n", HelloError::NotTls),
        // SSL 2, an alert, application data.
        (&[0x80, 0x2e, 1, 3, 1], HelloError::NotTls),
        (&[21, 3, 1, 0, 2, 1, 0], HelloError::NotTls),
        (&[23, 3, 3, 0, 1, 0], HelloError::NotTls),
        (&[22, 2, 0], HelloError::NotTls),
        // An empty record, one that is too long, another handshake message.
        (&[22, 3, 1, 0, 0], HelloError::Malformed),
        (&[22, 3, 1, 0xff, 0xff], HelloError::Malformed),
        (&[22, 3, 1, 0, 4, 2, 0, 0, 0], HelloError::Malformed),
        (&[22, 3, 1, 0, 4, 1, 0xff, 0, 0], HelloError::TooLong),
        (&[22, 3, 1, 0, 4, 1, 0, 0, 0], HelloError::Malformed),
    ] {
        assert_eq!(read([bytes]), Some(Err(error)), "{bytes:?}");
    }
}

#[test]
fn names_that_could_be_read_in_two_ways_are_refused() {
    let (one, two) = (server_name(&["npm.example"]), server_name(&["npm.example", "evil.example"]));
    assert_eq!(with_extensions(&[one.clone(), one.clone()]), Some(Err(HelloError::Malformed)));
    assert_eq!(with_extensions(&[two]), Some(Err(HelloError::Malformed)));
    for kind in [0xfe0d, 0xffce] {
        let encrypted = extension(kind, &[0; 20]);
        assert_eq!(with_extensions(&[one.clone(), encrypted]), Some(Err(HelloError::Encrypted)));
    }
    assert_eq!(with_extensions(&[extension(23, &[])]), Some(Err(HelloError::NoName)));
}

#[test]
fn a_hello_has_an_end() {
    let padding = extension(21, &[0; 16_384]);
    let long = records(&handshake(&[server_name(&["npm.example"]), padding].concat()), 16_384);
    assert_eq!(read([long.as_slice()]), Some(Err(HelloError::TooLong)));
    let by_pieces = read(long.chunks(1000));
    assert_eq!(by_pieces, Some(Err(HelloError::TooLong)));
    // Records of one byte each are a hello of six times its size.
    let tiny =
        records(&handshake(&[server_name(&["a.example"]), extension(21, &[0; 4000])].concat()), 1);
    assert_eq!(read([tiny.as_slice()]), Some(Err(HelloError::TooLong)));
}

proptest! {
    #[test]
    fn splits_change_nothing(
        name in "[a-z][a-z0-9]{0,20}(\\.[a-z][a-z0-9]{0,10}){0,4}",
        record in 1_usize..400,
        cuts in proptest::collection::vec(1_usize..200, 0..20),
    ) {
        let bytes = records(&handshake(&[extension(23, &[]), server_name(&[&name])].concat()), record);
        let mut rest = bytes.as_slice();
        let mut pieces = Vec::new();
        for cut in cuts {
            let (piece, after) = rest.split_at(cut.min(rest.len()));
            pieces.push(piece);
            rest = after;
        }
        pieces.push(rest);
        prop_assert_eq!(read(pieces), Some(Ok(name)));
        // Every part of it but the whole says nothing.
        for end in 0..bytes.len() {
            prop_assert_eq!(read([&bytes[..end]]), None);
        }
    }

    #[test]
    fn arbitrary_bytes_do_no_harm(
        bytes in proptest::collection::vec(any::<u8>(), 0..600),
        at in 0_usize..120,
        change in any::<u8>(),
    ) {
        let _ = read([bytes.as_slice()]);
        let _ = read([&[&[22, 3, 1, 0x10, 0][..], &bytes].concat()[..]]);
        let mut near = hello("npm.example");
        let at = at % near.len();
        near[at] = change;
        // A name that is found stands in the bytes.
        if let Some(Ok(name)) = read([near.as_slice()]) {
            let text = String::from_utf8_lossy(&near).to_ascii_lowercase();
            prop_assert!(text.contains(&name), "{}", name);
        }
    }
}
