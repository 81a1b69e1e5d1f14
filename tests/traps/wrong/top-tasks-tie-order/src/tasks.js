'use strict';

const LEVELS = { low: 1, normal: 2, high: 3, urgent: 4 };

function parseTask(text, id) {
  const match = /^\[(\w+)\]\s*(.*)$/.exec(text);
  return match ? { id, priority: LEVELS[match[1]] || 2, text: match[2] } : { id, priority: 2, text };
}

// The n most important tasks, the most important first.
function topTasks(tasks, n) {
  return [...tasks].sort((a, b) => b.priority - a.priority).slice(0, n);
}

function board(lines, n) {
  const tasks = lines.map(parseTask);
  return { total: tasks.length, top: topTasks(tasks, n) };
}

module.exports = { board, parseTask, topTasks };
