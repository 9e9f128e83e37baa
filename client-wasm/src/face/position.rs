//! Positions as `js/face.js` writes them: `<epoch>-<offset>`.

use staywire_protocol::wire::{Epoch, StreamPosition};

pub(super) fn written(position: StreamPosition) -> String {
    format!("{}-{}", position.epoch.as_str(), position.offset)
}

pub(super) fn parsed(position: &str) -> Option<StreamPosition> {
    let (epoch, offset) = position.split_once('-')?;
    Some(StreamPosition { epoch: Epoch::new(epoch)?, offset: offset.parse().ok()? })
}
