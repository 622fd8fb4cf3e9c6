import { z } from 'zod';

/** `name=value,name=value`, values percent-encoded, as OpenTelemetry writes headers. */
export const headerList = z.string().transform((text, context): Readonly<Record<string, string>> => {
  const pairs = text.split(',').map((pair) => /^\s*([A-Za-z0-9_-]+)\s*=\s*([\x21-\x7e]+)\s*$/.exec(pair));
  if (pairs.includes(null)) context.addIssue('must be headers as name=value, with commas between, e.g. x-api-key=...');
  return Object.fromEntries(pairs.map((pair) => [pair?.[1] ?? '', decoded(pair?.[2] ?? '')]));
});

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
