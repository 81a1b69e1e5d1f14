const KEY = Symbol.for('key');

export function create(type, props = {}, key = null) {
  const node = { type, ...props };
  if (key !== null) node[KEY] = key;
  return node;
}

// A copy of the node with more props; its key stays.
export function withProps(node, props) {
  return Object.assign({}, node, props);
}

export function list(type, rows, extra) {
  return rows.map((row) => withProps(create(type, row, row.id), extra));
}

export function render(node) {
  const attributes = Object.entries(node).filter(([name]) => name !== 'type').map(([name, value]) => ` ${name}="${value}"`);
  return `<${node.type}${attributes.join('')}>`;
}
