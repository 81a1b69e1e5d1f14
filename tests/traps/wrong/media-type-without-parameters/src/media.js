const TEXT = /^(?:text\/|application\/(?:json|xml|javascript)|[^;]*\+(?:json|xml))/;

export function mediaType(header) {
  return header.split(';')[0].trim().toLowerCase();
}

export function charset(header) {
  const match = /;\s*charset="?([\w-]+)"?/i.exec(header);
  return match ? match[1].toLowerCase() : TEXT.test(mediaType(header)) ? 'utf-8' : null;
}

export function isText(header) {
  return TEXT.test(mediaType(header));
}

export function countByType(headers) {
  const counts = { text: 0, binary: 0 };
  for (const header of headers) counts[isText(header) ? 'text' : 'binary'] += 1;
  return counts;
}
