//! Endpoint paths with parameters, and the decoding of what a client put there.

use std::fmt;

use percent_encoding::percent_decode_str;

/// A path such as `/ws/chat/{nickName}`; each parameter is a whole segment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct PathPattern {
    /// The pattern in axum's own syntax, which is the same.
    route: String,
    segments: Vec<Segment>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Segment {
    Literal(String),
    Param(String),
}

/// Why a path given to the builder is none.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathProblem {
    /// It does not begin with `/`.
    NoSlash,
    /// This segment has characters other than letters, digits and `-._~!$&'()+,;=@%`, or begins with `:`.
    BadSegment(String),
    /// A base path has this parameter.
    ParamInBase(String),
    /// This parameter's name is not letters, digits and `_`, or the braces are not around the whole segment.
    BadParam(String),
    /// Two parameters have this name.
    DuplicateParam(String),
}

/// Why a client's path could not be decoded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum ParamError {
    /// A `%` without two hexadecimal digits after it.
    MalformedEscape { param: String },
    /// The escapes do not make UTF-8.
    InvalidUtf8 { param: String },
}

impl PathPattern {
    pub(crate) fn parse(path: &str) -> Result<Self, PathProblem> {
        let rest = path.strip_prefix('/').ok_or(PathProblem::NoSlash)?;
        let segments = rest.split('/').map(Segment::parse).collect::<Result<Vec<_>, _>>()?;
        let params: Vec<&str> = segments.iter().filter_map(Segment::param).collect();
        for (index, param) in params.iter().enumerate() {
            if params[..index].contains(param) {
                return Err(PathProblem::DuplicateParam((*param).to_owned()));
            }
        }
        Ok(Self { route: path.to_owned(), segments })
    }

    /// Checks a base path: the same, without parameters. `/` and the empty path are no base at all.
    pub(crate) fn parse_base(path: &str) -> Result<String, PathProblem> {
        let base = path.trim_end_matches('/');
        if base.is_empty() {
            return Ok(String::new());
        }
        let pattern = Self::parse(base)?;
        match pattern.segments.iter().find_map(Segment::param) {
            Some(param) => Err(PathProblem::ParamInBase(param.to_owned())),
            None => Ok(pattern.route),
        }
    }

    pub(crate) fn route(&self) -> &str {
        &self.route
    }

    /// Whether some path would match both.
    pub(crate) fn is_ambiguous_with(&self, other: &Self) -> bool {
        let same = |(mine, theirs): (&Segment, &Segment)| match (mine, theirs) {
            (Segment::Literal(mine), Segment::Literal(theirs)) => mine == theirs,
            (Segment::Param(_), Segment::Param(_)) => true,
            // A literal wins over a parameter, which is no ambiguity.
            (Segment::Literal(_), Segment::Param(_)) | (Segment::Param(_), Segment::Literal(_)) => false,
        };
        self.segments.len() == other.segments.len() && self.segments.iter().zip(&other.segments).all(same)
    }

    /// Where [`decode`](Self::decode) puts the parameter `name`.
    pub(crate) fn param_index(&self, name: &str) -> Option<usize> {
        self.segments.iter().filter_map(Segment::param).position(|param| param == name)
    }

    /// The first parameter that is empty or left out in `path`, which is like this pattern otherwise.
    pub(crate) fn param_missing_in(&self, path: &str) -> Option<&str> {
        let mut raw: Vec<&str> = path.strip_prefix('/')?.split('/').collect();
        if raw.len() + 1 == self.segments.len() {
            raw.push("");
        }
        let is_like = |(segment, raw): (&Segment, &&str)| match segment {
            Segment::Literal(literal) => literal == raw,
            Segment::Param(_) => true,
        };
        if raw.len() != self.segments.len() || !self.segments.iter().zip(&raw).all(is_like) {
            return None;
        }
        self.segments.iter().zip(&raw).find_map(|(segment, raw)| segment.param().filter(|_| raw.is_empty()))
    }

    /// The decoded parameters of `path`, which axum has matched with this pattern.
    ///
    /// Segments are counted from the end: nested in a host's router, the path
    /// may begin with what is the host's. Decoding comes after the split, so that `a%2Fb` is one value, `a/b`.
    pub(crate) fn decode(&self, path: &str) -> Result<Box<[Box<str>]>, ParamError> {
        let mut values = Vec::new();
        for (segment, raw) in self.segments.iter().rev().zip(path.rsplit('/')) {
            if let Segment::Param(param) = segment {
                values.push(decode_param(param, raw)?);
            }
        }
        values.reverse();
        Ok(values.into())
    }
}

impl Segment {
    fn parse(text: &str) -> Result<Self, PathProblem> {
        if let Some(name) = text.strip_prefix('{').and_then(|text| text.strip_suffix('}')) {
            let is_name =
                !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_');
            return if is_name {
                Ok(Self::Param(name.to_owned()))
            } else {
                Err(PathProblem::BadParam(name.to_owned()))
            };
        }
        if text.contains(['{', '}']) {
            return Err(PathProblem::BadParam(text.to_owned()));
        }
        let is_literal = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~!$&'()+,;=@%:".contains(&byte);
        if text.starts_with(':') || !text.bytes().all(is_literal) {
            return Err(PathProblem::BadSegment(text.to_owned()));
        }
        Ok(Self::Literal(text.to_owned()))
    }

    fn param(&self) -> Option<&str> {
        match self {
            Self::Param(name) => Some(name),
            Self::Literal(_) => None,
        }
    }
}

fn decode_param(param: &str, raw: &str) -> Result<Box<str>, ParamError> {
    if has_malformed_escape(raw) {
        return Err(ParamError::MalformedEscape { param: param.to_owned() });
    }
    match percent_decode_str(raw).decode_utf8() {
        Ok(value) => Ok(value.into()),
        Err(_) => Err(ParamError::InvalidUtf8 { param: param.to_owned() }),
    }
}

fn has_malformed_escape(raw: &str) -> bool {
    let is_hex = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_hexdigit);
    let bytes = raw.as_bytes();
    (0..bytes.len()).any(|at| bytes[at] == b'%' && !(is_hex(bytes.get(at + 1)) && is_hex(bytes.get(at + 2))))
}

impl fmt::Display for PathProblem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::NoSlash => f.write_str("it does not begin with `/`"),
            Self::BadSegment(segment) => write!(
                f,
                "the segment {segment:?} has characters that a path must percent-encode, or begins with `:`"
            ),
            Self::ParamInBase(param) => {
                write!(f, "a base path has no parameters, and this one has {param:?}")
            }
            Self::BadParam(param) => write!(f, "{param:?} is no parameter: write a whole segment `{{name}}`"),
            Self::DuplicateParam(param) => write!(f, "the parameter {param:?} occurs twice"),
        }
    }
}

impl fmt::Display for ParamError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::MalformedEscape { param } => {
                write!(f, "the path's {param:?} has a `%` that is not followed by two hexadecimal digits")
            }
            Self::InvalidUtf8 { param } => {
                write!(f, "the path's {param:?} is not UTF-8 when percent-decoded")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decode(pattern: &str, path: &str) -> Result<Vec<String>, ParamError> {
        let values = PathPattern::parse(pattern).unwrap().decode(path)?;
        Ok(values.iter().map(ToString::to_string).collect())
    }

    #[test]
    fn parameters_are_percent_decoded_after_the_split() {
        for (raw, decoded) in [
            ("%E5%BC%A0%E4%B8%89", "张三"),
            ("a%2Fb", "a/b"),
            ("ID=888", "ID=888"),
            ("a+b", "a+b"),
            ("100%25", "100%"),
        ] {
            assert_eq!(
                decode("/1901/ws/chat/{nickName}", &format!("/1901/ws/chat/{raw}")),
                Ok(vec![decoded.into()])
            );
        }
    }

    #[test]
    fn several_parameters_keep_their_places() {
        let pattern = PathPattern::parse("/{room}/of/{user}").unwrap();
        assert_eq!(&*pattern.decode("/tea/of/ann").unwrap(), ["tea".into(), "ann".into()]);
        assert_eq!((pattern.param_index("room"), pattern.param_index("user")), (Some(0), Some(1)));
        assert_eq!(pattern.param_index("none"), None);
    }

    #[test]
    fn a_host_may_have_nested_the_path() {
        assert_eq!(decode("/chat/{name}", "/api/v1/chat/ann"), Ok(vec!["ann".into()]));
    }

    #[test]
    fn malformed_escapes_are_refused() {
        for raw in ["%", "%4", "%zz", "a%2", "%E5%"] {
            let error = decode("/{name}", &format!("/{raw}")).unwrap_err();
            assert_eq!(error, ParamError::MalformedEscape { param: "name".into() }, "{raw}");
        }
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert_eq!(decode("/{name}", "/%FF"), Err(ParamError::InvalidUtf8 { param: "name".into() }));
    }

    #[test]
    fn paths_that_cannot_work_are_named() {
        for (path, problem) in [
            ("ws", PathProblem::NoSlash),
            ("/a b", PathProblem::BadSegment("a b".into())),
            ("/聊天", PathProblem::BadSegment("聊天".into())),
            ("/:name", PathProblem::BadSegment(":name".into())),
            ("/*", PathProblem::BadSegment("*".into())),
            ("/{}", PathProblem::BadParam(String::new())),
            ("/{*rest}", PathProblem::BadParam("*rest".into())),
            ("/a{b}", PathProblem::BadParam("a{b}".into())),
            ("/{a}/{a}", PathProblem::DuplicateParam("a".into())),
        ] {
            assert_eq!(PathPattern::parse(path), Err(problem), "{path}");
        }
    }

    #[test]
    fn a_path_that_forgets_a_parameter_is_like_its_pattern() {
        let pattern = PathPattern::parse("/ws/{room}/{nickName}").unwrap();
        for (path, missing) in [
            ("/ws/7/", Some("nickName")),
            ("/ws/7", Some("nickName")),
            ("/ws//ann", Some("room")),
            ("/ws//", Some("room")),
            ("/ws/7/ann", None),
            ("/ws", None),
            ("/other/7/", None),
            ("/1901/ws/7/", None),
        ] {
            assert_eq!(pattern.param_missing_in(path), missing, "{path}");
        }
    }

    #[test]
    fn paths_are_ambiguous_when_only_parameter_names_differ() {
        let parse = |path| PathPattern::parse(path).unwrap();
        assert!(parse("/a/{b}").is_ambiguous_with(&parse("/a/{c}")));
        assert!(!parse("/a/{b}").is_ambiguous_with(&parse("/a/b")));
        assert!(!parse("/a").is_ambiguous_with(&parse("/a/")));
    }

    #[test]
    fn a_base_path_has_no_parameters() {
        assert_eq!(PathPattern::parse_base("/1901"), Ok("/1901".into()));
        assert_eq!(PathPattern::parse_base("/"), Ok(String::new()));
        assert_eq!(PathPattern::parse_base("/{a}"), Err(PathProblem::ParamInBase("a".into())));
    }
}
