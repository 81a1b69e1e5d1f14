'use strict';

function parseRelease(line) {
  const [name, time, flag] = line.split(/\s+/);
  return { name, published: Date.parse(`${time}T00:00:00Z`), draft: flag === 'draft' };
}

// The release that was published last; drafts do not count.
function latest(releases) {
  return releases
    .filter((release) => !release.draft)
    .sort((a, b) => b.published - a.published)[0];
}

function perMajor(releases) {
  const majors = new Map();
  for (const release of releases) {
    const major = release.name.split('.')[0];
    if (!majors.has(major)) majors.set(major, []);
    majors.get(major).push(release);
  }
  return [...majors.values()].map((list) => latest(list)?.name ?? null);
}

module.exports = { latest, parseRelease, perMajor };
