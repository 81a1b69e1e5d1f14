/** Subjects by the subject above them. */
export function childrenOf(subjects) {
  const children = new Map();
  for (const subject of subjects) {
    const siblings = children.get(subject.above);
    if (siblings === undefined) {
      children.set(subject.above, [subject.id]);
    } else {
      siblings.push(subject.id);
    }
  }
  return children;
}

/** Everything below a subject, each before what is below it. */
export function idsBelow(children, id) {
  const found = [];
  for (const child of children.get(id) ?? []) {
    found.push(child);
    for (const below of idsBelow(children, child)) {
      found.push(below);
    }
  }
  return found;
}
