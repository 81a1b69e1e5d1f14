'use strict';

async function runChecks(checks) {
  const names = Object.keys(checks);
  const outcomes = await Promise.allSettled(names.map((name) => checks[name]()));
  return names.map((name, i) => ({ name, ...outcomes[i] }));
}

function grade(results) {
  const failed = results.filter((result) => result.status === 'rejected');
  if (failed.length === 0) return 'healthy';
  return failed.length === results.length ? 'down' : 'degraded';
}

async function health(checks) {
  const results = await runChecks(checks);
  return {
    state: grade(results),
    failing: results.filter((result) => result.status === 'rejected').map((result) => result.name),
  };
}

module.exports = { grade, health, runChecks };
