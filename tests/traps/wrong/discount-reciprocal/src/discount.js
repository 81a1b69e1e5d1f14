'use strict';

// Percentages come as whole numbers, prices in cents.
function priceAfter(cents, percent) {
  if (!(percent >= 0 && percent <= 100)) throw new RangeError(`percent: ${percent}`);
  return cents * ((100 - percent) / 100);
}

function bestOffer(cents, offers) {
  let best = cents;
  for (const { percent, from = 0 } of offers) {
    if (cents >= from) best = Math.min(best, priceAfter(cents, percent));
  }
  return best;
}

function label(cents, offers) {
  const price = Math.round(bestOffer(cents, offers));
  return price === cents ? `${(cents / 100).toFixed(2)}` : `${(price / 100).toFixed(2)} instead of ${(cents / 100).toFixed(2)}`;
}

module.exports = { bestOffer, label, priceAfter };
