export function parseScores(text) {
  return text.split(';').map((entry) => {
    const [player, points] = entry.split('=');
    return { player: player.trim(), points: Number(points) };
  });
}

// Places with gaps: 1, 2, 2, 4.
export function rank(scores) {
  const sorted = [...scores].sort((a, b) => b.points - a.points);
  let place = 0;
  return sorted.map((score, index) => {
    if (index === 0 || score.points !== sorted[index - 1].points) place = index + 1;
    return { place, player: score.player, points: score.points };
  });
}

export function table(text) {
  return rank(parseScores(text)).map(({ place, player, points }) => `${place}. ${player} (${points})`);
}
