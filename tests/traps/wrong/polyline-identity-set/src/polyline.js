export function parsePoints(text) {
  return text.trim().split(/\s+/).filter(Boolean).map((pair) => {
    const [x, y] = pair.split(',').map(Number);
    return { x, y };
  });
}

export function withoutDuplicates(points) {
  const kept = [];
  for (const point of points) {
    if (!kept.some((other) => other.x === point.x && other.y === point.y)) kept.push(point);
  }
  return kept;
}

export function bounds(points) {
  const unique = withoutDuplicates(points);
  let box = null;
  for (const { x, y } of unique) {
    box ||= { left: x, top: y, right: x, bottom: y };
    box.left = Math.min(box.left, x);
    box.top = Math.min(box.top, y);
    box.right = Math.max(box.right, x);
    box.bottom = Math.max(box.bottom, y);
  }
  return box;
}
