const RADIANS = Math.PI / 180;

// Equirectangular projection, in pixels.
export function project(points, zoom) {
  return points.map((point) => ({ x: Math.round(point.lon * zoom * 10), y: Math.round(-point.lat * zoom * 10) }));
}

export function distance(a, b) {
  const x = (b.lon - a.lon) * RADIANS * Math.cos(((a.lat + b.lat) / 2) * RADIANS);
  const y = (b.lat - a.lat) * RADIANS;
  return Math.hypot(x, y) * 6371;
}

export function path(points, zoom) {
  return project(points, zoom).map(({ x, y }, i) => `${i === 0 ? 'M' : 'L'}${x} ${y}`).join('');
}
