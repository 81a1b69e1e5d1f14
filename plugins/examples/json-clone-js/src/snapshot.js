// Reads a syntax snapshot; the guide to rule packs has the format. Offsets are
// those of UTF-8, so text is taken from the bytes.

/** The nodes of one named kind without errors inside: { span, text }. */
export function* spans(file, kindName) {
  const { words, nodes, kind, bytes } = open(file, kindName);
  for (let at = nodes + 1; at < nodes + 1 + 5 * words[nodes]; at += 5) {
    const [start, end, tail] = [words[at + 2], words[at + 3], words[at + 4]];
    const flags = tail >>> 24;
    if ((tail & 0xffff) === kind && (flags & 1) && !(flags & 8)) {
      yield { span: { start, end }, text: decode(bytes.subarray(start, end)) };
    }
  }
}

function open(file, kindName) {
  const copy = file.snapshot.slice();
  const words = new Uint32Array(copy.buffer, copy.byteOffset, copy.byteLength >>> 2);
  if (words[0] !== 0x4e534f53 || words[1] !== 1) throw new Error('the snapshot has another format');
  const kinds = words[3] >>> 2;
  const names = copy.subarray((kinds + words[kinds] + 2) * 4);
  let kind = -1;
  for (let i = 0, from = 0; i < words[kinds]; i++) {
    const packed = words[kinds + 1 + i];
    const to = packed & 0x7fffffff;
    if (packed >>> 31 && decode(names.subarray(from, to)) === kindName) kind = i;
    from = to;
  }
  return { words, nodes: words[6] >>> 2, kind, bytes: encode(file.text) };
}

function encode(text) {
  const bytes = [];
  for (const char of text) {
    const code = char.codePointAt(0);
    if (code < 0x80) bytes.push(code);
    else if (code < 0x800) bytes.push(0xc0 | (code >> 6), 0x80 | (code & 63));
    else if (code < 0x10000) {
      bytes.push(0xe0 | (code >> 12), 0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    } else {
      bytes.push(0xf0 | (code >> 18), 0x80 | ((code >> 12) & 63));
      bytes.push(0x80 | ((code >> 6) & 63), 0x80 | (code & 63));
    }
  }
  return Uint8Array.from(bytes);
}

function decode(bytes) {
  let text = '';
  for (let i = 0; i < bytes.length; ) {
    const first = bytes[i++];
    const more = first < 0x80 ? 0 : first < 0xe0 ? 1 : first < 0xf0 ? 2 : 3;
    let code = more === 0 ? first : first & (0x3f >> more);
    for (let n = 0; n < more; n++) code = (code << 6) | (bytes[i++] & 63);
    text += String.fromCodePoint(code);
  }
  return text;
}
