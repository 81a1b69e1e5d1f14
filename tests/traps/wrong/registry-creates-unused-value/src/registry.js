// Shared instances by name: connections, loggers, counters.
export function obtain(instances, name, create) {
  if (!instances.has(name)) instances.set(name, create(name));
  return instances.get(name);
}

export class Metrics {
  constructor(prefix) {
    this.prefix = prefix;
    this.counters = new Map();
  }

  counter(name) {
    return obtain(this.counters, name, (id) => ({ id: `${this.prefix}.${id}`, value: 0 }));
  }

  add(name, amount = 1) {
    this.counter(name).value += amount;
    return this;
  }

  lines() {
    return [...this.counters.values()].map((counter) => `${counter.id} ${counter.value}`).sort();
  }
}
