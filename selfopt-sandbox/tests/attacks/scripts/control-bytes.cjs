// attack: output that drives the terminal of who reads it
'use strict';
const { tried } = require('./kit.cjs');

tried('title, clipboard, cursor, colour, device reports, overwriting');
for (const bytes of ['\x1b]0;owned\x07', '\x1b]52;c;b3duZWQ=\x07', '\x1b[2J\x1b[H', '\x1b[31;5m', '\x1b[6n', '\x9b31m', 'red\rgreen', '\x1bP+q\x1b\\', '\x08\x08\x7f', '\u202e']) {
  process.stdout.write(`${bytes}\n`);
  process.stderr.write(`${bytes}\n`);
}
