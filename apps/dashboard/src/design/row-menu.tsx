import { useEffect, useRef, useState } from 'preact/hooks';
import { common } from './common-words.js';
import { Icon } from './icons.js';
import { itemsOf, moveFocus } from './move-focus.js';

interface MenuEntry {
  readonly label: string;
  readonly act: () => void;
  /** It takes something away. */
  readonly danger?: boolean;
}

/** "…" at the end of a row: what can be done with it. `of`: the row's name, for those who do not see the row. */
export function RowMenu({ of, entries }: { readonly of: string; readonly entries: readonly MenuEntry[] }) {
  const [open, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const menu = useRef<HTMLDivElement>(null);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  useEffect(() => {
    if (!open) return undefined;
    itemsOf(menu.current)[0]?.focus();
    menu.current?.scrollIntoView({ block: 'nearest' });
    const outside = (event: PointerEvent): void => {
      if (event.target instanceof Node && !menu.current?.contains(event.target) && !button.current?.contains(event.target)) setOpen(false);
    };
    document.addEventListener('pointerdown', outside);
    return () => document.removeEventListener('pointerdown', outside);
  }, [open]);
  if (entries.length === 0) return null;
  return (
    <div class="row-menu">
      <button ref={button} type="button" class="button plain only-icon" aria-haspopup="menu" aria-expanded={open} onClick={() => setOpen(!open)}>
        <Icon name="dots" />
        <span class="unseen">
          {common().more}: {of}
        </span>
      </button>
      {open && (
        <div ref={menu} class="menu" role="menu" aria-label={of} onKeyDown={(event) => moveFocus(event, menu.current, close)}>
          {entries.map(({ label, act, danger }) => (
            <button
              key={label}
              type="button"
              role="menuitem"
              class={`item${danger ? ' danger' : ''}`}
              onClick={() => {
                close();
                act();
              }}
            >
              {label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}
