export function withItems(sections, items) {
  return sections.map((section) => ({ ...section, items: items.filter((item) => item.section === section.id) }));
}

export function outline(sections, items) {
  const lines = [];
  for (const section of withItems(sections, items)) {
    lines.push(`${section.title} (${section.items.length})`);
    for (const item of section.items) lines.push(`  ${item.text}`);
  }
  return lines;
}

export function emptySections(sections, items) {
  return withItems(sections, items).filter((section) => section.items.length === 0).map((section) => section.title);
}
