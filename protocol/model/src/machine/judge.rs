//! What an opening gets (PROTOCOL.md section 4).
//!
//! Owns: the decision, which changes nothing.

use super::{Born, CloseCode, FreshReason, Life, Opening, Session, SessionName, Token};
use crate::{Rule, Rules};

/// What an opening gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    /// A new session; one that nobody has heard of gives way to it.
    Make {
        /// What made the new one.
        born: Born,
        /// The one that gives way.
        instead_of: Option<SessionName>,
    },
    /// The answer that made this session, again.
    Again(SessionName),
    /// The session goes on.
    Resume(SessionName),
    /// The connection is closed.
    Refuse(CloseCode),
}

/// Judges `opening`, given the sessions that live or have ended a short while ago.
///
/// `restarted` says that this process knows that there were others.
#[must_use]
pub fn judge(sessions: &[Session], opening: Opening, restarted: bool, rules: Rules) -> Verdict {
    match opening {
        Opening::Hello { token, .. } => match made_with(sessions, token, rules) {
            Some(made) => judge_hello(made, opening, rules),
            None => Verdict::Make { born: Born::Hello, instead_of: None },
        },
        Opening::Resume { session, current, next, .. } => {
            let named = named(sessions, session, current, rules);
            let made = made_with(sessions, next, rules)
                .filter(|made| made.name != session && rules.has(Rule::LostFreshIsFoundByNext));
            match (made, named) {
                (Some(made), _) => judge_made(made, opening, rules),
                (None, Some(named)) => judge_named(named, opening, rules),
                (None, None) if restarted => fresh(FreshReason::Restarted),
                (None, None) => fresh(FreshReason::Unknown),
            }
        }
    }
}

/// An earlier `hello` has made a session with this token.
fn judge_hello(made: &Session, hello: Opening, rules: Rules) -> Verdict {
    if is_late(hello, made, rules) {
        Verdict::Refuse(CloseCode::TakenOver)
    } else if is_refused(made, rules) {
        Verdict::Refuse(CloseCode::Ended)
    } else if !made.is_live() || !rules.has(Rule::RepeatedHelloIsTheSame) {
        Verdict::Make { born: Born::Hello, instead_of: None }
    } else if made.has_heard {
        Verdict::Refuse(CloseCode::Violation)
    } else {
        again(made, hello, rules)
    }
}

/// An earlier `resume` was answered by `fresh`, and made a session with the token that this one calls next.
fn judge_made(made: &Session, resume: Opening, rules: Rules) -> Verdict {
    if is_late(resume, made, rules) {
        return Verdict::Refuse(CloseCode::TakenOver);
    }
    if is_refused(made, rules) {
        return Verdict::Refuse(CloseCode::Ended);
    }
    match (made.born, made.life) {
        (Born::Fresh(reason), Life::Expired | Life::Ended) => fresh(reason),
        (Born::Fresh(_), Life::Live) if !made.has_heard => again(made, resume, rules),
        _ => Verdict::Refuse(CloseCode::Violation),
    }
}

/// The session that `resume` names is known.
fn judge_named(named: &Session, resume: Opening, rules: Rules) -> Verdict {
    let Opening::Resume { current, inbox, .. } = resume else { return Verdict::Refuse(CloseCode::Violation) };
    if is_late(resume, named, rules) || !named.tokens.opens(current, rules) {
        Verdict::Refuse(CloseCode::TakenOver)
    } else if is_refused(named, rules) {
        Verdict::Refuse(CloseCode::Ended)
    } else if !named.is_live() {
        fresh(FreshReason::Expired)
    } else if is_foreign(named, resume, rules) {
        fresh(FreshReason::Identity)
    } else if inbox > named.inbox.last() {
        Verdict::Refuse(CloseCode::Violation)
    } else {
        Verdict::Resume(named.name)
    }
}

/// The same answer, unless it would give one user another's session.
fn again(made: &Session, opening: Opening, rules: Rules) -> Verdict {
    if is_foreign(made, opening, rules) {
        Verdict::Make { born: made.born, instead_of: Some(made.name) }
    } else {
        Verdict::Again(made.name)
    }
}

fn fresh(reason: FreshReason) -> Verdict {
    Verdict::Make { born: Born::Fresh(reason), instead_of: None }
}

fn is_late(opening: Opening, session: &Session, rules: Rules) -> bool {
    opening.attempt() <= session.attempt && rules.has(Rule::OnlyHigherAttemptsCount)
}

/// Whether the session was ended by one who meant it.
fn is_refused(session: &Session, rules: Rules) -> bool {
    session.life == Life::Ended && rules.has(Rule::EndedSessionIsRefused)
}

fn is_foreign(session: &Session, opening: Opening, rules: Rules) -> bool {
    opening.user() != session.user && rules.has(Rule::UserIsChecked)
}

fn named(sessions: &[Session], name: SessionName, current: Token, rules: Rules) -> Option<&Session> {
    remembered(sessions, rules).rfind(|session| {
        if rules.has(Rule::ResumeNamesItsSession) {
            session.name == name
        } else {
            session.tokens.opens(current, rules)
        }
    })
}

/// The last session that was made with `token`.
fn made_with(sessions: &[Session], token: Token, rules: Rules) -> Option<&Session> {
    remembered(sessions, rules).rfind(|session| session.tokens.is_first(token, rules))
}

fn remembered(sessions: &[Session], rules: Rules) -> impl DoubleEndedIterator<Item = &Session> {
    sessions.iter().filter(move |session| session.is_live() || rules.has(Rule::EndIsRemembered))
}
