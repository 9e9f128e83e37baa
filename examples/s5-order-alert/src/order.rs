//! What is sold, and what an order of it is.
//!
//! Owns: prices; a shop's page says what and how many, never for how much.

use std::time::SystemTime;

use serde::{Deserialize, Serialize};

/// What the shop sells.
pub(crate) const PRODUCTS: [Product; 6] = [
    Product {
        id: "longjing",
        name: "Longjing",
        note: "Green, pan-fired in April",
        price: 38_00,
        colour: "#a9b665",
    },
    Product {
        id: "silver",
        name: "Silver Needle",
        note: "White, buds alone",
        price: 46_00,
        colour: "#d9c78d",
    },
    Product {
        id: "oolong",
        name: "Tieguanyin",
        note: "Oolong, half oxidised",
        price: 42_00,
        colour: "#c98f3c",
    },
    Product { id: "keemun", name: "Keemun", note: "Black, from Qimen", price: 29_00, colour: "#9c3f22" },
    Product {
        id: "puer",
        name: "Pu’er 2014",
        note: "Dark, ripened for years",
        price: 58_00,
        colour: "#4f2417",
    },
    Product {
        id: "jasmine",
        name: "Jasmine Pearls",
        note: "Scented seven nights",
        price: 35_00,
        colour: "#c5b24a",
    },
];

/// More of one product than anybody drinks.
const MAX_QUANTITY: u32 = 99;

#[derive(Clone, Copy, Debug, Serialize)]
pub(crate) struct Product {
    id: &'static str,
    name: &'static str,
    note: &'static str,
    /// In hundredths of a yuan.
    price: u32,
    /// Of the infusion, as CSS.
    colour: &'static str,
}

/// An order that was placed.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub(crate) struct Order {
    /// The first of a journal is 1, and there are no gaps.
    pub(crate) number: u64,
    /// Milliseconds since 1970.
    pub(crate) placed_at: u64,
    /// None where the shop says nothing but "order", as the seed's does.
    pub(crate) lines: Vec<Line>,
}

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub(crate) struct Line {
    name: String,
    quantity: u32,
    /// Of one, in hundredths of a yuan.
    price: u32,
}

/// What a shop's page asks for.
#[derive(Debug, Deserialize)]
pub(crate) struct Wish {
    product: String,
    quantity: u32,
}

/// Nothing that this shop sells.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum WishError {
    Nothing,
    UnknownProduct(String),
    Quantity(u32),
}

impl Order {
    pub(crate) fn new(number: u64, lines: Vec<Line>) -> Self {
        let now = SystemTime::UNIX_EPOCH.elapsed().unwrap_or_default();
        Self { number, placed_at: u64::try_from(now.as_millis()).unwrap_or(u64::MAX), lines }
    }
}

/// The lines of an order, at the shop's prices.
pub(crate) fn priced(wishes: &[Wish]) -> Result<Vec<Line>, WishError> {
    if wishes.is_empty() {
        return Err(WishError::Nothing);
    }
    wishes.iter().map(Wish::priced).collect()
}

impl Wish {
    fn priced(&self) -> Result<Line, WishError> {
        let product = PRODUCTS.iter().find(|product| product.id == self.product);
        let product = product.ok_or_else(|| WishError::UnknownProduct(self.product.clone()))?;
        if !(1..=MAX_QUANTITY).contains(&self.quantity) {
            return Err(WishError::Quantity(self.quantity));
        }
        Ok(Line { name: product.name.to_owned(), quantity: self.quantity, price: product.price })
    }
}

impl std::fmt::Display for WishError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Nothing => write!(f, "an order has at least one line"),
            Self::UnknownProduct(id) => write!(f, "{id:?} is not sold here"),
            Self::Quantity(quantity) => write!(f, "{quantity} is no quantity; 1 to {MAX_QUANTITY} is"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn wish(product: &str, quantity: u32) -> Vec<Wish> {
        vec![Wish { product: product.to_owned(), quantity }]
    }

    #[test]
    fn the_shop_and_not_the_page_says_what_a_line_costs() {
        let lines = priced(&wish("keemun", 3)).unwrap();
        assert_eq!(lines, [Line { name: "Keemun".to_owned(), quantity: 3, price: 29_00 }]);
    }

    #[test]
    fn what_is_not_sold_is_named() {
        assert_eq!(priced(&[]), Err(WishError::Nothing));
        assert_eq!(priced(&wish("coffee", 1)), Err(WishError::UnknownProduct("coffee".to_owned())));
        assert_eq!(priced(&wish("keemun", 0)), Err(WishError::Quantity(0)));
        assert_eq!(priced(&wish("keemun", 100)), Err(WishError::Quantity(100)));
    }
}
