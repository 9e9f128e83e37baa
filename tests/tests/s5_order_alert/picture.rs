//! The documentation's pictures of the shop and of its back office.

use staywire_tests::{Browser, picture};

use crate::once::dialog_lists;
use crate::site::{SOON, Site};

/// What the customers before this one bought.
const BASKETS: [&[&str]; 5] = [
    &["keemun", "keemun", "oolong"],
    &["longjing"],
    &["jasmine", "silver", "silver"],
    &["puer"],
    &["oolong", "jasmine", "jasmine"],
];

/// How many of them were accepted at once.
const ACCEPTED: u64 = 2;

#[tokio::test]
async fn the_shop_with_a_basket_and_the_back_office_with_its_dialog() {
    let site = Site::open().await;
    let (shop, office) = tokio::join!(Browser::start(), Browser::start());
    shop.goto(&format!("{}/s5/shop", site.origin())).await;
    shop.wait_for("document.querySelector('.tea')", SOON).await;
    office.goto(&format!("{}/s5/office", site.origin())).await;
    for (number, basket) in (1..).zip(BASKETS) {
        fill(&shop, basket).await;
        shop.click("#checkout").await;
        let placed = format!("document.querySelector('.placed b')?.textContent === 'No. {number}'");
        shop.wait_for(&placed, SOON).await;
        if number == ACCEPTED {
            dialog_lists(&office, 1..=ACCEPTED).await;
            office.click("#accept").await;
        }
    }
    fill(&shop, &["longjing", "puer", "puer"]).await;
    shop.run("scrollTo(0, 0)").await;
    picture(&shop, "s5-shop", 1280, 1000).await;

    dialog_lists(&office, ACCEPTED + 1..=5).await;
    // A dialog that rises, and orders that just came, are not what people look at for long.
    office.wait_for("document.getAnimations().length === 0", SOON).await;
    picture(&office, "s5-order-alert", 1280, 860).await;
}

async fn fill(shop: &Browser, basket: &[&str]) {
    for product in basket {
        shop.click(&format!("[data-product={product}] button")).await;
    }
}
