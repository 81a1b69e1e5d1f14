function slugify(heading) {
  const slug = heading
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-|-$/g, '');
  if (slug === '') throw new Error(`heading without letters: "${heading}"`);
  return slug;
}

// One slug a heading, unique inside of the document.
export function slugs(headings) {
  const used = new Set();
  const result = [];
  for (const heading of headings) {
    const base = slugify(heading);
    let slug = base;
    for (let n = 1; used.has(slug); n++) slug = `${base}-${n}`;
    used.add(slug);
    result.push(slug);
  }
  return result;
}

export function tableOfContents(markdown) {
  const headings = markdown.split('\n').filter((line) => /^#{1,6} /.test(line)).map((line) => line.replace(/^#+ /, ''));
  return slugs(headings).map((slug, i) => `- [${headings[i]}](#${slug})`).join('\n');
}
