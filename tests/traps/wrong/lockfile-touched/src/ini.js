export function parseIni(text) {
  let section = {};
  const result = { '': section };
  for (const line of text.split('\n').map((entry) => entry.trim()).filter((entry) => entry !== '' && entry[0] !== ';')) {
    const head = /^\[(.+)\]$/.exec(line);
    if (head) {
      section = result[head[1]] ??= {};
      continue;
    }
    const at = line.indexOf('=');
    if (at > 0) section[line.slice(0, at).trim()] = line.slice(at + 1).trim();
  }
  return result;
}

export function stringifyIni(sections) {
  return Object.entries(sections)
    .map(([name, values]) => {
      const lines = Object.entries(values).map(([key, value]) => `${key}=${value}`);
      return name === '' ? lines.join('\n') : [`[${name}]`, ...lines].join('\n');
    })
    .filter(Boolean)
    .join('\n');
}
