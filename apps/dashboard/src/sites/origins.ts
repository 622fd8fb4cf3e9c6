/** Origins as people write them, one a line: an address is cut to its origin, what is none is left for the service to refuse. */
export function originsOf(text: string): string[] {
  const lines = text.split(/[\s,]+/u).filter((line) => line !== '');
  const read = lines.map((line) => {
    const address = /^https?:\/\//i.test(line) ? line : /^[a-z0-9.-]+\.[a-z]{2,}(\/|$)/i.test(line) ? `https://${line}` : line;
    return URL.canParse(address) && /^https?:/.test(address) ? new URL(address).origin : line;
  });
  return [...new Set(read)];
}
