export function* numberedLines(text, start = 1) {
  let from = 0;
  let number = start;
  while (from <= text.length) {
    let to = text.indexOf('\n', from);
    if (to === -1) to = text.length;
    yield { number: number++, text: text.slice(from, to) };
    from = to + 1;
  }
}

export function findLine(text, wanted) {
  for (const line of numberedLines(text)) {
    if (line.text.includes(wanted)) return line.number;
  }
  return -1;
}

export function withNumbers(text) {
  const lines = [...numberedLines(text)];
  const width = String(lines.length).length;
  return lines.map((line) => `${String(line.number).padStart(width)} ${line.text}`).join('\n');
}
