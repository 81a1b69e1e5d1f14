export class BodyTooLarge extends Error {
  constructor(limit) {
    super(`body is larger than ${limit} bytes`);
    this.name = 'BodyTooLarge';
  }
}

// Reads all chunks (an iterable or async iterable of bytes) into one array.
export async function readBody(chunks, limit = 1e7) {
  let body = new Uint8Array(0);
  for await (const chunk of chunks) {
    if (body.length + chunk.length > limit) throw new BodyTooLarge(limit);
    const next = new Uint8Array(body.length + chunk.length);
    next.set(body);
    next.set(chunk, body.length);
    body = next;
  }
  return body;
}

export async function readJson(chunks, limit) {
  const text = new TextDecoder().decode(await readBody(chunks, limit));
  return text === '' ? null : JSON.parse(text);
}
