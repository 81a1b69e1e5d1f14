// attack: read or change what another candidate works on
'use strict';
const fs = require('fs');
const { must } = require('./kit.cjs');

must('its tree by the path outside', () => fs.readdirSync(process.env.OTHER_TREE));
must('writing there', () => fs.writeFileSync(`${process.env.OTHER_TREE}/planted`, 'x'));
must('the folder of all workspaces', () => fs.readdirSync(`${process.env.OTHER_TREE}/../../..`));
must('through the root of process 1', () => fs.readFileSync(`/proc/1/root${process.env.TARGET_FILE}`));
