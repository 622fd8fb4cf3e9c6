/** Small choices of this browser. Where the storage is full, blocked or gone, the choice holds until the page is closed. */
const here = new Map<string, string>();

export function kept(name: string): string | null {
  try {
    return here.get(name) ?? localStorage.getItem(`ampel-${name}`);
  } catch {
    return null;
  }
}

export function keep(name: string, value: string): void {
  here.set(name, value);
  try {
    localStorage.setItem(`ampel-${name}`, value);
  } catch {
    // full or forbidden: `here` has it
  }
}
