/** Where the other doors are; '' = here (`/dashboard/settings.json`). */
interface Places {
  readonly adminUrl: string;
  readonly widgetUrl: string;
}

let places: Promise<Places> | null = null;

/** Asked once; a failure is not kept. */
function readPlaces(): Promise<Places> {
  const asked = (places ??= fetch(new URL('settings.json', document.baseURI)).then(async (response) => {
    if (!response.ok) throw new Error(`settings.json was answered with ${response.status}`);
    return (await response.json()) as Places;
  }));
  asked.catch(() => (places = null));
  return asked;
}

/** The address of a route of the admin API, `path` below /admin/v1; of our own origin where the place cannot be learnt. */
export async function adminRoute(path: string): Promise<string> {
  const { adminUrl } = await readPlaces().catch(() => ({ adminUrl: '' }));
  return `${adminUrl}/admin/v1${path}`;
}

/** Origin that visitors' pages load the chat box from; our own where it cannot be learnt. */
export async function widgetOrigin(): Promise<string> {
  const { widgetUrl } = await readPlaces().catch(() => ({ widgetUrl: '' }));
  return widgetUrl === '' ? location.origin : widgetUrl;
}
