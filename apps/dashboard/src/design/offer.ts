/** Has the browser save it, under a name of which letters and numbers stay: `My shop`, `csv` is saved as `my-shop.csv`. */
export function offer(blob: Blob, name: string, ending: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = `${name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase() || 'file'}.${ending}`;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), 10_000); // some browsers begin to read it later
}
