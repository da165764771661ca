/** The text that the bytes are in UTF-8, with the byte order mark if there is one; undefined when they are not UTF-8. */
export const utf8Text = (bytes: Uint8Array): string | undefined => {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
};

export const NOT_UTF8 = 'not text in UTF-8: save it with that encoding';
