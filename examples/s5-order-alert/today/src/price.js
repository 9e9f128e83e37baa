const YUAN = new Intl.NumberFormat("en", { style: "currency", currency: "CNY", currencyDisplay: "narrowSymbol" });

/** `price`, in hundredths of a yuan, as people write it. */
export const priceText = (price) => YUAN.format(price / 100);

/** What all lines cost together. */
export const total = (lines) => lines.reduce((sum, { price, quantity }) => sum + price * quantity, 0);
