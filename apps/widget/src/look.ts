/** The look of the box. System colours follow the `color-scheme` of the host page; custom properties are documented in docs/how-to. */
export const LOOK = `
:host{position:var(--chatbox-position,fixed);inset-block-end:var(--chatbox-bottom,20px);inset-inline-end:var(--chatbox-side,20px);
z-index:var(--chatbox-layer,2147483000);display:block;font:15px/1.45 var(--chatbox-font,system-ui,sans-serif);text-align:start;
--a:var(--chatbox-accent,#4338ca);--on:var(--chatbox-on-accent,#fff);--bg:var(--chatbox-background,Canvas);--fg:var(--chatbox-text,CanvasText);
--soft:color-mix(in srgb,var(--fg) 9%,var(--bg));--dim:color-mix(in srgb,var(--fg) 68%,var(--bg));--r:var(--chatbox-radius,16px);color:var(--fg)}
:host([position=start]){inset-inline:var(--chatbox-side,20px) auto}
:host([theme=dark]){color-scheme:dark}:host([theme=light]){color-scheme:light}
:host([hidden]),[hidden]{display:none!important}
*{box-sizing:border-box;font:inherit;overflow-wrap:anywhere}
button,textarea,input{color:inherit;border:0;margin:0}
button{cursor:pointer}
:focus-visible{outline:3px solid var(--a);outline-offset:2px}
.launch{display:flex;align-items:center;gap:10px;padding:13px 20px 13px 16px;border-radius:99px;background:var(--a);color:var(--on);
font-weight:600;box-shadow:0 6px 24px #0004,0 1px 4px #0003;transition:transform .15s}
.launch:hover{transform:translateY(-2px)}
.launch:focus-visible{outline-color:var(--fg)}
svg{width:24px;height:24px;flex:none;fill:none;stroke:currentColor;stroke-width:2;stroke-linecap:round;stroke-linejoin:round}
.dot{--c:#767d88;position:relative;flex:none;width:14px;height:14px;border-radius:50%;border:3px solid var(--c);background:#fff;forced-color-adjust:none}
.launch .dot{box-shadow:0 0 0 2px #fff}
.online{--c:var(--chatbox-online,#15924b);background:var(--c)}
.busy{--c:var(--chatbox-busy,#c2700a);background:var(--c)}
.busy::after{content:"";position:absolute;inset:3px 0;background:#fff;border-radius:2px}
.offline{--c:var(--chatbox-offline,#767d88)}
.unknown{border-style:dotted}
.hear{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
@media (prefers-reduced-motion:reduce){*{animation:none!important;transition:none!important}}
`;
