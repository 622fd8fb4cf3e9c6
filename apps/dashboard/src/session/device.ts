import type { SignInBody } from '#contract';

const query = new URLSearchParams(location.search);

/** Keeps sessions of frames on one page apart: tabs with the same slot are one device. */
export const slot = (query.get('slot') ?? '').replace(/[^\w-]/g, '').slice(0, 40);

/** This device as the server is told: asked for in the address (the demo's phone), else by what it is used with. */
export function thisDevice(): SignInBody['device'] {
  const asked = query.get('device');
  const mobile = asked === 'mobile' || (asked === null && matchMedia('(pointer: coarse) and (max-width: 900px)').matches);
  return { kind: mobile ? 'mobile' : 'desktop', name: nameOfBrowser(navigator.userAgent) };
}

/** `Firefox on Windows`: enough for a person to know which one is meant. */
export function nameOfBrowser(agent: string): string {
  const find = (pairs: readonly (readonly [RegExp, string])[]): string | undefined => pairs.find(([pattern]) => pattern.test(agent))?.[1];
  const browser = find([[/Edg/, 'Edge'], [/OPR/, 'Opera'], [/Firefox|FxiOS/, 'Firefox'], [/Chrome|CriOS/, 'Chrome'], [/Safari/, 'Safari']]);
  const system = find([[/Android/, 'Android'], [/iPhone|iPad/, 'iOS'], [/Windows/, 'Windows'], [/Mac OS/, 'macOS'], [/Linux|X11/, 'Linux']]);
  return [browser ?? 'Browser', system].filter(Boolean).join(', ');
}
