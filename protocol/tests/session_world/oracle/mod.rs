//! What has to be true in the end, whatever happened.
//!
//! What can be seen when it happens (a state that is not the true one, an
//! offset that is not the next, a buffer past its bound) is found there, by
//! `page` and `cluster`. Here is what needs both sides.

mod inbox;
mod lane;

use staywire_protocol::wire::StreamPosition;

use super::cluster::Cluster;
use super::finding::{Finding, Findings, Promise};
use super::page::Page;

/// Every promise that was not kept, in words.
pub(super) fn findings(cluster: &Cluster, pages: &[Page]) -> Vec<Finding> {
    let mut all = cluster.given.findings.clone();
    lane::deliveries(&cluster.given, &mut all);
    let number_of = inbox::numbers(&cluster.given);
    for (number, page) in pages.iter().enumerate() {
        let mut own = page.told.findings.clone();
        lane::outcomes(&cluster.given, page, &mut own);
        inbox::received(cluster, &number_of, page, &mut own);
        streams(cluster, page, &mut own);
        if !page.is_settled() {
            own.add(
                Promise::NobodyStuck,
                format!("{:?} in calm weather, or not everything settled", page.status()),
            );
        }
        all.0.extend(
            own.0
                .into_iter()
                .map(|Finding { promise, what }| Finding { promise, what: format!("page {number}: {what}") }),
        );
    }
    inbox::requests(&cluster.given, pages, &mut all);
    all.0
}

/// Who is connected has read each stream to its end.
fn streams(cluster: &Cluster, page: &Page, findings: &mut Findings) {
    for life in cluster.streams() {
        let end = StreamPosition { epoch: life.epoch, offset: life.last };
        if !page.told.is_over() && !page.told.streams.have_read(&life.stream, end) {
            findings.add(Promise::NothingLost, format!("{:?} was not read up to {end:?}", life.stream));
        }
    }
}
