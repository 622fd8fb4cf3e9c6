/** The look of the open box; colours and sizes are the host's (look.ts). */
export const PANEL_LOOK = `
.panel{position:absolute;inset-block-end:0;inset-inline-end:0;width:372px;max-width:calc(100vw - 40px);height:min(580px,calc(100dvh - 40px));
display:flex;flex-direction:column;background:var(--bg);border-radius:var(--r);overflow:hidden;
box-shadow:0 16px 56px #0005,0 2px 8px #0003,0 0 0 1px color-mix(in srgb,var(--fg) 14%,transparent);animation:in .18s ease-out}
:host([position=start]) .panel{inset-inline:0 auto}
@keyframes in{from{opacity:0;transform:translateY(14px)}}
header{display:flex;gap:12px;align-items:flex-start;padding:18px 12px 16px 20px;background:var(--a);color:var(--on)}
header div{flex:1;min-width:0}
h2{margin:0 0 4px;font-size:18px;font-weight:650;display:-webkit-box;-webkit-box-orient:vertical;-webkit-line-clamp:2;overflow:hidden}
.state{display:flex;align-items:center;gap:9px;font-weight:600;margin:0}
.state .dot{margin-inline-start:2px;box-shadow:0 0 0 2px #fff;width:12px;height:12px}.state .busy::after{inset:2px -1px}
header .x{background:none;padding:8px;border-radius:10px;line-height:0}
header .x:hover{background:#fff3}
header .x:focus-visible{outline-color:var(--on);outline-offset:-3px}
.talk{flex:1;overflow:auto;padding:18px 16px;display:flex;flex-direction:column;gap:10px}
p{margin:0}
.talk p{max-width:86%;padding:10px 14px;border-radius:14px;background:var(--soft);white-space:pre-wrap;unicode-bidi:plaintext;align-self:flex-start;border-end-start-radius:4px}
.talk small{display:block;margin-top:3px;font-size:12px;color:var(--dim)}
.talk .mine{align-self:flex-end;background:var(--a);color:var(--on);border-radius:14px;border-end-end-radius:4px}
.talk .note{background:none;color:var(--dim);padding:0 2px;font-size:13px;max-width:none;align-self:center;text-align:center}
form{display:grid;gap:9px;padding:12px 16px 16px;border-top:1px solid var(--soft)}
label{display:grid;gap:4px;font-size:13px;color:var(--dim)}
textarea,input{width:100%;padding:9px 12px;border-radius:10px;font-size:16px;resize:none;background:var(--bg);color:var(--fg);border:1px solid color-mix(in srgb,var(--fg) 46%,var(--bg))}
textarea:focus,input:focus{outline:2px solid color-mix(in srgb,var(--a) 62%,var(--fg));outline-offset:-1px}
.send{padding:11px;border-radius:10px;background:var(--a);color:var(--on);font-weight:600}
.send:hover{filter:brightness(1.1)}.send[aria-disabled=true]{opacity:.7;cursor:progress}
.say{font-size:13px;color:var(--dim)}.say:empty{display:none}.say.bad{color:var(--fg);font-weight:600}
@media (max-width:480px){.panel{position:fixed;inset:auto 0 0!important;width:auto;max-width:none;height:min(600px,100dvh);border-end-start-radius:0;border-end-end-radius:0}}
`;
