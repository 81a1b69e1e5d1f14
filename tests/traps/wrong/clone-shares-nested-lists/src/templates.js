const TEMPLATES = {
  weekly: { title: 'Weekly report', blocks: [{ type: 'text', lines: ['Done:', 'Next:'] }, { type: 'table', lines: ['Task', 'Hours'] }] },
  note: { title: 'Note', blocks: [{ type: 'text', lines: [''] }] },
};

export function instantiate(template, author) {
  const copy = JSON.parse(JSON.stringify(template));
  copy.author = author;
  return copy;
}

export function create(name, author, lines = []) {
  const template = TEMPLATES[name];
  if (!template) throw new Error(`no template ${name}`);
  const document = instantiate(template, author);
  document.blocks = document.blocks.concat(lines.map((text) => ({ type: 'text', lines: [text] })));
  return document;
}

export function render(document) {
  const body = document.blocks.map((block) => block.lines.join(block.type === 'table' ? ' | ' : '\n'));
  return [`# ${document.title}`, `by ${document.author}`, ...body].join('\n\n');
}
