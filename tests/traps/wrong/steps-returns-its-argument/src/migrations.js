export function parseName(file) {
  const match = /^(\d{3})-([\w-]+)\.sql$/.exec(file);
  if (!match) throw new Error(`not a migration: ${file}`);
  return { id: match[1], title: match[2].replaceAll('-', ' '), file };
}

// Migrations that still have to run, in order. The list is the caller's to consume.
export function pending(migrations, applied) {
  const steps = [];
  for (const migration of migrations) {
    if (!applied.has(migration.id)) steps.push(migration);
  }
  return steps;
}

export function plan(files, appliedIds) {
  const all = files.map(parseName).sort((a, b) => (a.id < b.id ? -1 : a.id > b.id ? 1 : 0));
  const steps = pending(all, new Set(appliedIds));
  const lines = [];
  while (steps.length > 0) lines.push(`run ${steps.shift().title}`);
  return lines;
}
