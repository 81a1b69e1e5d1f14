const DEFAULTS = { requests: 100, storage: 5000, seats: 3 };

export function limitsFor(teams, name) {
  const limits = teams.get(name)?.limits ?? { ...DEFAULTS, seats: name.length > 20 ? 1 : DEFAULTS.seats };
  return limits;
}

export function usage(teams, name, used) {
  const limits = limitsFor(teams, name);
  const shares = {};
  for (const [key, limit] of Object.entries(limits)) shares[key] = Math.min(1, (used[key] ?? 0) / limit);
  return shares;
}

export function overLimit(teams, usages) {
  return [...teams.keys()].filter((name) => Object.values(usage(teams, name, usages[name] ?? {})).some((share) => share >= 1));
}
