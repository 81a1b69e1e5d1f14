export function editDistance(a, b) {
  const table = Array.from({ length: a.length + 1 }, (_, i) => Array.from({ length: b.length + 1 }, (__, j) => (i === 0 ? j : j === 0 ? i : 0)));
  for (let i = 1; i <= a.length; i++) {
    for (let j = 1; j <= b.length; j++) {
      const substitution = table[i - 1][j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1);
      table[i][j] = Math.min(table[i - 1][j] + 1, table[i][j - 1] + 1, substitution);
    }
  }
  return table[a.length][b.length];
}

export function suggest(word, dictionary, most = 2) {
  let best = null;
  let distance = most + 1;
  for (const candidate of dictionary) {
    if (Math.abs(candidate.length - word.length) > most) continue;
    const current = editDistance(word, candidate);
    if (current < distance) {
      best = candidate;
      distance = current;
    }
  }
  return best;
}
