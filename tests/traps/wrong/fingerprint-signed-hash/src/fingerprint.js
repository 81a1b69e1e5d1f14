// FNV-1a over UTF-16 units, as 8 hexadecimal digits.
export function fingerprint(text) {
  let hash = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) {
    hash ^= text.charCodeAt(i);
    hash = Math.imul(hash, 0x01000193) >>> 0;
  }
  return hash.toString(16).padStart(8, '0');
}

export function assetName(path, content) {
  const slash = path.lastIndexOf('/');
  const dot = path.lastIndexOf('.');
  const at = dot > slash + 1 ? dot : path.length;
  return `${path.slice(0, at)}.${fingerprint(content)}${path.slice(at)}`;
}

export function manifest(files) {
  const names = {};
  for (const [path, content] of Object.entries(files)) names[path] = assetName(path, content);
  return names;
}
