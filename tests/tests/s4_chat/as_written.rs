//! The page as written: what it alerts and shows, word for word.

use staywire_tests::{Browser, BrowserKind};

use crate::site::{SOON, join_as_written, lines_until, say_as_written, serve_chat};

#[tokio::test]
async fn two_members_in_chromium_see_each_other_join_speak_and_leave() {
    two_members_see_each_other_join_speak_and_leave(BrowserKind::Chromium).await;
}

#[tokio::test]
async fn two_members_in_firefox_see_each_other_join_speak_and_leave() {
    two_members_see_each_other_join_speak_and_leave(BrowserKind::Firefox).await;
}

async fn two_members_see_each_other_join_speak_and_leave(kind: BrowserKind) {
    let (one, other, address) = tokio::join!(Browser::start_as(kind), Browser::start_as(kind), serve_chat());
    join_as_written(&one, address, "ann").await;
    lines_until(&one, "ann>ann : hello").await;
    join_as_written(&other, address, "张三").await;
    lines_until(&one, "张三>张三 : hello").await;
    say_as_written(&one, "吃了吗").await;
    lines_until(&other, "ann>吃了吗").await;
    say_as_written(&other, "1 < 2").await;
    assert_eq!(
        lines_until(&other, "张三>1 < 2").await,
        ["Connection established", "System>张三 hasjoined.", "张三>张三 : hello", "ann>吃了吗", "张三>1 < 2",]
    );

    // A page that is merely navigated away from may keep its connection: browsers keep it for their back button.
    other.run("location.reload()").await;
    assert_eq!(
        lines_until(&one, "System> 张三, has disconnection.").await,
        [
            "Connection established",
            "System>ann hasjoined.",
            "ann>ann : hello",
            "System>张三 hasjoined.",
            "张三>张三 : hello",
            "ann>吃了吗",
            "张三>1 < 2",
            // Two blanks were sent; HTML shows one.
            "System> 张三, has disconnection.",
        ]
    );
}

#[tokio::test]
async fn without_a_name_nobody_gets_in_and_the_page_alerts_what_it_knows_of_that() {
    let (browser, address) = tokio::join!(Browser::start(), serve_chat());
    browser.goto(&format!("http://{address}/")).await;
    browser.click("#start").await;
    assert_eq!(browser.accept_alert(SOON).await, "undefined");
}

/// The page does not encode the name, so its `/` ends it, and `%` begins an escape.
#[tokio::test]
async fn a_name_that_a_path_has_no_place_for_is_refused_and_its_escape_is_not() {
    let (browser, address) = tokio::join!(Browser::start(), serve_chat());
    for refused in ["a/b", "100%"] {
        browser.goto(&format!("http://{address}/")).await;
        browser.fill("#yourName", refused).await;
        browser.click("#start").await;
        assert_eq!(browser.accept_alert(SOON).await, "undefined", "{refused}");
    }
    join_as_written(&browser, address, "a%2Fb").await;
    assert_eq!(
        lines_until(&browser, "a/b>a%2Fb : hello").await,
        ["Connection established", "System>a/b hasjoined.", "a/b>a%2Fb : hello"]
    );
}
