export function byDue(a, b) {
  return a.due < b.due ? -1 : a.due > b.due ? 1 : 0;
}

// The position at which a job belongs, behind those that are due at the same time.
export function position(jobs, job) {
  let at = jobs.length;
  while (at > 0 && byDue(jobs[at - 1], job) > 0) at--;
  return at;
}

export function schedule(jobs) {
  const queue = [];
  for (const job of jobs) queue.splice(position(queue, job), 0, job);
  return queue;
}

export function nextDue(jobs, now) {
  const open = schedule(jobs).filter((job) => job.due > now);
  return open.length === 0 ? null : open[0].name;
}
