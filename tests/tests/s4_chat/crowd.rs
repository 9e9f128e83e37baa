//! Two hundred members who come and go as they like: in the end every page has the right list.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::time::Duration;

use futures_util::future::join_all;
use staywire_protocol::Random;
use staywire_tests::Browser;
use tokio::time::{sleep, timeout};

use crate::site::{enter_room, join_as_written, member, serve_chat, wait_until_listed};

const MEMBERS: u64 = 200;
/// After the last one has come or gone; the page as written parses all it shows anew for each line.
const SETTLED: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn two_hundred_members_joining_and_leaving_at_random_end_with_the_right_list_on_every_page() {
    let (as_written, ann, ben, address) =
        tokio::join!(Browser::start(), Browser::start(), Browser::start(), serve_chat());
    join_as_written(&as_written, address, "page").await;
    enter_room(&ann, address, "ann").await;
    enter_room(&ben, address, "ben").await;

    let lives = join_all((0..MEMBERS).map(|seed| tokio::spawn(live(address, seed)))).await;
    let staying: Vec<String> = lives.into_iter().filter_map(|life| life.expect("no life panics")).collect();
    println!("{} of {MEMBERS} members are there in the end", staying.len());
    let mut expected: BTreeSet<&str> = staying.iter().map(String::as_str).collect();
    expected.extend(["ann", "ben", "page"]);

    let listed: Vec<&str> = expected.iter().copied().collect();
    wait_until_listed(&ann, &listed, SETTLED).await;
    wait_until_listed(&ben, &listed, SETTLED).await;
    expected.retain(|nick| !["ann", "ben"].contains(nick));
    wait_until_told(&as_written, &expected).await;
}

/// Comes and goes a few times, with and without a word; returns the name of a member who stays.
async fn live(address: SocketAddr, seed: u64) -> Option<String> {
    let mut random = Random::from_seed(seed);
    // A name for each visit: what is told of one must not be taken for another's.
    let nick = |visit| format!("m{seed:03}.{visit}");
    let stays = random.below(2) == 0;
    // Those who go have more visits, so that many go after the last one came: a list with them is wrong.
    let visits = if stays { random.below(3) } else { 3 + random.below(3) };
    for visit in 0..visits {
        sleep(Duration::from_millis(random.below(300).into())).await;
        let mut client = member(address, &nick(visit)).await;
        if random.below(2) == 0 {
            client.send("hello").await;
        }
        let stay = Duration::from_millis(random.below(300).into());
        // Reads on: who does not is closed for it.
        let _ = timeout(stay, client.ignore_all()).await;
        if random.below(2) == 0 { client.close().await } else { client.cut() }
    }
    if !stays {
        return None;
    }
    let nick = nick(visits);
    let mut client = member(address, &nick).await;
    tokio::spawn(async move { client.ignore_all().await });
    Some(nick)
}

/// Waits until the page as written has told of exactly these as there: whoever joined, and did not go after it.
async fn wait_until_told(page: &Browser, members: &BTreeSet<&str>) {
    let expected = serde_json::to_string(members).expect("names are JSON");
    page.run(
        r"window.present = () => {
            const present = new Set();
            for (const line of document.querySelector('#messages').innerText.split('\n')) {
              const joined = /^System>(\S+) hasjoined\.$/.exec(line);
              const gone = /^System> ([^ ,]+),? has (bean )?disconnection\.$/.exec(line);
              if (joined) present.add(joined[1]);
              if (gone) present.delete(gone[1]);
            }
            return JSON.stringify([...present].filter((nick) => !['ann', 'ben'].includes(nick)).sort());
          }",
    )
    .await;
    page.wait_for(&format!("present() === '{expected}'"), SETTLED).await;
}
