// attack: overwrite the program that holds the sandbox
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

must('the shell', () => fs.openSync('/bin/sh', 'r+'));
must('the program of process 1', () => fs.openSync('/proc/1/exe', 'r+'));
must('node', () => fs.openSync(process.execPath, 'r+'));
must('a library', () => fs.openSync('/usr/lib/os-release', 'r+'));
