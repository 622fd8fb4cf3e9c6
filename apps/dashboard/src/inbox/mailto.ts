/** Programs cut or refuse longer addresses; the visitor has the whole text. */
const MOST_QUOTED = 1_000;

/** An address that opens a mail to a visitor, with the subject and their words quoted below the cursor. */
export function mailto(email: string, subject: string, text: string): string {
  const quoted = whole(text).slice(0, MOST_QUOTED).split(/\r\n|\r|\n/).map((line) => `> ${line}`);
  const more = text.length > MOST_QUOTED ? ['> …'] : [];
  const body = ['', '', ...quoted, ...more].join('\r\n');
  return `mailto:${encodeURIComponent(whole(email)).replace('%40', '@')}?subject=${encodeURIComponent(whole(subject))}&body=${encodeURIComponent(whole(body))}`;
}

/** Halves of characters cannot be put into an address. */
function whole(text: string): string {
  return text.replace(/\p{Surrogate}/gu, '\ufffd');
}
