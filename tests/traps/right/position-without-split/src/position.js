export function positionAt(text, offset) {
  const before = text.slice(0, Math.max(0, offset));
  const lines = before.split('\n');
  return { line: lines.length, column: lines[lines.length - 1].length + 1 };
}

export function formatError(text, offset, message) {
  const { line, column } = positionAt(text, offset);
  return `${line}:${column} ${message}`;
}

export function findAll(text, word) {
  const places = [];
  for (let at = text.indexOf(word); at !== -1; at = text.indexOf(word, at + word.length)) {
    places.push(positionAt(text, at));
  }
  return places;
}
