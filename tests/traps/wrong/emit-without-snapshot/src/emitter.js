'use strict';

// Listeners have names, so that plug-ins can be replaced and removed.
class Emitter {
  constructor() {
    this.listeners = new Map();
  }

  on(event, name, listener) {
    if (!this.listeners.has(event)) this.listeners.set(event, []);
    this.listeners.get(event).push({ name, listener });
    return this;
  }

  off(event, name) {
    const list = this.listeners.get(event) || [];
    const at = list.findIndex((entry) => entry.name === name);
    if (at >= 0) list.splice(at, 1);
    return this;
  }

  emit(event, ...values) {
    const list = this.listeners.get(event);
    if (!list) return 0;
    const current = [...list];
    for (const { listener } of current) listener.call(this, ...values);
    return current.length;
  }
}

module.exports = { Emitter };
