'use strict';

function compareVersions(a, b) {
  const left = a.split('.').map(Number);
  const right = b.split('.').map(Number);
  for (let i = 0; i < Math.max(left.length, right.length); i++) {
    const difference = (left[i] || 0) - (right[i] || 0);
    if (difference !== 0) return difference < 0 ? -1 : 1;
  }
  return 0;
}

function sortVersions(versions) {
  return [...versions].sort(compareVersions);
}

function satisfies(version, from, below) {
  return compareVersions(version, from) >= 0 && compareVersions(version, below) < 0;
}

function matching(versions, from, below) {
  return versions.filter((version) => satisfies(version, from, below));
}

module.exports = { compareVersions, matching, satisfies, sortVersions };
