import type { FunctionComponent, VNode } from 'preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from './i18n/index.js';

/** A screen whose code is loaded when it is first shown: `show: lazily(async () => (await import('./team/team.js')).Team)`. */
export function lazily(load: () => Promise<FunctionComponent>): () => VNode {
  let loaded: FunctionComponent | null = null;
  const Loader = (): VNode => {
    const [Shown, setShown] = useState<FunctionComponent | null>(() => loaded);
    const [failed, setFailed] = useState(false);
    useEffect(() => {
      if (Shown !== null) return;
      const keep = (screen: FunctionComponent): void => {
        loaded = screen;
        setShown(() => screen);
      };
      load().then(keep, () => setFailed(true));
    }, []);
    return Shown === null ? <Waiting failed={failed} /> : <Shown />;
  };
  return () => <Loader />;
}

/** A new release has other files: a page that is older finds its own no more. */
function Waiting({ failed }: { readonly failed: boolean }) {
  const words = t().nav;
  if (!failed) return <p class="unseen" role="status">{words.loading}</p>;
  return (
    <div class="card">
      <div class="empty" role="alert">
        <p>{words.notLoaded}</p>
        <button type="button" class="button" onClick={() => location.reload()}>
          {words.reload}
        </button>
      </div>
    </div>
  );
}
