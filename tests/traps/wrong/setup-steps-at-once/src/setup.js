export function step(name, run) {
  return { name, run };
}

// Steps get the shared state and may add to it. The log says what each of them returned.
export async function runSteps(steps, state) {
  const log = [];
  for (const { name, run } of steps) {
    const result = await run(state);
    log.push(`${name}: ${result ?? 'done'}`);
  }
  return log;
}

export const standardSteps = [
  step('config', async (state) => {
    state.config = { retries: 3, ...state.overrides };
  }),
  step('routes', async (state) => {
    const names = state.routes ?? [];
    state.table = new Map(names.map((name, i) => [name, i]));
    return `${names.length} routes`;
  }),
  step('limits', async (state) => {
    state.limit = (state.config?.retries ?? 1) * 100;
    return `at most ${state.limit}`;
  }),
];
