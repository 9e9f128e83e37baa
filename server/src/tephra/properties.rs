//! The format of `java.util.Properties`, as far as a reader needs it.
//!
//! Owns: comments, continued lines, separators and escapes, just as
//! `Properties.load` understands them. Never: knows a key.
//!
//! ```text
//!  natural lines ──► logical lines ──► raw key and value ──► unescaped
//!  (\n, \r, \r\n)    (a `\` at the     (= or : or white      (\t \n \f \r \uXXXX;
//!                     end goes on)      space between)         any other \x is x)
//! ```

/// One key with its value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Entry {
    /// Where it begins; the first line is 1.
    pub(super) line: usize,
    pub(super) key: String,
    pub(super) value: String,
}

/// A `\u` without four hexadecimal digits after it, or half of a surrogate pair; the entry that begins at this line.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct BadEscape {
    pub(super) line: usize,
}

/// What Java takes for white space here.
const WHITE: [char; 3] = [' ', '\t', '\u{c}'];

/// The entries of `text` in their order; a key may come more than once.
pub(super) fn entries(text: &str) -> impl Iterator<Item = Result<Entry, BadEscape>> {
    logical_lines(text).map(|(line, logical)| {
        let (key, value) = split(&logical);
        let unescaped = |raw| unescape(raw).ok_or(BadEscape { line });
        Ok(Entry { line, key: unescaped(key)?, value: unescaped(value)? })
    })
}

/// The natural lines of `text`.
pub(super) fn natural_lines(text: &str) -> impl Iterator<Item = &str> {
    // The half of `\r\n` that is left over would be an empty line of its own.
    text.split_inclusive('\n').flat_map(|line| {
        let line = line.strip_suffix('\n').unwrap_or(line);
        line.strip_suffix('\r').unwrap_or(line).split('\r')
    })
}

/// Comments and blank lines left out, continued lines made one, each with the number of its first natural line.
fn logical_lines(text: &str) -> impl Iterator<Item = (usize, String)> {
    let mut natural = (1..).zip(natural_lines(text));
    std::iter::from_fn(move || {
        loop {
            let (number, line) = natural.next()?;
            let mut rest = line.trim_start_matches(WHITE);
            // A `\` alone continues nothing: the next line begins anew, and may be a comment.
            if rest.starts_with(['#', '!']) || rest == "\\" {
                continue;
            }
            let mut logical = String::new();
            while let Some(continued) = continued(rest) {
                logical.push_str(continued);
                // It loses its indentation, and is no comment whatever it begins with.
                rest = natural.next().map_or("", |(_, line)| line.trim_start_matches(WHITE));
            }
            logical.push_str(rest);
            if !logical.is_empty() {
                return Some((number, logical));
            }
        }
    })
}

/// The line without the `\` that continues it, if one does: an even number of them are escaped ones.
fn continued(line: &str) -> Option<&str> {
    let backslashes = line.len() - line.trim_end_matches('\\').len();
    if backslashes % 2 == 1 { line.strip_suffix('\\') } else { None }
}

/// The raw key and the raw value: between them is one `=` or `:` with white space around it, or white space alone.
fn split(logical: &str) -> (&str, &str) {
    let mut is_escaped = false;
    let end = logical.find(|character: char| {
        let ends = !is_escaped && (WHITE.contains(&character) || matches!(character, '=' | ':'));
        is_escaped = character == '\\' && !is_escaped;
        ends
    });
    let (key, rest) = logical.split_at(end.unwrap_or(logical.len()));
    let rest = rest.trim_start_matches(WHITE);
    (key, rest.strip_prefix(['=', ':']).unwrap_or(rest).trim_start_matches(WHITE))
}

fn unescape(raw: &str) -> Option<String> {
    // Java's strings are UTF-16, and a character may be written as the two `\u` of its surrogates.
    let mut units = Vec::with_capacity(raw.len());
    let mut rest = raw.chars();
    while let Some(character) = rest.next() {
        let unescaped = match character {
            '\\' => match rest.next() {
                Some('u') => {
                    units.push(hexadecimal(&mut rest)?);
                    continue;
                }
                Some('t') => '\t',
                Some('n') => '\n',
                Some('f') => '\u{c}',
                Some('r') => '\r',
                Some(other) => other,
                None => break,
            },
            other => other,
        };
        units.extend_from_slice(unescaped.encode_utf16(&mut [0; 2]));
    }
    String::from_utf16(&units).ok()
}

fn hexadecimal(rest: &mut impl Iterator<Item = char>) -> Option<u16> {
    (0..4).try_fold(0, |unit, _| Some(unit << 4 | u16::try_from(rest.next()?.to_digit(16)?).ok()?))
}

#[cfg(test)]
mod tests {
    use staywire_protocol::Random;

    use super::*;

    fn read(text: &str) -> Vec<(usize, String, String)> {
        entries(text).map(Result::unwrap).map(|Entry { line, key, value }| (line, key, value)).collect()
    }

    #[test]
    fn entries_are_what_java_reads() {
        for (text, expected) in [
            ("", vec![]),
            ("\n \t\u{c}\n# a comment \\\n! another\nkey", vec![(5, "key", "")]),
            ("a=1\nb:2\rc 3\r\nd\t=\t4", vec![(1, "a", "1"), (2, "b", "2"), (3, "c", "3"), (4, "d", "4")]),
            ("key = = value ", vec![(1, "key", "= value ")]),
            (r"a\ b\=c\:d = e", vec![(1, "a b=c:d", "e")]),
            (r"path = c:\\temp\q\t\u5f20\u4e09\ud83d\ude00", vec![(1, "path", "c:\\tempq\t张三😀")]),
            ("list = a,\\\n\t # b,\\\r\n   c\nnext", vec![(1, "list", "a,# b,c"), (4, "next", "")]),
            ("even \\\\\nodd \\\\\\\n x", vec![(1, "even", "\\"), (2, "odd", "\\x")]),
            ("ends\\\n\n\\\n# a comment\nlast \\", vec![(1, "ends", ""), (5, "last", "")]),
            (":value without a key", vec![(1, "", "value without a key")]),
        ] {
            let expected: Vec<_> =
                expected.into_iter().map(|(line, key, value)| (line, key.into(), value.into())).collect();
            assert_eq!(read(text), expected, "{text:?}");
        }
    }

    #[test]
    fn an_escape_that_stands_for_no_character_is_refused() {
        for raw in [r"\u", r"\u12", r"\u12g4", r"\ud83d", r"\ude00\ud83d", r"\ud83dx"] {
            for text in [format!("\n{raw} = 1"), format!("\nkey = {raw}")] {
                assert_eq!(entries(&text).next(), Some(Err(BadEscape { line: 2 })), "{text:?}");
            }
        }
    }

    /// Any text, written in any of the ways in which it can be.
    #[test]
    fn what_was_written_is_read_back() {
        let mut random = Random::from_seed(1);
        for _ in 0..2_000 {
            let pairs: Vec<_> =
                (0..random.below(5)).map(|_| (draw(&mut random), draw(&mut random))).collect();
            let mut text = String::new();
            for (key, value) in &pairs {
                text.push_str(one_of(&mut random, &["", "  ", "# = \n", "!\r\n", "\r \t\n"]));
                write(&mut text, &format!("x{key}"), &mut random);
                text.push_str(one_of(&mut random, &["=", ":", " ", "\t=\u{c}", " : "]));
                write(&mut text, value, &mut random);
                text.push_str(one_of(&mut random, &["\n", "\r", "\r\n"]));
            }
            let read: Vec<_> = read(&text).into_iter().map(|(_, key, value)| (key, value)).collect();
            let written: Vec<_> = pairs.into_iter().map(|(key, value)| (format!("x{key}"), value)).collect();
            assert_eq!(read, written, "{text:?}");
        }
    }

    const CHARACTERS: [char; 16] =
        ['a', 'u', 'n', '0', ' ', '\t', '\u{c}', '\n', '\r', '\\', '=', ':', '#', '!', '张', '😀'];

    fn draw(random: &mut Random) -> String {
        (0..random.below(8)).map(|_| CHARACTERS[random.below(16) as usize]).collect()
    }

    fn one_of<'a>(random: &mut Random, choices: &[&'a str]) -> &'a str {
        choices[random.below(u32::try_from(choices.len()).unwrap()) as usize]
    }

    fn write(text: &mut String, content: &str, random: &mut Random) {
        for character in content.chars() {
            if random.below(8) == 0 {
                text.push_str(one_of(random, &["\\\n", "\\\r", "\\\r\n   "]));
            }
            let is_special = !matches!(character, 'a' | 'u' | 'n' | '0' | '张' | '😀');
            match (character, random.below(2)) {
                (other, 0) => {
                    other
                        .encode_utf16(&mut [0; 2])
                        .iter()
                        .for_each(|unit| text.push_str(&format!("\\u{unit:04x}")));
                }
                ('\n', _) => text.push_str("\\n"),
                ('\r', _) => text.push_str("\\r"),
                (other, _) if is_special => text.extend(['\\', other]),
                (other, _) => text.push(other),
            }
        }
    }
}
