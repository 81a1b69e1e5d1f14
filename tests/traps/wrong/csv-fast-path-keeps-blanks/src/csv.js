export function parseLine(line, delimiter = ',') {
  const fields = [];
  let field = '';
  let quoted = false;
  let wasQuoted = false;
  const push = () => {
    fields.push(wasQuoted ? field : field.trim());
    field = '';
    wasQuoted = false;
  };
  for (let i = 0; i < line.length; i++) {
    const char = line[i];
    if (quoted && char === '"' && line[i + 1] === '"') field += line[++i];
    else if (char === '"') {
      quoted = !quoted;
      wasQuoted = true;
    } else if (char === delimiter && !quoted) push();
    else field += char;
  }
  push();
  return fields;
}

export function parse(text) {
  const [head, ...lines] = text.split('\n').filter((line) => line !== '');
  const names = parseLine(head);
  return lines.map((line) => Object.fromEntries(parseLine(line).map((value, i) => [names[i] ?? `column${i}`, value])));
}

export function total(text, column) {
  return parse(text).reduce((sum, row) => sum + Number(row[column]), 0);
}
