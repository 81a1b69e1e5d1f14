// attack: find the secrets of who started the command
'use strict';
const fs = require('fs');
const { tried, stopped, breached } = require('./kit.cjs');

const places = () => {
  const pids = fs.readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  return pids.flatMap((pid) => ['environ', 'cmdline'].map((file) => `/proc/${pid}/${file}`));
};
tried('the own environment');
const own = Object.entries(process.env).some(([name]) => /CARGO|CANARY/.test(name));
if (own) breached('a variable of the launcher'); else stopped('an empty environment');
tried('environment and arguments of every process');
const seen = places().flatMap((path) => { try { return [fs.readFileSync(path, 'latin1')]; } catch { return []; } });
if (seen.some((text) => /CARGO|attack-canary/.test(text))) breached('a variable of the launcher');
else stopped('own process namespace');
