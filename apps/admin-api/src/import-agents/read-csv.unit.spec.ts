import { describe, expect, it } from '@jest/globals';
import { linesOfCsv } from './read-csv.js';

const read = (text: string | Uint8Array) => linesOfCsv(typeof text === 'string' ? Buffer.from(text) : text);
const wishes = (text: string) => read(text).map(({ wish }) => wish);
const faultOf = (work: () => unknown): string => {
  try {
    work();
  } catch (error) {
    return ((error as { extra: { errors: { detail: string }[] } }).extra.errors ?? []).map(({ detail }) => detail).join('; ');
  }
  return 'read';
};

describe('a table of agents', () => {
  it.each([
    ['commas', 'email,name,groups\na@b.de,Anna,DE|EN\n'],
    ['semicolons, as a German Excel writes them', 'email;name;groups\r\na@b.de;Anna;DE|EN\r\n'],
    ['tabs', 'email\tname\tgroups\na@b.de\tAnna\tDE, EN'],
    ['a BOM and CRLF', '\ufeffemail,name,groups\r\na@b.de,Anna,DE|EN\r\n'],
    ['old line ends', 'email,name,groups\ra@b.de,Anna,DE|EN\r'],
    ['quotes', '"email","name","groups"\n"a@b.de","Anna","DE;EN"\n'],
    ['blank lines, and a line of empty cells as spreadsheets leave them', 'email,name,groups\n\n,,\na@b.de,Anna,DE|EN\n\n'],
    ['names of columns as people write them', 'E-Mail ,Name,Group_IDs\na@b.de,Anna,DE|EN'],
  ])('is read with %s', (_what, text) => {
    expect(wishes(text)).toEqual([{ email: 'a@b.de', name: 'Anna', groups: ['DE', 'EN'] }]);
  });

  it('keeps what stands in quotes: separators, quotes, line breaks, and counts lines as an editor does', () => {
    const text = 'email,name\n"a@b.de","Meyer, ""Anna"""\n"c@d.de","two\r\nlines"\n\ne@f.de,E\n';
    expect(read(text).map(({ line, email, faults }) => [line, email, faults.map(({ pointer }) => pointer)])).toEqual([
      [2, 'a@b.de', []],
      [3, 'c@d.de', ['/name']],
      [6, 'e@f.de', []],
    ]);
    expect(wishes(text)[0]).toEqual({ email: 'a@b.de', name: 'Meyer, "Anna"' });
  });

  it('an empty cell says nothing, a dash says: in no group', () => {
    expect(wishes('email,name,role,groups,active,status on login\na@b.de,,,,,\nc@d.de,C,Manager,-,no,online\n')).toEqual([
      { email: 'a@b.de' },
      { email: 'c@d.de', name: 'C', role: 'manager', groups: [], active: false, statusOnLogin: 'online' },
    ]);
  });

  it('a bad line is told by itself', () => {
    const text = 'email,name,role,active\nnobody,A,agent,true\nb@c.de,B,boss,perhaps\nC@d.de,C,agent,true,more\nc"x@d.de,C\nd@e.de,D\nD@E.de,E\n';
    expect(read(text).map(({ line, wish, faults }) => [line, wish !== null, faults.map(({ pointer, detail }) => `${pointer} ${detail}`)])).toEqual([
      [2, false, ['/email must be an e-mail address']],
      [3, false, [expect.stringMatching(/^\/role /), expect.stringMatching(/^\/active /)]],
      [4, false, [' has 5 cells, and the first line has 4']],
      [5, false, ['/email must be an e-mail address']],
      [6, true, []],
      [7, false, ['/email stands in line 6 already']],
    ]);
  });

  it.each([
    ['', /names its columns/],
    ['name\nAnna\n', /email is missing/],
    ['email,phone\na@b.de,1\n', /column 2: "phone" is not a known column: email, name/],
    ['email,password\na@b.de,secret\n', /passwords cannot be imported/],
    ['email,E-Mail\na@b.de,a@b.de\n', /column 2: is email a second time/],
    ['email,name\na@b.de,"Anna\nc@d.de,C\n', /near line \d: a quote is opened and not closed/],
    ['email,constructor\na@b.de,1\n', /not a known column/],
    [new Uint8Array([0x65, 0xff, 0xfe]), /UTF-8/],
  ])('%j is no such table', (text, detail) => {
    expect(faultOf(() => read(text))).toMatch(detail);
  });

  it('has at most 5,000 lines', () => {
    const lines = Array.from({ length: 5001 }, (_, i) => `a${i}@b.de`);
    expect(read(['email', ...lines.slice(1)].join('\n'))).toHaveLength(5000);
    expect(faultOf(() => read(['email', ...lines].join('\n')))).toMatch(/at most 5000 agents, not 5001/);
  });
});
