// attack: links that lead what the host writes out of the workspace
'use strict';
const fs = require('fs');
const path = require('path');
const { tried } = require('./kit.cjs');

tried('a link in the place of a file and of each folder above it');
fs.mkdirSync('src');
fs.symlinkSync(process.env.TARGET_FILE, 'src/file.js');
fs.symlinkSync(path.dirname(process.env.TARGET_FILE), 'lib');
fs.symlinkSync('/', 'root');
fs.symlinkSync(process.env.TARGET_MARK, 'dangling.js');
