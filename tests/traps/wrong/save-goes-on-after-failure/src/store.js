'use strict';

class Store {
  constructor(locked = []) {
    this.locked = new Set(locked);
    this.records = new Map();
    this.writes = 0;
  }

  async save(record) {
    if (this.locked.has(record.id)) throw new Error(`record ${record.id} is locked`);
    await null;
    this.records.set(record.id, record);
    this.writes += 1;
    return record.id;
  }
}

// Saves in order and stops at the first failure: what follows was not confirmed by the user.
async function saveAll(store, records) {
  const ids = [];
  for (const record of records) ids.push(await store.save({ ...record }));
  return ids;
}

async function importBatch(store, records) {
  try {
    return { ok: true, saved: (await saveAll(store, records)).length };
  } catch (error) {
    return { ok: false, message: error.message };
  }
}

module.exports = { Store, importBatch, saveAll };
