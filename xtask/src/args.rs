//! What the command line asks for.
//!
//! Owns: the verbs, their flags and the help text. Never: acts on them.

use std::fmt;

/// Shown for `--help` and below every usage error.
pub(crate) const HELP: &str = "\
Usage: cargo xtask <verb> [--verbose]

Verbs:
  demo [--port N]  set everything up and serve the gallery (default port 8080)
  test             set everything up and run every test, real browsers included
  check            formatting, lints, dependency arrows, types, tidiness
  chaos [--seconds N] [--seed N] [--kill] [--sabotage NAME]
                   break wires and restart servers under real clients (default 60 s), and count
                   every message; fails if one is lost in silence, and with --sabotage it has to
  simulate [--lives N] [--seed S] [--sabotage RULE]
                   live N lives of servers and clients on a virtual network (default 50000), and count
                   every broken promise; fails if there is one, and with --sabotage it has to
  e2e [--pictures]
                   only the tests that drive a real browser against a real server, a row for each
                   of S1 to S9; with --pictures they also renew the documentation's
  webkit           only the tests that are made for WebKitGTK, which `test` leaves out: not every system has it
  bench-client     what messages cost a page, beside a native socket and other clients; the figures are
                   printed with the machine's load and judged by nobody
  wasm             build the client to WebAssembly and the npm package around it
  size [--json]    bytes of the npm package: raw, gzip, brotli, and where they are; fails past the budget

Flags:
  -v, --verbose    show the output of steps that succeed, too
  -h, --help       show this text";

const DEFAULT_PORT: u16 = 8080;

/// One run of `cargo xtask`.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Request {
    pub(crate) verb: Verb,
    /// Streams the output of every step instead of hiding it until a failure.
    pub(crate) verbose: bool,
}

/// What to do, with the flags that only this verb takes.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Verb {
    Help,
    Demo {
        port: u16,
    },
    Test,
    Check,
    Chaos {
        /// Flags and values for the run, which reads them itself.
        options: Vec<String>,
    },
    Simulate {
        /// Flags and values for the run, which reads them itself.
        options: Vec<String>,
    },
    BenchClient,
    E2e {
        /// Whether to renew the documentation's.
        pictures: bool,
    },
    Webkit,
    Wasm,
    Size {
        json: bool,
    },
}

/// A command line that asks for nothing this program does.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum UsageError {
    MissingVerb,
    UnknownVerb(String),
    UnknownArgument { verb: String, argument: String },
    BadPort(Option<String>),
}

impl fmt::Display for UsageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MissingVerb => f.write_str("a verb is missing"),
            Self::UnknownVerb(verb) => write!(f, "there is no verb `{verb}`"),
            Self::UnknownArgument { verb, argument } => {
                write!(f, "`{verb}` does not take `{argument}`")
            }
            Self::BadPort(Some(text)) => {
                write!(f, "`--port {text}` is not a port: give a number from 0 to 65535")
            }
            Self::BadPort(None) => f.write_str("`--port` needs a number, as in `--port 8081`"),
        }
    }
}

impl std::error::Error for UsageError {}

/// Reads the arguments that follow the program's name.
///
/// # Errors
///
/// Any [`UsageError`]; nothing is guessed and nothing is ignored.
pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Request, UsageError> {
    let mut args = args.into_iter();
    let name = args.next().ok_or(UsageError::MissingVerb)?;
    let mut verb = match name.as_str() {
        "-h" | "--help" | "help" => Verb::Help,
        "demo" => Verb::Demo { port: DEFAULT_PORT },
        "test" => Verb::Test,
        "check" => Verb::Check,
        "chaos" => Verb::Chaos { options: Vec::new() },
        "simulate" => Verb::Simulate { options: Vec::new() },
        "bench-client" => Verb::BenchClient,
        "e2e" => Verb::E2e { pictures: false },
        "webkit" => Verb::Webkit,
        "wasm" => Verb::Wasm,
        "size" => Verb::Size { json: false },
        _ => return Err(UsageError::UnknownVerb(name)),
    };
    let mut verbose = false;
    while let Some(argument) = args.next() {
        let (flag, value) = match argument.split_once('=') {
            Some((flag, value)) => (flag, Some(value.to_owned())),
            None => (argument.as_str(), None),
        };
        match (flag, &mut verb) {
            ("-h" | "--help", _) => verb = Verb::Help,
            ("-v" | "--verbose", _) => verbose = true,
            ("--json", Verb::Size { json }) => *json = true,
            ("--pictures", Verb::E2e { pictures }) => *pictures = true,
            ("--kill", Verb::Chaos { options }) => options.push(argument),
            ("--seconds" | "--seed" | "--sabotage", Verb::Chaos { options })
            | ("--lives" | "--seed" | "--sabotage", Verb::Simulate { options }) => {
                options.push(flag.to_owned());
                options.extend(value.or_else(|| args.next()));
            }
            ("--port", Verb::Demo { port }) => *port = parse_port(value.or_else(|| args.next()))?,
            _ => {
                return Err(UsageError::UnknownArgument { verb: name, argument });
            }
        }
    }
    Ok(Request { verb, verbose })
}

fn parse_port(text: Option<String>) -> Result<u16, UsageError> {
    match text.as_deref().map(str::parse) {
        Some(Ok(port)) => Ok(port),
        _ => Err(UsageError::BadPort(text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse_line(line: &str) -> Result<Request, UsageError> {
        parse(line.split_whitespace().map(str::to_owned))
    }

    fn verb(line: &str) -> Verb {
        parse_line(line).unwrap().verb
    }

    #[test]
    fn every_verb_of_the_help_text_is_read() {
        let verbs = HELP.split("Verbs:").nth(1).unwrap().split("Flags:").next().unwrap();
        // A description that goes on is indented further.
        for line in verbs.lines().filter(|line| line.starts_with("  ") && !line.starts_with("   ")) {
            assert!(parse_line(line.split_whitespace().next().unwrap()).is_ok(), "{line}");
        }
    }

    #[test]
    fn demo_takes_a_port_in_both_spellings() {
        assert_eq!(verb("demo"), Verb::Demo { port: 8080 });
        assert_eq!(verb("demo --port 9000"), Verb::Demo { port: 9000 });
        assert_eq!(verb("demo --port=0"), Verb::Demo { port: 0 });
    }

    #[test]
    fn a_port_that_is_none_is_named() {
        assert_eq!(parse_line("demo --port"), Err(UsageError::BadPort(None)));
        assert_eq!(parse_line("demo --port 70000"), Err(UsageError::BadPort(Some("70000".into()))));
    }

    #[test]
    fn a_flag_belongs_to_its_verb() {
        assert_eq!(verb("size --json"), Verb::Size { json: true });
        let refused = UsageError::UnknownArgument { verb: "test".into(), argument: "--json".into() };
        assert_eq!(parse_line("test --json"), Err(refused));
    }

    #[test]
    fn chaos_hands_its_flags_on_in_one_spelling() {
        let options = ["--seconds", "300", "--kill", "--seed", "7"].map(str::to_owned).into();
        assert_eq!(verb("chaos --seconds 300 --kill --verbose --seed=7"), Verb::Chaos { options });
    }

    #[test]
    fn verbose_and_help_go_with_any_verb() {
        assert!(parse_line("wasm --verbose").unwrap().verbose);
        assert_eq!(verb("size --help"), Verb::Help);
        assert_eq!(verb("--help"), Verb::Help);
    }

    #[test]
    fn an_unknown_or_missing_verb_is_refused() {
        assert_eq!(parse_line("dance"), Err(UsageError::UnknownVerb("dance".into())));
        assert_eq!(parse_line(""), Err(UsageError::MissingVerb));
    }
}
