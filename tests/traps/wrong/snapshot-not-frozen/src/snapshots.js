export function snapshot(state) {
  return Object.freeze({ ...state, tags: Object.freeze([...(state.tags ?? [])]) });
}

export class History {
  constructor(limit = 100) {
    this.limit = limit;
    this.past = [];
  }

  push(state) {
    this.past.push(snapshot(state));
    if (this.past.length > this.limit) this.past.shift();
    return this.past.length;
  }

  undo() {
    return this.past.pop() ?? null;
  }
}

export function replay(states, limit) {
  const history = new History(limit);
  for (const state of states) history.push(state);
  return history.past.map((state) => state.tags.length);
}
