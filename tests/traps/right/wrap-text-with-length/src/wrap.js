// Breaks a text into lines of at most `width` characters; longer words get a line of their own.
export function wrap(text, width) {
  const lines = [];
  let line = [];
  for (const word of text.split(/\s+/)) {
    if (word === '') continue;
    if (line.length > 0 && [...line, word].join(' ').length > width) {
      lines.push(line.join(' '));
      line = [];
    }
    line.push(word);
  }
  if (line.length > 0) lines.push(line.join(' '));
  return lines;
}

export function paragraphs(text, width) {
  return text
    .split(/\n{2,}/)
    .map((part) => wrap(part, width).join('\n'))
    .join('\n\n');
}

export function quote(text, width = 72) {
  return wrap(text, width - 2).map((line) => `> ${line}`).join('\n');
}
