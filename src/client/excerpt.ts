const longest = 80;

/** What a body is, for messages: `text/html, 1234 bytes`, and the beginning of what is not JSON (which may hold secrets). */
export function describeBody(contentType: string | undefined, body: Buffer): string {
  const type = contentType?.split(';')[0]?.trim().slice(0, longest) || 'no content type';
  const facts = `${printable(type)}, ${body.length} ${body.length === 1 ? 'byte' : 'bytes'}`;
  const text = body
    .subarray(0, longest * 4)
    .toString('utf8')
    .trimStart();
  if (text === '' || /json|yaml|protobuf|octet/i.test(type) || /^[[{"]/.test(text)) return facts;
  return `${facts}: "${excerpt(text)}"`;
}

/** At most 80 characters of a foreign text on one line, control characters escaped. */
export function excerpt(text: string): string {
  const flat = printable(text.replace(/\s+/g, ' ').trim());
  return flat.length > longest ? `${flat.slice(0, longest - 1)}…` : flat;
}

function printable(text: string): string {
  return text.replace(
    /[\p{Cc}\p{Cf}\p{Co}\p{Cn}\p{Cs}"\\]/gu,
    (c) => `\\u${c.codePointAt(0)!.toString(16).padStart(4, '0')}`,
  );
}
