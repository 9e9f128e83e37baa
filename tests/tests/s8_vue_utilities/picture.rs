//! The documentation's picture of the control room.

use staywire_tests::{Browser, picture};

use crate::site::{SOON, Site, raise_as};

/// Area, level, text and time, as the sensors told of them: not in their order.
const ALARMS: [(u32, &str, &str, &str); 7] = [
    (1, "warning", "Pressure 0.4 bar above its limit", "2026-03-01 13:02:41"),
    (3, "info", "Lorry 17 has left", "2026-03-01 12:58:05"),
    (2, "alarm", "Door open for two minutes", "2026-03-01 13:04:10"),
    (1, "info", "Valve 3 closed", "2026-03-01 13:03:02"),
    (2, "warning", "−14 °C, and rising", "2026-03-01 13:03:55"),
    (4, "info", "Wind at 6 m/s", "2026-03-01 12:45:00"),
    (2, "info", "Door closed", "2026-03-01 13:05:27"),
];

#[tokio::test]
async fn the_control_room_with_alarms_and_a_closed_area() {
    let site = Site::open().await;
    let page = Browser::start().await;
    page.goto(&site.url("/s8/room")).await;
    page.wait_for("document.querySelectorAll('[data-status=open]').length === 4", SOON).await;
    for (listed, (area, level, text, time)) in (1..).zip(ALARMS) {
        raise_as(&page, level, area, text, time, listed).await;
    }
    page.click("[data-area='4'] .deeds button").await;
    page.wait_for("document.querySelectorAll('[data-status=closed]').length === 1", SOON).await;
    page.wait_for("document.getAnimations().length === 0", SOON).await;
    picture(&page, "s8-control-room", 1200, 860).await;
}
