export function buildTree(rows) {
  const nodes = new Map(rows.map(({ id }) => [id, { id, children: [] }]));
  const roots = [];
  for (const { id, parent } of rows) {
    const siblings = parent === null ? roots : nodes.get(parent)?.children;
    if (siblings === undefined) throw new Error(`node ${id} has no parent ${parent}`);
    siblings.push(nodes.get(id));
  }
  return { id: 0, children: roots };
}

// Ids in reading order: a node, then its children.
export function collectIds(node) {
  return [node.id, ...node.children.flatMap((child) => collectIds(child))];
}

export function contains(node, id) {
  return collectIds(node).includes(id);
}

export function size(node) {
  return collectIds(node).length;
}
