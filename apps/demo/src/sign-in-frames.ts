/** Who is signed in in a frame. Public values of the demo tenant; production serves neither them nor this page. */
export interface Credentials {
  readonly tenant: string;
  readonly email: string;
  readonly password: string;
}

/**
 * Shows dashboards in frames and signs the agent in as soon as a frame says that it listens. Credentials go to our own origin only, in a
 * message, never in an address.
 */
export function signInFrames(frames: ReadonlyMap<HTMLIFrameElement, string>, who: Credentials): void {
  window.addEventListener('message', ({ origin, source, data }: MessageEvent<{ ampel?: string } | null>) => {
    if (origin !== location.origin || data?.ampel !== 'ready') return;
    for (const frame of frames.keys()) {
      if (frame.contentWindow === source) frame.contentWindow?.postMessage({ ampel: 'sign-in', ...who }, location.origin);
    }
  });
  for (const [frame, address] of frames) frame.src = address;
}
