/** The traffic light that gave the product its name. */
export function Logo() {
  return (
    <span class="logo">
      <svg viewBox="0 0 20 32" width="16" height="26" aria-hidden="true" focusable="false">
        <rect x="1" y="1" width="18" height="30" rx="9" fill="none" stroke="currentColor" stroke-width="2" />
        <circle cx="10" cy="9" r="3.5" fill="currentColor" opacity=".25" />
        <circle cx="10" cy="22" r="3.5" class="lit" />
      </svg>
      <b>Ampel</b>
    </span>
  );
}
