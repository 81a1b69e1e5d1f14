const UNITS = [
  ['year', 31536000],
  ['month', 2592000],
  ['week', 604800],
  ['day', 86400],
  ['hour', 3600],
  ['minute', 60],
];

export function describe(seconds) {
  for (const [unit, size] of UNITS) {
    const count = Math.floor(seconds / size);
    if (count >= 1) return `${count} ${unit}${count === 1 ? '' : 's'} ago`;
  }
  return 'just now';
}

export function relativeTime(timestamp) {
  return describe(Math.max(0, Date.now() - timestamp) / 1000);
}

export function renderComments(comments) {
  return comments.map((comment) => `${comment.author}, ${relativeTime(comment.at)}: ${comment.text}`);
}
