/** A running Ampel, as far as its clients need to know it: `sharedAmpel()` or what `startAmpel()` gives. */
export interface Place {
  readonly urls: { readonly agent: string; readonly admin: string; readonly widget: string };
  readonly adminToken: string;
}
