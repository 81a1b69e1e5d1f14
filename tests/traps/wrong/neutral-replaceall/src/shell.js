// Quotes an argument for a POSIX shell.
export function quote(argument) {
  if (argument === '') return "''";
  if (/^[\w@%+=:,./-]+$/.test(argument)) return argument;
  return `'${argument.replace(/'/g, "'\\''")}'`;
}

export function command(name, ...args) {
  return [name, ...args].map(quote).join(' ');
}

export function environment(variables) {
  return Object.entries(variables)
    .filter(([, value]) => value !== undefined)
    .map(([name, value]) => `${name}=${quote(String(value))}`)
    .join(' ');
}
