'use strict';

class Account {
  constructor(owner, entries = []) {
    this.owner = owner;
    this.entries = entries;
  }

  add(date, cents) {
    this.entries.push({ date, cents });
    return this;
  }

  // The balance at the end of a day, in cents. Entries are in no special order.
  balanceAt(date) {
    return this.entries
      .filter((entry) => new Date(entry.date).getTime() <= new Date(date).getTime())
      .map((entry) => entry.cents)
      .reduce((sum, cents) => sum + cents, 0);
  }

  months(year) {
    return Array.from({ length: 12 }, (_, month) => {
      const end = new Date(Date.UTC(year, month + 1, 0));
      return this.balanceAt(end.toISOString().slice(0, 10));
    });
  }
}

module.exports = { Account };
