//! What everybody in the room is told, in the words of each page.

use serde_json::{Value, json};

/// Something that a member did, or that happened to them.
#[derive(Clone, Copy)]
pub(crate) enum Announcement<'a> {
    Joined,
    Said(&'a str),
    Left,
    /// Their connection broke and did not come back.
    Lost,
}

impl Announcement<'_> {
    /// As the seed's code puts it, to the letter.
    pub(crate) fn as_written(self, nick: &str) -> String {
        match self {
            Self::Joined => format!("System>{nick} hasjoined."),
            Self::Said(text) => format!("{nick}>{text}"),
            Self::Left => format!("System> {nick},  has disconnection."),
            Self::Lost => format!("System> {nick}  has bean disconnection."),
        }
    }

    /// As the room of today reads it.
    pub(crate) fn json(self, nick: &str) -> Value {
        match self {
            Self::Joined => json!({ "event": "joined", "nick": nick }),
            Self::Said(text) => json!({ "event": "said", "nick": nick, "text": text }),
            Self::Left => json!({ "event": "left", "nick": nick }),
            Self::Lost => json!({ "event": "lost", "nick": nick }),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_words_for_the_page_as_written_are_the_seeds() {
        for (announcement, words) in [
            (Announcement::Joined, "System>张三 hasjoined."),
            (Announcement::Said("a>b"), "张三>a>b"),
            (Announcement::Left, "System> 张三,  has disconnection."),
            (Announcement::Lost, "System> 张三  has bean disconnection."),
        ] {
            assert_eq!(announcement.as_written("张三"), words);
        }
    }
}
