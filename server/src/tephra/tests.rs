//! Settings as people have them, wrong ones, and anything at all.

use staywire_protocol::Random;

use super::*;

fn parse(text: &str) -> Result<usize, String> {
    let config = TephraConfig::parse(text.as_bytes(), Path::new("tephra.properties"));
    config.map(|config| config.max_sessions).map_err(|error| error.to_string())
}

#[test]
fn the_file_as_tephra_ships_it_leaves_the_default() {
    let shipped = "## 设置WebSocket最大连接客户端数，超过此设置将不再建立新的连接。\n\
                   #tephra.ctrl.http.web-socket.max = 64\n";
    assert_eq!(parse(shipped), Ok(64));
    assert_eq!(parse(""), Ok(64));
}

#[test]
fn a_setting_counts_however_it_is_written() {
    for text in [
        "tephra.ctrl.http.web-socket.max = 1000",
        "tephra.ctrl.http.web-socket.max=1000\r\n",
        "\u{feff}tephra.ctrl.http.web-socket.max:1000 ",
        "! another comment\r  tephra.ctrl.http.web-socket.max\t1000",
        "tephra.ctrl.http.\\\n    web-socket.max = 10\\\n    00",
        "tephra.ctrl.http.web\\u002dsocket.max = \\u0031000",
        "tephra.ctrl.http.web-socket.max = 64\ntephra.ctrl.http.web-socket.max = 1000",
        "tephra.ctrl.http.port = 8080\ntephra.ctrl.http.web-socket.max = 1000\nmax = many",
    ] {
        assert_eq!(parse(text), Ok(1000), "{text:?}");
    }
}

#[test]
fn an_unknown_key_names_file_line_and_what_there_is() {
    let error = parse("# limits\n\ntephra.ctrl.http.web-socket.maximum = 100\n").unwrap_err();
    let expected = "\
unknown setting `tephra.ctrl.http.web-socket.maximum`
 --> tephra.properties:3
  |
3 | tephra.ctrl.http.web-socket.maximum = 100
  |
  = expected: `tephra.ctrl.http.web-socket.max`";
    assert_eq!(error, expected);
}

#[test]
fn a_bad_value_names_file_line_and_what_is_expected() {
    for value in ["many", "", "0", "-1", "64.5", "2147483648", "99999999999999999999", "64 # sessions"] {
        let error = parse(&format!("\n{MAX} = {value}\n")).unwrap_err();
        let expected = format!(
            "\
`{MAX}` cannot be {value:?}
 --> tephra.properties:2
  |
2 | {MAX} = {value}
  |
  = expected: a whole number from 1 to 2147483647"
        );
        assert_eq!(error, expected);
    }
}

#[test]
fn what_no_such_file_has_names_its_line() {
    let error = parse("other = C:\\temp\\users\n").unwrap_err();
    assert!(error.starts_with("a `\\u` stands for no character\n --> tephra.properties:1\n"), "{error}");
    let error = TephraConfig::parse(b"a = 1\r\n\xb5\xc8 = 2", Path::new("x")).unwrap_err().to_string();
    assert!(error.contains("--> x:2\n") && error.contains("| \u{fffd}\u{fffd} = 2\n"), "{error}");
}

#[test]
fn a_file_that_is_not_there_is_named() {
    let error = TephraConfig::read("there/is/none.properties").unwrap_err();
    assert!(error.to_string().starts_with("there/is/none.properties cannot be read: "), "{error}");
    assert_eq!(format!("{error:?}"), error.to_string());
}

#[test]
fn no_bytes_at_all_make_it_panic() {
    // What has a meaning in the format, and pieces of what has one here.
    const PIECES: [&[u8]; 18] = [
        b"\\",
        b"\\u",
        b"\\ud83d",
        b"002d",
        b"\n",
        b"\r",
        b"\r\n",
        b"#",
        b"!",
        b"=",
        b":",
        b" ",
        b"\xff",
        b"\xef\xbb\xbf",
        b"6",
        "张".as_bytes(),
        PREFIX.as_bytes(),
        MAX.as_bytes(),
    ];
    let mut random = Random::from_seed(1);
    let (mut accepted, mut refused) = (0, 0);
    for _ in 0..50_000 {
        let count = random.below(12);
        let pieces = (0..count).map(|_| PIECES[random.below(18) as usize]);
        let bytes = pieces.collect::<Vec<_>>().concat();
        match TephraConfig::parse(&bytes, Path::new("x")) {
            Ok(config) => {
                accepted += 1;
                assert!((1..=MAX_SESSIONS_LIMIT).contains(&config.max_sessions));
            }
            Err(error) => {
                refused += 1;
                assert!(error.to_string().contains("x:"), "{error}");
            }
        }
    }
    assert!(accepted > 1_000 && refused > 1_000, "{accepted} accepted, {refused} refused");
}
