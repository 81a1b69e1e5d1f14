'use strict';

class Worker {
  constructor() {
    this.done = 0;
    this.failures = [];
  }

  async run(job) {
    try {
      this.done += 1;
      return await job.execute(this);
    } catch (error) {
      this.done -= 1;
      this.failures.push(`${job.name}: ${error.message}`);
      throw error;
    }
  }

  async runAll(jobs) {
    const results = [];
    for (const job of jobs) {
      try {
        results.push(await this.run(job));
      } catch {
        results.push(null);
      }
    }
    return results;
  }
}

module.exports = { Worker };
